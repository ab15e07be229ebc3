"""How far a finding is from the entry that it resembles, against the list's radius: a bar, and a sentence."""

from __future__ import annotations

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH: Final = 240
_EDGE: Final = 6
_ROOM: Final = 1.35
"""The axis goes so much beyond the radius, so that one sees where it ends."""


def distance_bar(distance: int, radius: int | None) -> SafeString:
    """Draw a distance in bits within a radius; "" where equality was asked for, which needs no drawing."""
    if radius is None:
        return SafeString()
    reach = max(radius * _ROOM, float(distance), 1.0)
    scale = (WIDTH - 2 * _EDGE) / reach
    at, limit = _EDGE + distance * scale, _EDGE + radius * scale
    return format_html(
        '<svg class="distance" viewBox="0 0 {w} 26" width="{w}" height="26" role="img" aria-label="{says}">'
        '<rect class="distance-axis" x="{edge}" y="11" width="{length}" height="4" rx="2"/>'
        '<rect class="distance-within" x="{edge}" y="9" width="{within}" height="8" rx="4"/>'
        '<line class="distance-radius" x1="{limit}" x2="{limit}" y1="3" y2="23"/>'
        '<circle class="distance-at" cx="{at}" cy="13" r="6"/></svg>',
        w=WIDTH, says=distance_sentence(distance, radius), edge=_EDGE, length=WIDTH - 2 * _EDGE,
        within=f"{max(limit - _EDGE, 0):.1f}", limit=f"{limit:.1f}", at=f"{at:.1f}",
    )  # fmt: skip


def distance_sentence(distance: int, radius: int | None) -> str:
    """The same in words."""
    if radius is None:
        return _("The bytes are the same.") if distance == 0 else _("%(n)d bits apart.") % {"n": distance}
    if distance == 0:
        return _("No bit differs; the list allows %(most)d.") % {"most": radius}
    return _("%(n)d bits differ; the list allows %(most)d.") % {"n": distance, "most": radius}
