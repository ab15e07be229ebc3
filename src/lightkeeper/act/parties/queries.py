"""What can be asked of the parties of a case: who people said is who, how many possible victims, and who looked.

What is known of a possible victim is not here: ``victims.show_victims`` alone opens it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet

from lightkeeper.act.account_names import Account, senders_and_recipients_of
from lightkeeper.act.notes import note_of
from lightkeeper.act.parties.confirming import identity_of
from lightkeeper.act.parties.identity import Identity
from lightkeeper.act.parties.models import Party, Victim, VictimLook
from lightkeeper.act.parties.types import PartyRole
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import SealError

NOTHING: Final = Identity()


@dataclass(frozen=True, slots=True)
class Word:
    """What one person said of an account once. ``damaged``: what was written with it cannot be opened any more.

    Of a possible victim, and of what was said before of somebody who is one now, no reason and no identity is here.
    """

    row: Party
    why: str = field(default="", repr=False)
    identity: Identity = field(default=NOTHING, repr=False)
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """An account of a case, and what people said of it: ``said`` counts, ``before`` was ended, the newest first.

    ``name`` is "" where it was erased (``account`` is None then) and where it is a possible victim's.
    """

    account: Account | None
    name: str = field(repr=False)
    addressed: bool
    said: Word | None
    before: tuple[Word, ...]

    @property
    def is_victim(self) -> bool:
        """Whether somebody said that it is a possible victim's."""
        return self.said is not None and self.said.row.role == PartyRole.VICTIM


def who_is_who(case: Case) -> list[Who]:
    """Every account of a case, as sender or uploader before those that were only written to, then what was erased."""
    sent, addressed = senders_and_recipients_of(case)
    senders = {one.index: one for one in sent}
    accounts = {**{one.index: one for one in addressed}, **senders}
    said: dict[bytes, list[Party]] = defaultdict(list)
    for row in Party.objects.filter(case=case).select_related("said_by").order_by("-pk"):
        said[bytes(row.account_index)].append(row)
    order = [*senders, *(index for index in accounts if index not in senders)]
    order += [index for index in said if index not in accounts]
    return [_who(accounts.get(index), index not in senders, said.get(index, [])) for index in order]


def victims_of(case: Case) -> QuerySet[Victim]:
    """The possible victims of a case that count and of whom something is kept, without it."""
    return Victim.objects.filter(case=case, ended_at=None, destroyed_at=None).defer("content").order_by("pk")


def victim_looks(case: Case) -> QuerySet[VictimLook]:
    """Who looked at what is known of the possible victims of a case, the newest first; of those of earlier too."""
    return VictimLook.objects.filter(victim__case=case).select_related("person").order_by("-pk")


def _who(account: Account | None, addressed: bool, rows: list[Party]) -> Who:
    standing = next((row for row in rows if row.ended_at is None), None)
    protected = standing is not None and standing.role == PartyRole.VICTIM
    return Who(
        account=account,
        name="" if account is None or protected else account.name,
        addressed=addressed,
        said=None if standing is None else _word(standing, protected),
        before=tuple(_word(row, protected) for row in rows if row is not standing),
    )


def _word(row: Party, protected: bool) -> Word:
    if protected or row.role == PartyRole.VICTIM:
        return Word(row)
    try:
        identity = identity_of(row) if row.identity is not None else NOTHING
        return Word(row, note_of(row.why, row.public.bytes), identity)
    except SealError:
        return Word(row, damaged=True)
