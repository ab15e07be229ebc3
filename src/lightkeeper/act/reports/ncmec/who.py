"""Who is who in a draft: whom people confirmed as a suspect and as possible victims, and on whose word.

Where nobody said anything, the account that the platform named stands there, and the draft says that no person
confirmed it. An account of which somebody said that it is a possible victim's, a witness's or unrelated is never
reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.act.parties.confirming import identity_of
from lightkeeper.act.parties.identity import Identity
from lightkeeper.act.parties.models import Party
from lightkeeper.act.parties.models import Victim as VictimRow
from lightkeeper.act.parties.queries import victims_of
from lightkeeper.act.parties.types import LookPurpose, PartyRefused, PartyRole
from lightkeeper.act.parties.victims import show_victims
from lightkeeper.act.reports.drafting import ReportRefused
from lightkeeper.act.reports.named import NOBODY_NAMED, Named
from lightkeeper.act.reports.ncmec.common import IpCapture
from lightkeeper.act.reports.ncmec.identities import reported_of, victim_of
from lightkeeper.act.reports.ncmec.people import Reported, Victim
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import SealError

SUSPECT: Final = "report/personOrUserReported"
VICTIM: Final = "report/victim"
UNCONFIRMED: Final = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Mention:
    """An account that a platform named: its index, empty where it is not known of which platform, and its name."""

    index: bytes
    name: str
    captures: tuple[IpCapture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What whoever drafts asked for: to read possible victims as ``reader``, to report this ``suspect`` of several."""

    reader: Person | None = None
    suspect: str = ""


NOBODY: Final = Asked()


@dataclass(slots=True)
class People:
    """Those whom a draft names, where that is from, and on whose word."""

    reported: tuple[Reported, ...] = ()
    victims: tuple[Victim, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    named: Named = NOBODY_NAMED


def people_of(
    case: Case, senders: Iterable[Mention], recipients: Iterable[Mention], asked: Asked = NOBODY, *,
    fall_back: bool = True,
) -> People:  # fmt: skip
    """Whom a draft of a case names. ``fall_back``: use the accounts that platforms named where no person said anything.

    Possible victims are opened where the reader may, after the look was committed: RuntimeError inside a transaction.
    Raises ReportRefused, SealError.
    """
    standing = said_of(case)
    people = People()
    _suspect(people, standing, list(senders), asked.suspect, fall_back=fall_back)
    rows = list(victims_of(case))
    if rows:
        _victims(people, rows, asked.reader)
    elif fall_back:
        _addressed(people, standing, recipients)
    return people


def said_of(case: Case) -> dict[bytes, Party]:
    """What counts of what people said of the accounts of a case."""
    return {bytes(row.account_index): row for row in Party.objects.filter(case=case, ended_at=None).order_by("pk")}


def suspects_of(standing: Mapping[bytes, Party]) -> list[Party]:
    """Those that people confirmed as suspects, and whose account was not erased."""
    return [row for row in standing.values() if row.role == PartyRole.SUSPECT and row.account is not None]


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody confirmed as a suspect: what a form sends for them, the account's name, whether a draft names them."""

    key: str
    name: str = field(repr=False)
    chosen: bool


def suspects(case: Case, named: Named) -> list[Choice]:
    """Whom a report of a case can name as its suspect, one at a time; "" for a name that cannot be opened any more."""
    rows = suspects_of(said_of(case))
    return [Choice(bytes(row.account_index).hex(), _name(row), row.pk in named.parties) for row in rows]


def _name(row: Party) -> str:
    try:
        return identity_of(row).account
    except SealError:
        return ""


def sharing(case: Case, senders: Iterable[Mention]) -> tuple[tuple[str, ...], Named]:
    """Accounts that a batched report would name: all from which something came, but for those said to be no suspect."""
    standing = said_of(case)
    suspects = {bytes(row.account_index): row.pk for row in suspects_of(standing)}
    named = [one for one in senders if one.name and (one.index in suspects or _free(one, standing))]
    rest = sorted({one.index.hex() for one in named if one.index and one.index not in suspects})
    parties = sorted({suspects[one.index] for one in named if one.index in suspects})
    return tuple(sorted({one.name for one in named})), Named(parties=tuple(parties), unconfirmed=tuple(rest))


def said_by(row: Party | VictimRow) -> str:
    """The source of what a person said, as a code: who, by number, and when."""
    return f"said:{row.said_by_id}:{row.said_at.isoformat()}"


def _suspect(
    people: People, standing: Mapping[bytes, Party], senders: list[Mention], key: str, *, fall_back: bool
) -> None:
    confirmed = suspects_of(standing)
    chosen = next((row for row in confirmed if key in {"", bytes(row.account_index).hex()}), None)
    if chosen is not None:
        captures = tuple(one for sent in senders if sent.index == chosen.account_index for one in sent.captures)
        people.reported = (reported_of(identity_of(chosen), captures),)
        people.sources[f"{SUSPECT}[1]"] = said_by(chosen)
        for number in range(1, len(set(captures)) + 1):
            people.sources[f"{SUSPECT}[1]/ipCaptureEvent[{number}]"] = "platform"
        people.named = Named(parties=(chosen.pk,))
    elif key:
        raise ReportRefused(_("Choose somebody who is said to be a suspect in this case."))
    elif fall_back and not confirmed:
        _sender(people, standing, senders)


def _sender(people: People, standing: Mapping[bytes, Party], senders: list[Mention]) -> None:
    """The one account that everything of the case is from; none where there is not exactly one."""
    free = [one for one in senders if one.name and _free(one, standing)]
    if len({one.name for one in free}) != 1:
        return
    captures = tuple(dict.fromkeys(capture for one in free for capture in one.captures))
    people.reported = (reported_of(Identity(account=free[0].name), captures),)
    people.sources[f"{SUSPECT}[1]"] = UNCONFIRMED
    if captures:
        people.sources[f"{SUSPECT}[1]/ipCaptureEvent"] = "platform"
    _mention(people, free)


def _victims(people: People, rows: list[VictimRow], reader: Person | None) -> None:
    """All that is known of possible victims where the reader may see it, nothing where not."""
    if reader is None or not may(reader, Permission.VICTIM_READ):
        return
    try:
        known = show_victims(rows, person=reader, purpose=LookPurpose.REPORT)
    except PartyRefused as refused:
        raise ReportRefused(str(refused)) from None
    people.victims = tuple(map(victim_of, known))
    people.sources |= {f"{VICTIM}[{number}]": said_by(row) for number, row in enumerate(rows, start=1)}
    people.named = Named(
        parties=people.named.parties, victims=tuple(row.pk for row in rows), unconfirmed=people.named.unconfirmed
    )


def _addressed(people: People, standing: Mapping[bytes, Party], recipients: Iterable[Mention]) -> None:
    """The accounts to which conversations were addressed, where nobody wrote down a possible victim."""
    free = [one for one in recipients if one.name and _free(one, standing)]
    names = dict.fromkeys(one.name for one in free)
    people.victims = tuple(victim_of(Identity(account=name)) for name in names)
    people.sources |= {f"{VICTIM}[{number}]": UNCONFIRMED for number in range(1, len(names) + 1)}
    _mention(people, free)


def _free(one: Mention, standing: Mapping[bytes, Party]) -> bool:
    """Whether nobody has said what an account is."""
    said = standing.get(one.index) if one.index else None
    return said is None or said.role == PartyRole.UNCLEAR


def _mention(people: People, mentions: Iterable[Mention]) -> None:
    indexes = {*people.named.unconfirmed, *(one.index.hex() for one in mentions if one.index)}
    people.named = Named(parties=people.named.parties, victims=people.named.victims, unconfirmed=tuple(sorted(indexes)))
