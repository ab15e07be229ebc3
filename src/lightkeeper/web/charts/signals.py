"""When signals showed: a bar a day for all of them, a track from first to last for each; sentences say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH: Final = 640
_HIGH: Final = 64
_EDGE: Final = 4
_MOST_BARS: Final = 120
TRACK: Final = 260
Span = tuple[datetime, datetime]


def signal_strip(counts: Sequence[tuple[date, int]], says: str = "") -> SafeString:
    """Draw how many marked messages each day had, the first day first; "" of nothing.

    ``says`` is what it says in words, if not ``strip_sentence``.
    Days in between count as none; where there are more than 120 of them, a bar stands for several.
    """
    if not counts:
        return SafeString()
    heights = _buckets(counts)
    step = (WIDTH - 2 * _EDGE) / len(heights)
    most, wide = max(heights), max(min(step - 2, 28), 2)
    bars = (
        (f"{_EDGE + (place + 0.5) * step - wide / 2:.1f}", f"{_HIGH - 6 - high:.1f}", f"{wide:.1f}", f"{high:.1f}")
        for place, count in enumerate(heights)
        if (high := max((_HIGH - 12) * count / most, 3) if count else 0)
    )
    return format_html(
        '<svg class="signal-strip" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{says}">'
        '<rect class="load-axis" x="{edge}" y="{floor}" width="{length}" height="2"/>{bars}</svg>',
        w=WIDTH, h=_HIGH, says=says or strip_sentence(counts), edge=_EDGE, floor=_HIGH - 5, length=WIDTH - 2 * _EDGE,
        bars=format_html_join("", '<rect class="load-bar" x="{}" y="{}" width="{}" height="{}" rx="2"/>', bars),
    )  # fmt: skip


def strip_sentence(counts: Sequence[tuple[date, int]]) -> str:
    """The same in words."""
    total = sum(count for _at, count in counts)
    if not total:
        return _("No message is marked.")
    day, most = max(counts, key=lambda one: one[1])
    words = ngettext(
        "%(total)d marked message from %(first)s to %(last)s; the most, %(most)d, on %(day)s.",
        "%(total)d marked messages from %(first)s to %(last)s; the most, %(most)d, on %(day)s.",
        total,
    )
    return words % {
        "total": total, "first": _day(counts[0][0]), "last": _day(counts[-1][0]), "most": most, "day": _day(day),
    }  # fmt: skip


def signal_track(seen: Sequence[datetime], whole: Span) -> SafeString:
    """Draw when one signal showed, within the time of the conversation. Words say the same beside it."""
    if not seen:
        return SafeString()
    at = [_place(one, whole) for one in seen]
    return format_html(
        '<svg class="signal-track" viewBox="0 0 {w} 14" width="{w}" height="14" aria-hidden="true">'
        '<rect class="interval-axis" x="{edge}" y="6" width="{length}" height="2"/>'
        '<rect class="interval-range" x="{first}" y="5" width="{range}" height="4"/>{dots}</svg>',
        w=TRACK, edge=_EDGE, length=TRACK - 2 * _EDGE, first=f"{min(at):.1f}", range=f"{max(at) - min(at):.1f}",
        dots=format_html_join("", '<circle class="interval-at" cx="{}" cy="7" r="4"/>', ((f"{x:.1f}",) for x in at)),
    )  # fmt: skip


def _place(at: datetime, whole: Span) -> float:
    length = max((whole[1] - whole[0]).total_seconds(), 1.0)
    part = min(max((at - whole[0]).total_seconds() / length, 0.0), 1.0)
    return 8 + part * (TRACK - 16)


def _buckets(counts: Sequence[tuple[date, int]]) -> list[int]:
    first, last = counts[0][0], counts[-1][0]
    each = max(1, -(-((last - first).days + 1) // _MOST_BARS))
    heights = [0] * (((last - first).days) // each + 1)
    for day, count in counts:
        heights[(day - first) // timedelta(days=each)] += count
    return heights


def _day(day: date) -> str:
    return date_format(day, "j M Y")
