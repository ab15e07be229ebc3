"""Links of a case to others, as its page shows them: what a machine suggests, what people said, and a form to say it.

Who judged a link, and why, shows once both cases are settled: it could tell what was judged of either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.review.models import Case
from lightkeeper.review.queries import CaseState, LinkedCase, LinkState, links_of, why_linked
from lightkeeper.runtime.services import SealError
from lightkeeper.web.party_forms import LinkForm


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link: who judged it and why, as far as that shows, and a form for whoever may judge it."""

    link: LinkedCase
    by: str
    why: str = field(repr=False)
    damaged: bool
    form: LinkForm | None


def links_for(case: Case, person: Person, *, settled: bool) -> dict[str, Any]:
    """The links of a case: those that stand or are only suggested, and those that somebody rejected."""
    judges = may(person, Permission.PARTY_CONFIRM)
    lines = [_line(one, told=settled and one.state is CaseState.CLOSED, judges=judges) for one in links_of(case)]
    return {
        "linked": [one for one in lines if one.link.verdict is not LinkState.REJECTED],
        "rejected_links": [one for one in lines if one.link.verdict is LinkState.REJECTED],
    }


def _line(link: LinkedCase, *, told: bool, judges: bool) -> LinkLine:
    by, why, damaged = "", "", False
    if told and link.judged is not None:
        by = link.judged.made_by.name
        try:
            why = why_linked(link.judged)
        except SealError:
            damaged = True
    return LinkLine(link, by, why, damaged, LinkForm(number=link.number) if judges else None)
