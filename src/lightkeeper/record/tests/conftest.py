"""What the room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from lightkeeper.record import hold_subjects
from lightkeeper.record.types import HoldSubject


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """A vault of the test's own; gives its folder."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data" / "vault"


@pytest.fixture(autouse=True)
def submissions_and_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Submissions and cases from 1 to 99: those of the rooms above are not this room's to make."""
    for kind in (HoldSubject.SUBMISSION, HoldSubject.CASE):
        monkeypatch.setitem(hold_subjects._EXISTS, kind, lambda number: number < 100)
