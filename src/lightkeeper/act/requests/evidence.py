"""Sealed exports: prepared by one person, released by another, written on the server by whoever runs it.

No browser ever gets an original: the archive is a file that ``lightkeeper evidence`` writes where it is told to.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.requests.evidence_models import EvidenceExport, EvidenceFile, EvidenceState
from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.requests.registering import locked_request, subject_of
from lightkeeper.act.requests.states import RequestRefused, RequestState
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Details, HoldSubject
from lightkeeper.review.models import Media
from lightkeeper.review.types import MediaKind

MOST: Final = 500
"""Originals that go into one archive."""
_WAITING: Final = (EvidenceState.PREPARED, EvidenceState.RELEASED)
"""States of an export that is neither written nor dropped."""


def originals_of(request: AuthorityRequest) -> QuerySet[Media]:
    """The originals that are kept of the cases and items which a request names."""
    named: dict[str, list[int]] = {HoldSubject.CASE: [], HoldSubject.ITEM: []}
    for kind, number in request.subjects.filter(kind__in=named).values_list("kind", "number"):
        named[kind].append(number or 0)
    about = Q(case_item__case__in=named[HoldSubject.CASE]) | Q(case_item__item__in=named[HoldSubject.ITEM])
    kept = Media.objects.filter(about, kind=MediaKind.ORIGINAL, vault_object__destroyed_at=None)
    return kept.select_related("case_item", "vault_object").order_by("pk")


def under_way(request: AuthorityRequest) -> bool:
    """Whether an export of it is prepared or released, and neither written nor dropped."""
    return request.exports.filter(state__in=_WAITING).exists()


def exports_wait_for(case: int) -> bool:
    """Whether an export that holds an original of a case is prepared or released, and neither written nor dropped."""
    objects = Media.objects.filter(case_item__case=case).values("vault_object")
    return EvidenceFile.objects.filter(export__state__in=_WAITING, vault_object__in=objects).exists()


@transaction.atomic
def prepare(request: AuthorityRequest, person: Person) -> EvidenceExport:
    """Name what goes into an export: every original of what the request names. PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked = locked_request(request)
    if locked.state != RequestState.ANSWERED:
        raise RequestRefused(
            _("Nothing is handed over before the request is answered, by two people where policy asks.")
        )
    if under_way(locked):
        raise RequestRefused(_("An export of this request is prepared already."))
    found = list(originals_of(locked)[: MOST + 1])
    if not found or len(found) > MOST:
        raise RequestRefused(
            _("An export has 1 to %(most)d originals of the cases and items that the request names.") % {"most": MOST}
        )
    export = EvidenceExport.objects.create(request=locked, prepared_by=person, prepared_at=now())
    EvidenceFile.objects.bulk_create(
        EvidenceFile(export=export, position=place, item_id=one.case_item.item_id, vault_object=one.vault_object)
        for place, one in enumerate(found, start=1)
    )
    tell(Event.ACT_EVIDENCE_PREPARED, export, person, {"export": export.pk, "files": len(found)})
    return export


@transaction.atomic
def release(export: EvidenceExport, person: Person) -> None:
    """Agree, as the second person, that it is written and leaves. PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_APPROVE)
    locked = _prepared(export)
    if locked.prepared_by_id == person.pk:
        raise RequestRefused(_("You prepared it: another person releases it."))
    _decide(locked, EvidenceState.RELEASED, person)
    tell(Event.ACT_EVIDENCE_RELEASED, locked, person, {"export": locked.pk})


@transaction.atomic
def drop(export: EvidenceExport, person: Person) -> None:
    """Have it not be written. PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked = _prepared(export)
    _decide(locked, EvidenceState.DROPPED, person)
    tell(Event.ACT_EVIDENCE_DROPPED, locked, person, {"export": locked.pk})


def tell(event: Event, export: EvidenceExport, person: Person, details: Details) -> None:
    """Write what a person did with an export."""
    write_event(event, actor=person.actor, subject=subject_of(export.request), details=details)


def _prepared(export: EvidenceExport) -> EvidenceExport:
    locked = EvidenceExport.objects.select_for_update(of=("self",)).select_related("request").get(pk=export.pk)
    if locked.state != EvidenceState.PREPARED:
        raise RequestRefused(_("This export does not wait for a second person any more."))
    return locked


def _decide(export: EvidenceExport, state: EvidenceState, person: Person) -> None:
    export.state, export.decided_by, export.decided_at = state, person, now()
    export.save(update_fields=["state", "decided_by", "decided_at"])
