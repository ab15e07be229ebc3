"""What a chart shows, in words: for whoever does not see the picture. It says nothing that the table does not."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lightkeeper.figures.rendering import labels, wording
from lightkeeper.figures.types import Cell, Chart


def described(chart: Chart, shown: int) -> str:
    """Of what it is, the largest and the least, and what is not printed. ``shown``: so many rows fit the picture."""
    axes = _(" and ").join(labels.axis(name).lower() for name in chart.axes)
    said = [_("%(unit)s by %(axes)s.") % {"unit": capfirst(labels.unit(chart.unit)), "axes": axes}]
    there = sorted((cell for cell in chart.cells if cell.count), key=lambda cell: -(cell.count or 0))
    if there:
        said.append(_("The most: %(cell)s.") % {"cell": _told(chart, there[0])})
    if len(there) > 1:
        said.append(_("The fewest: %(cell)s.") % {"cell": _told(chart, there[-1])})
    hidden = sum(cell.count is None for cell in chart.cells)
    if hidden:
        words = ngettext("%(n)d number is not printed.", "%(n)d numbers are not printed.", hidden)
        said.append(words % {"n": hidden})
    if len(chart.cells) > shown:
        said.append(_("The picture has the largest; the table below has all."))
    else:
        said.append(_("The table below has all numbers."))
    return " ".join(said)


def _told(chart: Chart, cell: Cell) -> str:
    told = _("%(values)s, %(n)s") % {"values": labels.values(cell.key, chart.axes), "n": wording.printed(cell.count)}
    part = wording.share(cell.count, chart.total)
    return f"{told} ({part})" if part else told
