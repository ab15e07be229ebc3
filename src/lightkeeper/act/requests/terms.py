"""How long an authority can ask to preserve: terms by country, as data. Holds never end by themselves.

None of these was read by a lawyer for the operator: ``confirmed`` says so, and the pages repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Term:
    """``days`` from the request, ``renewal`` more with each renewed request, under ``law``."""

    days: int
    renewal: int
    law: str
    confirmed: bool = False

    @property
    def first(self) -> timedelta:
        """How long it is to be kept at first."""
        return timedelta(days=self.days)

    @property
    def more(self) -> timedelta:
        """How much longer after a renewal."""
        return timedelta(days=self.renewal)


TERMS: Final = {"US": Term(90, 90, "18 USC 2703(f)(2)")}
"""By country (ISO 3166 alpha-2)."""

ELSEWHERE: Final = Term(90, 90, "Convention on Cybercrime (ETS 185), Art. 16(2)")
"""Where no country is named above: what that convention says at the most; the law of the country decides."""

REMINDED: Final = timedelta(days=14)
"""So long before a preservation runs out somebody is reminded."""


def term_of(country: str) -> Term:
    """The term for a country."""
    return TERMS.get(country, ELSEWHERE)
