"""How long after a takedown notice an address was gone."""

from __future__ import annotations

import math
from typing import Final

from django.conf import settings

from lightkeeper.figures.kinds import Period, Unit
from lightkeeper.figures.models import Fact
from lightkeeper.figures.types import Cell, Chart

PERCENTILES: Final = {"p50": 50, "p75": 75, "p90": 90}
_HOURS: Final = 24
_BANDS: Final = ((1, "1"), (2, "2"), (5, "3-5"), (10, "6-10"), (30, "11-30"))


def days_of(hours: int | None) -> str:
    """The band of days that so many hours lie in, a begun day counted whole; ``none`` where it is not gone."""
    if hours is None:
        return "none"
    days = hours // _HOURS + 1
    return next((band for most, band in _BANDS if days <= most), "31-")


def removal_times(period: Period) -> Chart:
    """Within how many hours a half, three in four and nine in ten were gone, of those that are (nearest rank)."""
    rows = Fact.objects.filter(unit=Unit.NOTICE, hours__isnull=False, at__gte=period.start, at__lt=period.end)
    hours = sorted(row for row in rows.values_list("hours", flat=True) if row is not None)
    cells = [Cell((name,), _percentile(hours, percent)) for name, percent in PERCENTILES.items()] if hours else []
    return Chart(
        number=11, name="hours_until_gone", title="Hours from a notice until the address was gone", unit=Unit.HOUR,
        words="Of takedown notices sent in the year whose address is known to be gone: within how many whole hours a"
        " half (the median), three in four and nine in ten were. Not printed where only a few are gone.",
        definition_version=1,
        query="PERCENTILE(hours) OF facts WHERE unit = 'notice' AND hours IS NOT NULL AND start <= at < end",
        axes=("percentile",), cells=tuple(cells), total=None,
    )  # fmt: skip


def _percentile(hours: list[int], percent: int) -> int | None:
    if len(hours) < settings.LIGHTKEEPER["figures_threshold"]:
        return None
    return hours[math.ceil(len(hours) * percent / 100) - 1]
