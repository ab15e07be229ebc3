"""What the room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """A vault of the test's own; gives its folder."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data" / "vault"
