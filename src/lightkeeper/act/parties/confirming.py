"""A person says what part an account has in a case; until then it is only an account that the platform named."""

from __future__ import annotations

import json
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.account_names import Account, accounts_of, name_of, recipients_of, sealed_name
from lightkeeper.act.notes import checked_note, sealed_note
from lightkeeper.act.parties.identity import Identity, as_json, from_json, packed
from lightkeeper.act.parties.models import Party
from lightkeeper.act.parties.types import PartyRefused, PartyRole
from lightkeeper.act.parties.victims import end_victim_of, locked_case, note_victim
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Subject
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import seal, unseal

_IDENTITY: Final = "act:party"


@transaction.atomic
def confirm_party(
    case: Case, key: str, role: PartyRole, *, why: str, person: Person, identity: Identity | None = None
) -> Party:
    """Say what part an account of a settled case has, by its key (``Account.key``), and why.

    ``identity``: what is known of a suspect or a possible victim besides the account. What was said before is ended
    and stays. Raises PermissionDenied; PartyRefused, a sentence.
    """
    require(person, Permission.PARTY_CONFIRM)
    locked = locked_case(case)
    account = next((one for one in (*accounts_of(locked), *recipients_of(locked)) if one.key == key), None)
    if account is None:
        raise PartyRefused(_("Choose an account of this case. What was erased is none any more."))
    why = checked_note(why, PartyRefused)
    before = _end_before(locked, account, role, person)
    row = Party(
        case=locked, client_id=account.client_id, account_index=account.index, role=role, said_by=person, said_at=now()
    )
    if role == PartyRole.VICTIM:
        _note_victim(locked, account, identity, why, person)
    else:
        _keep(row, account, identity, why)
    row.save(force_insert=True)
    write_event(
        Event.ACT_PARTY_CONFIRMED,
        actor=person.actor,
        subject=Subject("case", str(locked.pk)),
        details={"party": row.pk, "role": role.value, "before": before or None},
    )
    return row


def identity_of(party: Party) -> Identity:
    """What is known of a suspect, with the account; nothing where it was erased. Raises SealError."""
    context = party.public.bytes
    account = "" if party.account is None else name_of(bytes(party.account), context)
    if party.identity is None:
        return Identity(account=account)
    kept = json.loads(unseal(_IDENTITY, bytes(party.identity), context=context))
    return from_json({**kept, "account": account})


def _end_before(case: Case, account: Account, role: PartyRole, person: Person) -> str:
    """End what was said of the account before, and give what that was, "" where nothing was.

    A possible victim is not written down over one that is: whoever does that may not have seen what is known.
    """
    rows = Party.objects.select_for_update().filter(case=case, account_index=account.index, ended_at=None)
    before = rows.first()
    if before is None:
        return ""
    if before.role == PartyRole.VICTIM:
        require(person, Permission.VICTIM_WRITE)
        if role == PartyRole.VICTIM:
            raise PartyRefused(_("It is written down as a possible victim's already; have that shown to change it."))
        end_victim_of(before)
    before.ended_at = now()
    before.save(update_fields=["ended_at"])
    return str(before.role)


def _note_victim(case: Case, account: Account, identity: Identity | None, why: str, person: Person) -> None:
    require(person, Permission.VICTIM_WRITE)
    known = from_json({**as_json(identity or Identity()), "account": account.name})
    note_victim(case, known, why=why, person=person, index=account.index)


def _keep(row: Party, account: Account, identity: Identity | None, why: str) -> None:
    context = row.public.bytes
    row.account, row.why = sealed_name(account, context), sealed_note(why, context)
    if identity is None or identity.known == 0:
        return
    if row.role != PartyRole.SUSPECT:
        raise PartyRefused(_("Only of a suspect or a possible victim more is written down than the account."))
    row.identity = seal(_IDENTITY, packed({**as_json(identity), "account": ""}), context=context)
