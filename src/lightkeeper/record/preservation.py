"""How long the law asks to keep what a filed report was about, by the hold that stands from its receipt on.

That hold carries the authority's name as the first word of its reference; the terms are rules (``retention_rules``).
"""

from __future__ import annotations

from typing import Final

from lightkeeper.record.retention_rules import RULES, Rule
from lightkeeper.record.retention_types import Bound, Covers
from lightkeeper.record.types import HoldBasis

TERMS: Final = {
    rule.authority: rule
    for rule in RULES
    if rule.authority and rule.covers is Covers.CONTENT and rule.bound is Bound.AT_LEAST
}
"""By authority. Longer is allowed, for protecting children (18 USC 2258A(h)(5)): a person extends the clock."""


def term_of(basis: str, reference: str) -> Rule | None:
    """The term of a hold with this basis and reference; None where the law sets none that we know."""
    words = reference.split(maxsplit=1)
    return TERMS.get(words[0].lower()) if basis == HoldBasis.REPORT_FILED and words else None
