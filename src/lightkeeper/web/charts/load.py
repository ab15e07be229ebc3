"""What somebody saw on each of some days: a strip of bars for one level, and a sentence that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH: Final = 280
_HIGH: Final = 44
_EDGE: Final = 4
_GAP: Final = 4
Days = Sequence[tuple[date, float]]
"""The days in their order, the last one last, and how much there was on each."""


def load_strip(days: Days, says: str) -> SafeString:
    """Draw a bar a day, as high as the day's part of the highest; what it means stands in ``says``.

    A day with anything at all has a bar that can be seen.
    """
    most = max((amount for _day, amount in days), default=0)
    step = (WIDTH - 2 * _EDGE) / max(len(days), 1)
    bars = (
        (f"{_EDGE + place * step + _GAP / 2:.1f}", f"{_HIGH - 6 - high:.1f}", f"{step - _GAP:.1f}", f"{high:.1f}")
        for place, (_day, amount) in enumerate(days)
        if (high := max((_HIGH - 10) * amount / most, 2) if amount else 0)
    )
    return format_html(
        '<svg class="load" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{says}">'
        '<rect class="load-axis" x="{edge}" y="{floor}" width="{length}" height="2"/>{bars}</svg>',
        w=WIDTH, h=_HIGH, says=says, edge=_EDGE, floor=_HIGH - 5, length=WIDTH - 2 * _EDGE,
        bars=format_html_join("", '<rect class="load-bar" x="{}" y="{}" width="{}" height="{}" rx="2"/>', bars),
    )  # fmt: skip


def seconds_sentence(days: Days) -> str:
    """Seconds in words."""
    figures = _figures(days)
    words = ngettext(
        "%(total).0f second in %(days)d days; the most was %(most).0f on %(day)s.",
        "%(total).0f seconds in %(days)d days; the most was %(most).0f on %(day)s.",
        round(figures["total"]),
    )
    return words % figures if figures["total"] else _("Not a second.")


def looks_sentence(days: Days) -> str:
    """Looks in words."""
    figures = _figures(days)
    words = ngettext(
        "%(total)d look in %(days)d days; the most was %(most)d on %(day)s.",
        "%(total)d looks in %(days)d days; the most was %(most)d on %(day)s.",
        round(figures["total"]),
    )
    return words % figures if figures["total"] else _("Not one look.")


def _figures(days: Days) -> dict[str, Any]:
    day, most = max(days, key=lambda one: one[1], default=(None, 0))
    return {"total": sum(amount for _day, amount in days), "days": len(days), "most": most, "day": day}
