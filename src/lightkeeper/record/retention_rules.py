"""How long things are kept, as data: each rule with whose law it is, what starts it, what it covers, and how long.

A rule that says *at least* wins over every rule that says *at most* until it is over; a legal hold wins over all.
Which jurisdictions apply, and the organisation's own lengths, stand in the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from lightkeeper.record.retention_dates import ends_at, not_after
from lightkeeper.record.retention_types import Bound, Cause, Covers

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from lightkeeper.record.policy import PolicyValues

JURISDICTIONS: Final = ("us", "uk", "eu")
"""Whose laws rules can be of; "" is the organisation itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Its length is ``years``, or so many days as the policy's value ``own`` says; 0 is at once.

    ``authority``: whose receipt starts it. ``confirmed`` False: a lawyer has to read ``law`` for the operator.
    """

    code: str
    title: _StrPromise
    jurisdiction: str
    cause: Cause
    covers: Covers
    bound: Bound
    law: str
    confirmed: bool
    authority: str = ""
    years: int = 0
    own: str = ""


RULES: Final = (
    Rule(
        code="ncmec_1y", title=_("What a report to NCMEC was about: 1 year at least"), jurisdiction="us",
        cause=Cause.RECEIPT, authority="ncmec", covers=Covers.CONTENT, bound=Bound.AT_LEAST, years=1,
        law="18 USC 2258A(h)(1)", confirmed=True,
    ),
    Rule(
        code="nca_content_1y", title=_("What a report to the NCA was about: 1 year at least"), jurisdiction="uk",
        cause=Cause.RECEIPT, authority="nca", covers=Covers.CONTENT, bound=Bound.AT_LEAST, years=1,
        law="SI 2026/268 reg. 8", confirmed=False,
    ),
    Rule(
        code="nca_ref_5y", title=_("The reference of a report to the NCA: 5 years at least"), jurisdiction="uk",
        cause=Cause.RECEIPT, authority="nca", covers=Covers.REFERENCE, bound=Bound.AT_LEAST, years=5,
        law="SI 2026/268 reg. 8", confirmed=False,
    ),
    Rule(
        code="eu_12m", title=_("A suspicion that people confirmed: 12 months at most"), jurisdiction="eu",
        cause=Cause.FOUNDED, covers=Covers.CONTENT, bound=Bound.AT_MOST, years=1,
        law="Regulation (EU) 2021/1232 Art. 3", confirmed=False,
    ),
    Rule(
        code="eu_unfounded", title=_("A suspicion that people did not confirm: destroyed at once"), jurisdiction="eu",
        cause=Cause.UNFOUNDED, covers=Covers.CONTENT, bound=Bound.AT_MOST,
        law="Regulation (EU) 2021/1232 Art. 3", confirmed=False,
    ),
    Rule(
        code="tos_min", title=_("Our own rule: a case that people confirmed"), jurisdiction="",
        cause=Cause.FOUNDED, covers=Covers.CONTENT, bound=Bound.AT_MOST, own="keep_days",
        law="", confirmed=True,
    ),
    Rule(
        code="own_unfounded", title=_("Our own rule: a case that people did not confirm"), jurisdiction="",
        cause=Cause.UNFOUNDED, covers=Covers.CONTENT, bound=Bound.AT_MOST, own="keep_unfounded_days",
        law="", confirmed=True,
    ),
)  # fmt: skip
"""Every rule. Authorities that are not filed with yet have theirs already: no receipt, no clock."""

EXTENSION: Final = "extension"
"""The rule of a clock that a person started, so that something is kept longer."""
AGAIN: Final = "again"
"""What stands for the rule where a restore destroyed again what the destruction log names."""

BY_CODE: Final = {rule.code: rule for rule in RULES}


def rules_for(cause: Cause, policy: PolicyValues, authority: str = "") -> list[Rule]:
    """The rules that such a moment starts where this policy is in force."""
    applies = {"", *policy.jurisdictions}
    return [
        rule for rule in RULES if rule.cause is cause and rule.authority == authority and rule.jurisdiction in applies
    ]


def due(rule: Rule, began_at: datetime, policy: PolicyValues) -> datetime:
    """When a clock of a rule is over, in UTC.

    One that says *at least* ends when its last day is over in every time zone, one that says *at most* before its last
    day has ended in any: rather a day too long and a day too short.
    """
    if rule.bound is Bound.AT_LEAST:
        return ends_at(began_at, rule.years)
    if rule.own:
        return began_at + timedelta(days=getattr(policy, rule.own))
    return not_after(began_at, rule.years) if rule.years else began_at


def title_of(code: str) -> _StrPromise | str:
    """What a rule is called."""
    if code == EXTENSION:
        return _("Kept longer, by a person's word")
    if code == AGAIN:
        return _("Destroyed again after a restore")
    return BY_CODE[code].title if code in BY_CODE else code
