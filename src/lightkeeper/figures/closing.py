"""Closing a year: its charts are kept as they were printed, and give the same bytes again whatever is erased later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from lightkeeper.canonical import canonical_json
from lightkeeper.figures.changes import Change
from lightkeeper.figures.counting import charts_of
from lightkeeper.figures.kinds import Period, Unit
from lightkeeper.figures.models import ClosedYear, Fact, FrozenChart
from lightkeeper.figures.over_years import LONGEST
from lightkeeper.figures.sentences import with_sentences
from lightkeeper.figures.types import Cell, Chart, Yearly
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_authority, write_event
from lightkeeper.record.types import Actor, Subject


class FiguresError(Exception):
    """A year that cannot be closed or made again; the message is a sentence."""


def yearly(year: int) -> Yearly:
    """All figures of a year, as they were frozen where it is closed. Raises ValueError for one that cannot be meant."""
    period = Period.of_year(year)
    closed = ClosedYear.objects.filter(year=year).first()
    if closed is not None:
        return _frozen(closed, period)
    before = _charts_before(year, LONGEST - 1)
    charts = tuple(with_sentences(chart, year) for chart in charts_of(period, before))
    authority = current_authority()
    return _made(
        year, period, charts, organisation=authority.organisation if authority else "Lightkeeper",
        threshold=settings.LIGHTKEEPER["figures_threshold"],
    )  # fmt: skip


@transaction.atomic
def close_year(year: int, *, by: Actor) -> ClosedYear:
    """Freeze a year that is over. Raises FiguresError: it is not over, or closed already; ValueError as ``yearly``."""
    if Period.of_year(year).end > now():
        raise FiguresError(f"{year} is not over: close it when it is")
    if ClosedYear.objects.filter(year=year).exists():
        raise FiguresError(f"{year} is closed already; what is closed is not changed")
    made = yearly(year)
    row = ClosedYear.objects.create(
        year=year, organisation=made.organisation, threshold=made.threshold, closed_at=now().replace(microsecond=0),
        closed_by=f"{by.kind}:{by.id}", digest=digest_of(made),
    )  # fmt: skip
    FrozenChart.objects.bulk_create(
        FrozenChart(year=row, place=place, content=canonical_json(_as_json(chart)))
        for place, chart in enumerate(made.charts)
    )
    subject, details = Subject("figures_year", str(year)), {"charts": len(made.charts)}
    write_event(Event.FIGURES_YEAR_CLOSED, actor=by, subject=subject, details=details)
    return row


def rebuild(year: int) -> bytes:
    """The frozen figures of a closed year as bytes, always the same. FiguresError: not closed, or altered since."""
    closed = ClosedYear.objects.filter(year=year).first()
    if closed is None:
        raise FiguresError(f"{year} is not closed; only what is closed can be made again")
    made = _frozen(closed, Period.of_year(year))
    if digest_of(made) != closed.digest:
        raise FiguresError(f"the figures of {year} were altered in the database since they were closed")
    return content_of(made).encode()


def content_of(made: Yearly) -> str:
    """All that the report of a year says, as canonical JSON."""
    return canonical_json(
        [made.organisation, made.period.words, made.threshold, [_as_json(chart) for chart in made.charts]]
    )


def digest_of(made: Yearly) -> str:
    """The SHA-256 of what a year's report says."""
    return sha256(content_of(made).encode()).hexdigest()


def _charts_before(year: int, back: int) -> tuple[Chart, ...]:
    """The charts of the year before as they were printed, or would be; none where nothing was counted so long ago.

    Those that are not closed are counted, each against the year before it, ``back`` years at most.
    """
    closed = ClosedYear.objects.filter(year=year - 1).first()
    if closed is not None:
        return tuple(_from_json(json.loads(row.content)) for row in closed.charts.all())
    start = Period.of_year(year).start
    counted = Fact.objects.filter(at__lt=start).exists() or ClosedYear.objects.filter(year__lt=year).exists()
    if not back or not counted:
        return ()
    return charts_of(Period.of_year(year - 1), _charts_before(year - 1, back - 1))


def _frozen(closed: ClosedYear, period: Period) -> Yearly:
    charts = tuple(_from_json(json.loads(row.content)) for row in closed.charts.all())
    made = _made(closed.year, period, charts, organisation=closed.organisation, threshold=closed.threshold)
    return Yearly(**{**{name: getattr(made, name) for name in made.__slots__}, "closed_at": closed.closed_at})


def _made(year: int, period: Period, charts: tuple[Chart, ...], *, organisation: str, threshold: int) -> Yearly:
    known: dict[str, Any] = {
        "year": year, "period": period, "organisation": organisation, "closed_at": None, "charts": charts,
        "threshold": threshold,
    }  # fmt: skip
    number = digest_of(Yearly(**known, document_id=""))
    return Yearly(**known, document_id=f"{year}-{number[:32]}")


def _as_json(chart: Chart) -> Mapping[str, Any]:
    return {**asdict(chart), "unit": chart.unit.value}


def _from_json(said: dict[str, Any]) -> Chart:
    cells = tuple(
        Cell(tuple(one["key"]), one["count"], one["previous"], one["change"] and Change(**one["change"]))
        for one in said["cells"]
    )
    known = {name: tuple(said[name]) for name in ("axes", "sentences")}
    return Chart(**{**said, **known, "unit": Unit(said["unit"]), "cells": cells})
