"""Numbers, shares and changes as they are printed: alike everywhere, whatever language or place a process runs in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.figures.types import Cell, Change

LANGUAGE: Final = "en"
"""The one that sentences and definitions are frozen in; a report in two languages would read as a mistake."""
_MANY_TIMES: Final = 10.0
_MINUS: Final = "\N{MINUS SIGN}"


def number(count: int) -> str:
    """A count with commas between thousands."""
    return f"{count:,}".replace("-", _MINUS)


def printed(count: int | None) -> str:
    """A count, or that it is not printed."""
    return _("not printed") if count is None else number(count)


def share(count: int | None, whole: int | None) -> str:
    """A part of a whole in percent, "" where either is not printed or the whole is nothing. Halves go up."""
    if count is None or not whole:
        return ""
    tenths = (2000 * count + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def changed(change: Change | None) -> str:
    """How much more or less, in percent; from ten times on, how many times."""
    return "" if change is None else _shift(change.ratio)


def interval(change: Change | None) -> str:
    """Between what the change lies with 95 % confidence."""
    if change is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": _shift(change.low), "high": _shift(change.high)}


def known_before(cell: Cell) -> str:
    """The count of the year before, "" where it has none that is printed."""
    return "" if cell.previous is None else number(cell.previous)


def moment(at: datetime) -> str:
    """An instant of UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def stamp(at: datetime) -> str:
    """An instant as a PDF has it."""
    return f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}+00'00'"


def kept_back(threshold: int) -> str:
    """What "not printed" means."""
    return _("Not printed: fewer than %(n)d, or a number that would tell one that is.") % {"n": threshold}


def _shift(ratio: float) -> str:
    if ratio >= _MANY_TIMES:
        return _("%(n)s times") % {"n": number(round(ratio))}
    percent = round(100 * (ratio - 1), 1)
    if percent == 0:
        return "0.0 %"
    return f"{'+' if percent > 0 else _MINUS}{abs(percent):.1f} %"
