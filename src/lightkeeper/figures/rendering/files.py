"""The yearly report as files, by the name of their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lightkeeper.figures.types import Yearly


@dataclass(frozen=True, slots=True)
class File:
    """One file of a report: its name, what it is, and its bytes."""

    name: str
    media_type: str
    content: bytes


def _html(yearly: Yearly) -> Iterator[File]:
    from lightkeeper.figures.rendering.pages import html

    yield File(f"yearly-report-{yearly.year}.html", "text/html; charset=utf-8", html(yearly))


def _pdf(yearly: Yearly) -> Iterator[File]:
    from lightkeeper.figures.rendering.pdf import pdf  # ReportLab takes a while, and few processes write any

    yield File(f"yearly-report-{yearly.year}.pdf", "application/pdf", pdf(yearly))


def _csv(yearly: Yearly) -> Iterator[File]:
    from lightkeeper.figures.rendering.tidy import csv, dictionary

    yield File(f"yearly-report-{yearly.year}.csv", "text/csv; charset=utf-8", csv(yearly))
    yield File(f"yearly-report-{yearly.year}-dictionary.csv", "text/csv; charset=utf-8", dictionary(yearly))


FORMATS: Final[dict[str, Callable[[Yearly], Iterator[File]]]] = {"html": _html, "pdf": _pdf, "csv": _csv}
"""What a report can be written as; CSV is two files, the second its dictionary."""
