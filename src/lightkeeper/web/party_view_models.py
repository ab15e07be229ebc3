"""What the page of who is who shows to one person: accounts and what was said of them, possible victims as a number.

What was said shows once everything of the case is settled: before, it would tell what was judged. What is known of
possible victims is on no page but the one that answers ``party:show``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django import forms

from lightkeeper.act.models import Party, Victim
from lightkeeper.act.queries import LookPurpose, Who, Word, all_settled, victim_looks, victims_of, who_is_who
from lightkeeper.act.services import PartyRefused, show_victims
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import SealError
from lightkeeper.web.identity_forms import IdentityForm, entered, facts
from lightkeeper.web.party_forms import ShowForm, WhyForm, WordForm, spoken_name

LOOKS: Final = 20
"""Looks at possible victims in the table; the audit trail has all."""


@dataclass(frozen=True, slots=True)
class WordLine:
    """What somebody said of an account, as the page has it."""

    row: Party
    why: str = field(repr=False)
    known: list[tuple[str, list[str]]] = field(repr=False)
    damaged: bool


@dataclass(frozen=True, slots=True)
class WhoLine:
    """One account: what it is called here, how the platform named it, and what was said of it."""

    name: str = field(repr=False)
    who: Who
    said: WordLine | None
    before: list[WordLine]


@dataclass(frozen=True, slots=True)
class VictimLine:
    """What is known of one possible victim, after the look was recorded; ``known`` is None where it is damaged."""

    row: Victim
    known: list[tuple[str, list[str]]] | None = field(repr=False)
    why: WhyForm
    identity: IdentityForm


def accounts_for(case: Case, person: Person, *, settled: bool) -> list[WhoLine] | None:
    """The accounts of a case for whoever may say who is who; None for others."""
    if not may(person, Permission.PARTY_CONFIRM):
        return None
    return [_line(one, settled=settled) for one in who_is_who(case)]


def page(
    case: Case, person: Person, *, word: WordForm | None = None, known: forms.Form | None = None,
    show: ShowForm | None = None, why: WhyForm | None = None, victim: forms.Form | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything that the page shows; forms that were sent stand where empty ones would, with what was wrong."""
    settled = all_settled(case)
    accounts = accounts_for(case, person, settled=settled)
    looks = victim_looks(case) if sees_looks(person) else None
    who = [one.who for one in accounts or [] if one.who.account is not None]
    return {
        "case": case,
        "settled": settled,
        "accounts": accounts,
        "word": (word or WordForm(who=who)) if settled and who else None,
        "known": known or IdentityForm(auto_id="known-%s"),
        "victims": victims_of(case).count() if settled else 0,
        "show": (show or ShowForm(auto_id="show-%s")) if may(person, Permission.VICTIM_READ) else None,
        "reads_by_name": not may(person, Permission.VICTIM_READ),
        "why": (why or WhyForm(auto_id="new-%s")) if may(person, Permission.VICTIM_WRITE) else None,
        "victim": victim or IdentityForm(auto_id="new-%s"),
        "looks": None if looks is None else looks[:LOOKS],
        "more_looks": looks is not None and looks.count() > LOOKS,
    }


def sees_looks(person: Person) -> bool:
    """Whether somebody sees who looked: who may look, and who oversees looking."""
    return may(person, Permission.VICTIM_READ) or may(person, Permission.VIEWS_READ)


def shown(rows: Iterable[Victim], person: Person, purpose: LookPurpose) -> list[VictimLine]:
    """What is known of possible victims, each opened after this person's look at them was committed."""
    return [_shown(row, person, purpose) for row in rows]


def _shown(row: Victim, person: Person, purpose: LookPurpose) -> VictimLine:
    why, ids = WhyForm(auto_id=f"victim-{row.pk}-%s"), f"victim-{row.pk}-%s"
    try:
        (identity,) = show_victims([row], person=person, purpose=purpose)
    except (PartyRefused, SealError):
        return VictimLine(row, None, why, IdentityForm(auto_id=ids))
    return VictimLine(row, list(facts(identity)), why, IdentityForm(initial=entered(identity), auto_id=ids))


def _line(who: Who, *, settled: bool) -> WhoLine:
    said = _word(who.said) if settled and who.said is not None else None
    return WhoLine(spoken_name(who), who, said, [_word(one) for one in who.before] if settled else [])


def _word(word: Word) -> WordLine:
    besides = replace(word.identity, account="")  # the account stands above it
    return WordLine(word.row, word.why, list(facts(besides)), word.damaged)
