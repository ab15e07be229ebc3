"""The right to see content, given by name and ended by name."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.people.errors import PeopleError
from lightkeeper.people.matrix import CONTENT, Permission, holds
from lightkeeper.people.models import ContentGrant, Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, ActorKind, Subject


@transaction.atomic
def give_content_grant(person: Person, *, reason: str, by: Actor) -> ContentGrant:
    """Let a person see content, as far as their role allows. The reason stays with the grant, not in the audit trail.

    Raises PeopleError: for oneself, without a reason, for a role that never sees content, or where a grant stands.
    """
    reason = " ".join(reason.split())
    if by.kind is ActorKind.PERSON and by.id == str(person.pk):
        raise PeopleError(_("Nobody gives this right to themselves; ask a supervisor or an administrator."))
    if by.kind is ActorKind.PERSON and not holds(by.role, Permission.CONTENT_GRANT):
        raise PeopleError(_("Only supervisors and administrators give this right."))
    if not reason or len(reason) > 500:
        raise PeopleError(_("Write down why, in at most 500 characters."))
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active or not any(holds(person.role, permission) for permission in CONTENT):
        raise PeopleError(_("The role of %(name)s never sees content.") % {"name": person.name})
    if ContentGrant.objects.filter(person=person, ended_at__isnull=True).exists():
        raise PeopleError(_("%(name)s has this right already.") % {"name": person.name})
    giver = int(by.id) if by.kind is ActorKind.PERSON else None
    grant = ContentGrant.objects.create(person=person, granted_by_id=giver, reason=reason)
    write_event(Event.PEOPLE_CONTENT_GRANTED, actor=by, subject=Subject("person", str(person.pk)))
    return grant


@transaction.atomic
def end_content_grant(person: Person, *, by: Actor) -> None:
    """End the grant that stands. Raises PeopleError where none does, or for a role that may not."""
    if by.kind is ActorKind.PERSON and not holds(by.role, Permission.CONTENT_GRANT):
        raise PeopleError(_("Only supervisors and administrators end this right."))
    if not close_grant(person):
        raise PeopleError(_("%(name)s does not have this right.") % {"name": person.name})
    write_event(Event.PEOPLE_CONTENT_GRANT_ENDED, actor=by, subject=Subject("person", str(person.pk)))


def close_grant(person: Person) -> bool:
    """End the open grant inside another act, which says so in its own event. Says whether there was one."""
    return ContentGrant.objects.filter(person=person, ended_at__isnull=True).update(ended_at=timezone.now()) > 0
