"""Legal holds: what must not be destroyed, by whose word, and why. Several may stand on one subject at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.hold_subjects import checked
from lightkeeper.record.models import Hold, Item
from lightkeeper.record.preservation import term_of
from lightkeeper.record.retention_dates import ends_at
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, ActorKind, Details, HoldBasis, HoldSubject, LiftReason, Subject
from lightkeeper.runtime.services import blind_index, seal, unseal

_PURPOSE: Final = "record:hold"
_LONGEST_REFERENCE: Final = 200


@transaction.atomic
def place_hold(*, subject: Subject, basis: HoldBasis, reference: str, by: Actor) -> Hold:
    """Forbid the destruction of an item, a submission or a case (``HoldSubject``; the id is the row's own).

    ``reference`` is what the one who asked calls the matter; it is encrypted. A hold on an item holds every object of
    the vault with the same bytes, and what was derived from it. ValueError, a sentence: not by a person, nothing of
    that number, or no reference.
    """
    name = _person(by)
    sealed = _sealed_reference(reference)
    subject = checked(subject)
    content = _content_of_item(subject.id) if subject.kind == HoldSubject.ITEM else None
    _lock([_lock_name(subject)] + ([content.hex()] if content else []))
    hold = Hold.objects.create(
        subject_kind=subject.kind, subject_id=subject.id, content=content, basis=basis, reference=sealed, placed_by=name
    )
    details: Details = {"hold": hold.pk, "basis": HoldBasis(basis).value}
    write_event(Event.RECORD_HOLD_PLACED, actor=by, subject=subject, details=details)
    return hold


@transaction.atomic
def lift_hold(*, hold: int, reason: LiftReason, reference: str, by: Actor) -> None:
    """Lift one hold by its id.

    ValueError, a sentence: not by a person, no such hold, lifted already, no reference,
    or said to be over within the term that the law sets.
    """
    _person(by)
    found = Hold.objects.select_for_update().filter(pk=hold).first()
    if found is None:
        raise ValueError(_("There is no such hold."))
    if found.lifted_at is not None:
        raise ValueError(_("This hold was lifted already."))
    if LiftReason(reason) is LiftReason.TERM_OVER:
        _refuse_within_term(found)
    _lift(found, LiftReason(reason), reference, by)


def _refuse_within_term(hold: Hold) -> None:
    term = term_of(hold.basis, reference_of(hold))
    if term is not None and (ends := ends_at(hold.placed_at, term.years)) > timezone.now():
        raise ValueError(
            _("The term that the law sets is not over: this must be kept until %(end)s UTC (%(law)s).")
            % {"end": f"{ends:%Y-%m-%d %H:%M}", "law": term.law}
        )


def lift_hold_at_its_term(hold: int) -> bool:
    """Lift a hold of a filed report whose term is over, in the caller's transaction; False where it is not, or is none.

    For dated destruction, where the policy says so: nobody is asked, and the trail says that nobody was.
    """
    found = Hold.objects.select_for_update().get(pk=hold)
    term = term_of(found.basis, reference_of(found))
    if found.lifted_at is not None or term is None or ends_at(found.placed_at, term.years) > timezone.now():
        return False
    _lift(found, LiftReason.TERM_OVER, term.law, Actor.system())
    return True


def lift_hold_again(hold: int) -> None:
    """Lift a hold that a restored backup still has, in the caller's transaction.

    The destruction log says that what it stands on was destroyed since, which no hold that stood would have let happen.
    """
    found = Hold.objects.select_for_update().get(pk=hold)
    _lift(found, LiftReason.LIFTED_BEFORE, "destruction log", Actor.operator())


def _lift(hold: Hold, reason: LiftReason, reference: str, by: Actor) -> None:
    hold.lifted_at, hold.lifted_by, hold.lift_reason = timezone.now(), by.id or by.kind.value, reason
    hold.lift_reference = _sealed_reference(reference)
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason", "lift_reference"])
    details: Details = {"hold": hold.pk, "reason": reason.value}
    subject = Subject(hold.subject_kind, hold.subject_id)
    write_event(Event.RECORD_HOLD_LIFTED, actor=by, subject=subject, details=details)


def lock_subjects(subjects: Iterable[Subject]) -> None:
    """Let whoever destroys these wait until the transaction ends, or wait for them."""
    _lock([_lock_name(subject) for subject in subjects])


def held(subject: Subject) -> Hold | None:
    """The oldest open hold on a subject, or None."""
    return Hold.objects.filter(_on(subject), lifted_at=None).order_by("id").first()


def refuse_if_held(*subjects: Subject, contents: Iterable[bytes] = ()) -> None:
    """Raise HeldError if an open hold stands on any of the subjects, or on these contents (see ``content_index``).

    Inside a transaction: no hold can be placed on them until it ends, so what is refused or done then is right.
    """
    contents = list(contents)
    _lock([_lock_name(subject) for subject in subjects] + [content.hex() for content in contents])
    condition = Q(content__in=contents)
    for subject in subjects:
        condition |= _on(subject)
    hold = Hold.objects.filter(condition, lifted_at=None).order_by("id").first()
    if hold is not None:
        raise HeldError(hold.pk)


def content_index(sha256: bytes) -> bytes:
    """The keyed index (32 bytes) by which a hold finds the objects of the vault that hold an item's bytes."""
    return blind_index("record:content", sha256)


def reference_of(hold: Hold) -> str:
    """What the one who asked for the hold calls the matter. SealError."""
    return unseal(_PURPOSE, bytes(hold.reference)).decode()


def lift_reference_of(hold: Hold) -> str | None:
    """The reference given when it was lifted; None while it stands. SealError."""
    return None if hold.lift_reference is None else unseal(_PURPOSE, bytes(hold.lift_reference)).decode()


def _person(by: Actor) -> str:
    if by.kind is not ActorKind.PERSON or not by.id:
        raise ValueError(_("A legal hold is placed and lifted by a person, by name."))
    return by.id


def _sealed_reference(reference: str) -> bytes:
    reference = reference.strip()
    if not reference:
        raise ValueError(_("A reference must be given: what the one who asks calls the matter."))
    if len(reference) > _LONGEST_REFERENCE:
        raise ValueError(_("The reference may have %(most)s characters.") % {"most": _LONGEST_REFERENCE})
    return seal(_PURPOSE, reference.encode())


def _content_of_item(number: str) -> bytes | None:
    digest = Item.objects.values_list("sha256", flat=True).get(pk=int(number))
    return None if digest is None else content_index(bytes(digest))


def _on(subject: Subject) -> Q:
    return Q(subject_kind=subject.kind, subject_id=subject.id)


def _lock_name(subject: Subject) -> str:
    return f"{subject.kind}:{subject.id}"


def _lock(names: Iterable[str]) -> None:
    """Let holding and destroying the same thing wait for one another until the transaction ends.

    On SQLite a transaction that writes is alone anyway. Locks are taken in one order, so that two never wait in a ring.
    """
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lightkeeper:hold:{name}"])
