"""Tables of the room, one concept a file."""

from __future__ import annotations

from lightkeeper.lists.models.changes import Change, Clock
from lightkeeper.lists.models.entries import Entry
from lightkeeper.lists.models.exchanges import Exchange, SetAside, SyncRun
from lightkeeper.lists.models.feedback import Feedback
from lightkeeper.lists.models.hits import Hit
from lightkeeper.lists.models.lists import HashList
from lightkeeper.lists.models.snapshots import Snapshot, SnapshotPart

__all__ = [
    "Change",
    "Clock",
    "Entry",
    "Exchange",
    "Feedback",
    "HashList",
    "Hit",
    "SetAside",
    "Snapshot",
    "SnapshotPart",
    "SyncRun",
]
