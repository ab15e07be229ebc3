"""A view of rows, as the engine makes it."""

from __future__ import annotations

from lightkeeper.detect.conversations.table import Table
from lightkeeper.detect.conversations.tests.saying import ALEX, BO, Rows
from lightkeeper.detect.conversations.view import PairView
from lightkeeper.detect.conversations.viewing import rows_of, view_of


def view(rows: Rows, sender: bytes = ALEX, recipient: bytes = BO, without: int = 0) -> PairView:
    """What is known of a pair."""
    return view_of(rows_of(Table(rows), sender, recipient), "", without)
