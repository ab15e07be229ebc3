"""New entries reach two servers while look-ups go on, at a small size; how soon is for ``make soak``."""

from __future__ import annotations

import pytest

from soak import delta
from soak.postgres import PostgresMissing, binaries


def test_new_entries_reach_two_servers_and_no_look_up_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        binaries()
    except PostgresMissing as reason:
        pytest.skip(str(reason))
    monkeypatch.setattr(delta, "QUIET_SECONDS", 0.5)
    assert delta.run(size=2000, changes=1, timed=False) == []
