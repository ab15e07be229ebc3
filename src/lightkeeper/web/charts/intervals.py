"""Shares with their intervals, one under the other: SVG, with a sentence for each that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lightkeeper.review.queries import Share

WIDTH: Final = 260
_EDGE: Final = 8
_HIGH: Final = 26


def interval_bar(share: Share | None) -> SafeString:
    """Draw one share from 0 to 100 %: a point, and the interval in which the true share lies. "" of nothing."""
    if share is None:
        return SafeString()
    return format_html(
        '<svg class="interval" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{says}">'
        '<rect class="interval-axis" x="{edge}" y="11" width="{length}" height="4" rx="2"/>{ticks}'
        '<rect class="interval-range" x="{low}" y="8" width="{range}" height="10" rx="5"/>'
        '<circle class="interval-at" cx="{at}" cy="13" r="6"/></svg>',
        w=WIDTH, h=_HIGH, says=share_sentence(share), edge=_EDGE, length=WIDTH - 2 * _EDGE, ticks=_ticks((0.5,)),
        low=f"{_at(share.low):.1f}", range=f"{max(_at(share.high) - _at(share.low), 1):.1f}",
        at=f"{_at(share.value):.1f}",
    )  # fmt: skip


def share_sentence(share: Share | None) -> str:
    """A share in words, never without what it is of."""
    if share is None:
        return _("None yet.")
    return _("%(value).0f %% of %(n)d; with 95 %% confidence from %(low).0f to %(high).0f %%.") % {
        "value": 100 * share.value,
        "n": share.n,
        "low": 100 * share.low,
        "high": 100 * share.high,
    }


def _at(value: float) -> float:
    return _EDGE + value * (WIDTH - 2 * _EDGE)


def _ticks(values: Sequence[float]) -> SafeString:
    lines = ((f"{_at(value):.1f}",) * 2 for value in values)
    return format_html_join("", '<line class="interval-tick" x1="{}" x2="{}" y1="6" y2="20"/>', lines)
