"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.review.keeping import context_of, erase_from_case, keep_derivative, withdraw_case
from lightkeeper.review.opening import open_or_join_case

__all__ = ["context_of", "erase_from_case", "keep_derivative", "open_or_join_case", "withdraw_case"]
