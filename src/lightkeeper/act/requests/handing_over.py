"""Noting what was handed over to an authority: after its request was answered, and never without that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.requests.models import AuthorityRequest, Handover
from lightkeeper.act.requests.registering import locked_request, note_step, subject_of
from lightkeeper.act.requests.sealed import Handed, sealed_handed
from lightkeeper.act.requests.states import RequestRefused, RequestState, StepKind, Way
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Details

MOST = 1_000_000


@transaction.atomic
def hand_over(
    request: AuthorityRequest, handed: Handed, *, count: int, at: datetime, way: Way, person: Person
) -> Handover:
    """Note what this person handed over, and when: ``count`` things or records. PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked, noted = locked_request(request), now()
    if locked.state != RequestState.ANSWERED:
        raise RequestRefused(
            _("Nothing is handed over before the request is answered, by two people where policy asks.")
        )
    handed = handed.checked()
    if not max(1, len(handed.digests)) <= count <= MOST:
        raise RequestRefused(_("Say how many things were handed over: at least as many as there are digests."))
    if locked.ended_at is not None and not locked.ended_at <= at <= noted:
        raise RequestRefused(_("It was handed over after the request was answered, and not later than now."))
    row = Handover(request=locked, handed_at=at, person=person, noted_at=noted, way=way, count=count)
    row.content = sealed_handed(handed, row.public)
    row.save(force_insert=True)
    note_step(locked, StepKind.HANDED_OVER, person)
    details: Details = {"count": count, "digests": len(handed.digests), "way": Way(way).value}
    write_event(Event.ACT_REQUEST_HANDED_OVER, actor=person.actor, subject=subject_of(locked), details=details)
    return row
