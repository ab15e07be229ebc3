"""What the room offers to the rooms above it."""

from __future__ import annotations

from lightkeeper.record.trail import subscribe, unsubscribe, write_event, write_events

__all__ = ["subscribe", "unsubscribe", "write_event", "write_events"]
