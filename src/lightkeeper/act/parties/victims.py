"""Possible victims: written down, shown only after the look was recorded, destroyed. No list, search or log has them.

What is known of one is sealed by a key of its own and opened by ``show_victims`` alone, which has committed who looks,
and why, before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.bases import settled
from lightkeeper.act.notes import checked_note
from lightkeeper.act.parties.identity import Identity, as_json, from_json, packed
from lightkeeper.act.parties.models import Party, Victim, VictimLook
from lightkeeper.act.parties.types import LookPurpose, PartyRefused
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import may
from lightkeeper.record.events import Event
from lightkeeper.record.services import refuse_if_held, write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import seal, unseal

PURPOSE: Final = "act:victim"


@transaction.atomic
def add_victim(case: Case, identity: Identity, *, why: str, person: Person) -> Victim:
    """Write down a possible victim of whom no account is known. Raises PermissionDenied, PartyRefused."""
    require(person, Permission.VICTIM_WRITE)
    locked = locked_case(case)
    if identity.known == 0:
        raise PartyRefused(_("Write down something that is known of the possible victim."))
    return note_victim(locked, replace(identity, account=""), why=why, person=person)


@transaction.atomic
def change_victim(victim: Victim, identity: Identity, *, why: str, person: Person) -> Victim:
    """Write anew what is known; what was known before stays until it is destroyed. PermissionDenied, PartyRefused.

    Whoever changes it has seen it. The account stays the one that the platform named.
    """
    require(person, Permission.VICTIM_WRITE)
    _require_reading(person)
    locked_case(victim.case)
    old = _standing(victim)
    if not old.looks.filter(person=person).exists():
        raise PartyRefused(_("Have it shown before you change it."))
    known, _why = _opened(old)
    _end(old)
    changed = replace(identity, account=known.account)
    return note_victim(
        old.case, changed, why=why, person=person, index=bytes(old.account_index), event=Event.ACT_VICTIM_CHANGED
    )


@transaction.atomic
def withdraw_victim(victim: Victim, person: Person) -> None:
    """Say that somebody without an account is no possible victim after all. Raises PermissionDenied, PartyRefused."""
    require(person, Permission.VICTIM_WRITE)
    locked_case(victim.case)
    old = _standing(victim)
    if bytes(old.account_index):
        raise PartyRefused(_("Say of the account what it is instead."))
    _end(old)
    _write(Event.ACT_VICTIM_WITHDRAWN, old, person.actor)


def show_victims(victims: Iterable[Victim], *, person: Person, purpose: LookPurpose) -> list[Identity]:
    """What is known of possible victims; who looks, and why, is committed before anything is opened.

    Raises PermissionDenied; PartyRefused: destroyed; SealError. RuntimeError inside a transaction.
    """
    _require_reading(person)
    rows = list(victims)
    with transaction.atomic(durable=True):
        record_looks(rows, person=person, purpose=LookPurpose(purpose))
    return [_opened(Victim.objects.get(pk=row.pk))[0] for row in rows]


def record_looks(victims: Iterable[Victim], *, person: Person, purpose: LookPurpose) -> None:
    """Write down who is about to look; in the caller's transaction, which is committed before anything is shown."""
    for row in victims:
        VictimLook.objects.create(victim=row, person=person, role=person.role, purpose=purpose, began_at=now())
        _write(Event.ACT_VICTIM_SHOWN, row, person.actor, purpose=purpose.value)


@transaction.atomic
def destroy_victims_of(case: Case) -> int:
    """Destroy all that is known of the possible victims of a case; gives of how many. HeldError under a legal hold."""
    Case.objects.select_for_update().get(pk=case.pk)
    refuse_if_held(Subject("case", str(case.pk)))
    count = empty_victims(case.pk)
    if count:
        details = {"count": count}
        subject = Subject("case", str(case.pk))
        write_event(Event.ACT_VICTIMS_DESTROYED, actor=Actor.system(), subject=subject, details=details)
    return count


def destroy_again(number: str) -> bool:
    """In a restored database: destroy what was known of the victims of the case of this number. HeldError."""
    case = Case.objects.filter(pk=int(number)).first()
    return case is not None and destroy_victims_of(case) > 0


def empty_victims(case: int) -> int:
    """Destroy the same in the caller's transaction, which has asked for holds. Nothing, done twice."""
    rows = Victim.objects.filter(case_id=case, destroyed_at=None)
    return rows.update(content=b"", destroyed_at=now())


def note_victim(
    case: Case, identity: Identity, *, why: str, person: Person, index: bytes = b"",
    event: Event = Event.ACT_VICTIM_ADDED,
) -> Victim:  # fmt: skip
    """Write down a possible victim of a locked case; in the caller's transaction. Raises PartyRefused."""
    row = Victim(case=case, account_index=index, said_by=person, said_at=now())
    plain = packed({"identity": as_json(identity), "why": checked_note(why, PartyRefused)})
    row.content = seal(PURPOSE, plain, context=row.public.bytes)
    row.save(force_insert=True)
    _write(event, row, person.actor)
    return row


def end_victim_of(party: Party) -> None:
    """End what is said of the possible victim that an account was; in the caller's transaction."""
    for row in Victim.objects.filter(case=party.case_id, account_index=party.account_index, ended_at=None):
        _end(row)


def locked_case(case: Case) -> Case:
    """Lock a case of which everything is settled: before, it would tell what was judged. Raises PartyRefused."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not settled(locked):
        raise PartyRefused(_("Not everything of this case is settled yet: say who is who afterwards."))
    return locked


def _require_reading(person: Person) -> None:
    """As with content, the role is not enough: the right is given by name. Raises PermissionDenied."""
    if not may(person, Permission.VICTIM_READ):
        raise PermissionDenied(Permission.VICTIM_READ.value)


def _standing(victim: Victim) -> Victim:
    row = Victim.objects.select_for_update(of=("self",)).select_related("case").get(pk=victim.pk)
    if row.ended_at is not None or row.destroyed_at is not None:
        raise PartyRefused(_("This was changed or destroyed meanwhile; look at it again."))
    return row


def _opened(row: Victim) -> tuple[Identity, str]:
    if row.destroyed_at is not None:
        raise PartyRefused(_("What was known of this possible victim is destroyed."))
    kept = json.loads(unseal(PURPOSE, bytes(row.content), context=row.public.bytes))
    return from_json(kept["identity"]), kept["why"]


def _end(row: Victim) -> None:
    row.ended_at = now()
    row.save(update_fields=["ended_at"])


def _write(event: Event, row: Victim, actor: Actor, **details: str) -> None:
    subject = Subject("case", str(row.case_id))
    write_event(event, actor=actor, subject=subject, details={"victim": row.pk, **details})
