"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.lists.adding import add_entries
from lightkeeper.lists.banks import DEFAULT_STATUS, create_list, import_list
from lightkeeper.lists.categories import set_categories
from lightkeeper.lists.checking import LONGEST_ENTRY_REASON, LONGEST_NAME, LONGEST_REASON
from lightkeeper.lists.entries import move_entry
from lightkeeper.lists.exchanges.resetting import fetch_anew
from lightkeeper.lists.exchanges.setting import remove_exchange, set_credentials, set_exchange, sync_now
from lightkeeper.lists.exchanges.syncing import sync as sync_here
from lightkeeper.lists.governing import set_flood_uploaders, set_owner, set_radius, set_stale_days, set_status
from lightkeeper.lists.hits import note_hits
from lightkeeper.lists.lines import read_lines
from lightkeeper.lists.telling import queue_feedback, take_back_feedback

__all__ = [
    "DEFAULT_STATUS",
    "LONGEST_ENTRY_REASON",
    "LONGEST_NAME",
    "LONGEST_REASON",
    "add_entries",
    "create_list",
    "fetch_anew",
    "import_list",
    "move_entry",
    "note_hits",
    "queue_feedback",
    "read_lines",
    "remove_exchange",
    "set_categories",
    "set_credentials",
    "set_exchange",
    "set_flood_uploaders",
    "set_owner",
    "set_radius",
    "set_stale_days",
    "set_status",
    "sync_here",
    "sync_now",
    "take_back_feedback",
]
