"""A small run of the sync that is killed: whatever moment the process dies at, the list ends as its source has it."""

from __future__ import annotations

from soak import sync


def test_a_sync_that_is_killed_ends_with_what_the_source_has() -> None:
    assert sync.killed_commands("sqlite", 4000, kills=1, seed=3) == []
