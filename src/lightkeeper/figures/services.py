"""Every write of the room."""

from __future__ import annotations

from lightkeeper.figures.closing import FiguresError, close_year
from lightkeeper.figures.facts import write_all, write_facts
from lightkeeper.figures.matching import ReviewRefused, remind_of_review, review_matching
from lightkeeper.figures.trends import warn_of_trends

__all__ = [
    "FiguresError",
    "ReviewRefused",
    "close_year",
    "remind_of_review",
    "review_matching",
    "warn_of_trends",
    "write_all",
    "write_facts",
]
