"""How figures are said, on a page and on a terminal: rates in percent, shares with their interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

MADE_UP: Final = "These conversations were made up by those who wrote the rules: proof of mechanics, not of accuracy."
MEASURED: Final = "A measurement on the data that you gave; it says nothing of other places, and nothing of any person."


def percent(value: float | None) -> str:
    """A rate as people read it, a dash where there is none."""
    return "-" if value is None or math.isnan(value) else f"{100 * value:.1f} %"


def number(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def share(value: Mapping[str, Any] | None) -> str:
    """A share with its interval and what it is a share of."""
    if value is None or value["rate"] is None:
        return "-"
    return f"{percent(value['rate'])} of {value['n']:,} ({percent(value['low'])} to {percent(value['high'])})"
