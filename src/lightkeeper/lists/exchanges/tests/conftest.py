"""Loopback may be called in these tests."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: Any) -> None:
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER.values, "outbound_allow": ("127.0.0.1",)}
