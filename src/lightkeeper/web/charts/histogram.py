"""How far findings of a list were: a bar for each distance, split by what people found; and a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lightkeeper.lists.types import LARGEST_RADIUS
from lightkeeper.review.queries import Bar

WIDTH: Final = 660
_HIGH: Final = 190
_FLOOR: Final = 165
_EDGE: Final = 36
_TOP: Final = 12
TICKS: Final = 5
"""Every so many bits one stands below the axis."""

Piece = tuple[str, str, str, str, str]
"""Of a bar: the class, and x, y, width, height."""


def histogram(bars: Sequence[Bar], radius: int) -> SafeString:
    """Draw items by distance in bits, and where the radius is."""
    last = max([LARGEST_RADIUS, *(bar.distance for bar in bars)])
    most = max([1, *(bar.right + bar.wrong + bar.others for bar in bars)])
    step = (WIDTH - _EDGE - 8) / (last + 1)
    limit = f"{_EDGE + (radius + 1) * step:.1f}"
    ticks = ((f"{_EDGE + (bits + 0.5) * step:.1f}", _FLOOR + 16, bits) for bits in range(0, last + 1, TICKS))
    return format_html(
        '<svg class="histogram" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{says}">'
        '<text class="histogram-text" x="{before}" y="{top}" text-anchor="end">{most}</text>'
        '<text class="histogram-text" x="{before}" y="{floor}" text-anchor="end">0</text>{pieces}'
        '<rect class="histogram-axis" x="{edge}" y="{floor}" width="{length}" height="1.5"/>{ticks}'
        '<line class="histogram-radius" x1="{limit}" x2="{limit}" y1="{high}" y2="{floor}"/></svg>',
        w=WIDTH, h=_HIGH, says=histogram_sentence(bars, radius), edge=_EDGE, before=_EDGE - 6, top=_TOP + 10, most=most,
        floor=_FLOOR, length=WIDTH - _EDGE - 8, limit=limit, high=_TOP,
        pieces=format_html_join(
            "", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', _pieces(bars, step, (_FLOOR - _TOP) / most)
        ),
        ticks=format_html_join(
            "", '<text class="histogram-text" x="{}" y="{}" text-anchor="middle">{}</text>', ticks
        ),
    )  # fmt: skip


def _pieces(bars: Sequence[Bar], step: float, scale: float) -> Iterator[Piece]:
    """From the axis up: confirmed, not, the others."""
    for bar in bars:
        y, x = float(_FLOOR), _EDGE + bar.distance * step + 1
        for name, count in (("right", bar.right), ("wrong", bar.wrong), ("others", bar.others)):
            if count:
                high = count * scale
                y -= high
                yield f"histogram-{name}", f"{x:.1f}", f"{y:.1f}", f"{step - 2:.1f}", f"{high:.1f}"


def histogram_sentence(bars: Sequence[Bar], radius: int) -> str:
    """The same in words."""
    if not bars:
        return _("Nothing was found.")
    right, wrong, others = (sum(getattr(bar, name) for bar in bars) for name in ("right", "wrong", "others"))
    words = _(
        "%(n)d items, %(least)d to %(most)d bits from their entries; the radius is %(radius)d. Confirmed: %(right)d, "
        "not: %(wrong)d, not graded or nobody could tell: %(others)d."
    )
    return words % {
        "n": right + wrong + others, "least": bars[0].distance, "most": bars[-1].distance, "radius": radius,
        "right": right, "wrong": wrong, "others": others,
    }  # fmt: skip
