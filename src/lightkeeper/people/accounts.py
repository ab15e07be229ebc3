"""Accounts: inviting people, their roles, and who may not come in any more."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.people.content_grants import close_grant
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.lockout import forget_attempts
from lightkeeper.people.models import Person
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, ActorKind, Details, Subject


def subject_of(person: Person) -> Subject:
    """The person as the subject of an audit event: a number, no address."""
    return Subject("person", str(person.pk))


def invite_person(*, email: str, name: str, role: Role, by: Actor) -> Person:
    """Make an account without a password; ``links.make_link`` gives the way in.

    Raises PeopleError where the address is wrong or taken, or the name is empty.
    """
    email, name = email.strip().lower(), " ".join(name.split())
    try:
        validate_email(email)
    except ValidationError:
        raise PeopleError(_("That is no e-mail address.")) from None
    if not name or len(name) > 100:
        raise PeopleError(_("A name has from 1 to 100 characters."))
    person = Person(email=email, name=name, role=Role(role))
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            write_event(
                Event.PEOPLE_PERSON_INVITED, actor=by, subject=subject_of(person), details={"role": person.role}
            )
    except IntegrityError:
        raise PeopleError(_("There is an account with this address already.")) from None
    return person


@transaction.atomic
def change_role(person: Person, *, role: Role, by: Actor) -> None:
    """Give a person another role. A content grant ends with the old one. Raises PeopleError."""
    person = _locked(person, by)
    before, person.role = person.role, Role(role)
    if before == person.role:
        raise PeopleError(_("%(name)s has this role already.") % {"name": person.name})
    person.save(update_fields=["role"])
    details: Details = {"before": before, "role": str(person.role), "grant_ended": close_grant(person)}
    write_event(Event.PEOPLE_ROLE_CHANGED, actor=by, subject=subject_of(person), details=details)


@transaction.atomic
def deactivate(person: Person, *, by: Actor) -> None:
    """Shut an account: all sessions, links and the content grant end at once. Raises PeopleError."""
    person = _locked(person, by)
    if not person.is_active:
        raise PeopleError(_("This account is deactivated already."))
    person.is_active, person.deactivated_at = False, timezone.now()
    person.save(update_fields=["is_active", "deactivated_at"])
    person.links.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=timezone.now())
    details = {"sessions": drop_sessions(person), "grant_ended": close_grant(person)}
    write_event(Event.PEOPLE_PERSON_DEACTIVATED, actor=by, subject=subject_of(person), details=details)


@transaction.atomic
def activate(person: Person, *, by: Actor) -> None:
    """Open a deactivated account again; password and second factor are as they were. Raises PeopleError."""
    person = _locked(person, by)
    if person.is_active:
        raise PeopleError(_("This account is active."))
    person.is_active, person.deactivated_at = True, None
    person.save(update_fields=["is_active", "deactivated_at"])
    write_event(Event.PEOPLE_PERSON_ACTIVATED, actor=by, subject=subject_of(person))


@transaction.atomic
def unlock(person: Person, *, by: Actor) -> None:
    """Forget the failed sign-ins of a person, so that they can try again at once."""
    removed = forget_attempts(person.email)
    write_event(Event.PEOPLE_SIGN_IN_UNLOCKED, actor=by, subject=subject_of(person), details={"attempts": removed})


@transaction.atomic
def reset_second_factor(person: Person, *, by: Actor) -> None:
    """Remove a lost second factor: sessions and the content grant end, and the next sign-in leads to enrolment.

    Raises PeopleError for oneself, and where there is none.
    """
    person = _locked(person, by)
    removed, _kinds = Authenticator.objects.filter(user_id=person.pk).delete()
    if not removed:
        raise PeopleError(_("%(name)s has no second factor.") % {"name": person.name})
    details = {"sessions": drop_sessions(person), "grant_ended": close_grant(person)}
    write_event(Event.PEOPLE_SECOND_FACTOR_RESET, actor=by, subject=subject_of(person), details=details)


@transaction.atomic
def change_password(person: Person, password: str, *, by: Actor, keep_session: str | None = None) -> None:
    """Set a password that the rules allow; all other sessions end. Raises ValidationError with what is wrong."""
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    details = {"sessions": drop_sessions(person, keep=keep_session)}
    write_event(Event.PEOPLE_PASSWORD_CHANGED, actor=by, subject=subject_of(person), details=details)


@transaction.atomic
def end_sessions(person: Person, *, by: Actor, only: int | None = None, keep: str | None = None) -> int:
    """End sessions of a person: one by the id of its row, or all but the one with the key ``keep``. Gives how many."""
    ended = drop_sessions(person, only=only, keep=keep)
    write_event(Event.PEOPLE_SESSIONS_ENDED, actor=by, subject=subject_of(person), details={"sessions": ended})
    return ended


def drop_sessions(person: Person, *, only: int | None = None, keep: str | None = None) -> int:
    """End sessions inside another act, which says so in its own event. Gives how many ended."""
    rows = UserSession.objects.filter(user_id=person.pk).exclude(session_key=keep or "")
    if only is not None:
        rows = rows.filter(pk=only)
    ended = 0
    for row in rows:
        row.end()
        ended += 1
    return ended


def _locked(person: Person, by: Actor) -> Person:
    """Read the row again and hold it; nobody changes their own account's rights."""
    if by.kind is ActorKind.PERSON and by.id == str(person.pk):
        raise PeopleError(_("You cannot do this to your own account; ask another administrator."))
    return Person.objects.select_for_update().get(pk=person.pk)
