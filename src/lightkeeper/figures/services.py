"""Every write of the room."""

from __future__ import annotations

from lightkeeper.figures.matching import ReviewRefused, remind_of_review, review_matching
from lightkeeper.figures.trends import warn_of_trends

__all__ = ["ReviewRefused", "remind_of_review", "review_matching", "warn_of_trends"]
