"""What the small runs share: where PostgreSQL is missing they are skipped with a reason."""

from __future__ import annotations

import pytest

from soak import postgres


@pytest.fixture
def postgresql() -> None:
    """Skip where there is no PostgreSQL."""
    try:
        postgres.binaries()
    except postgres.PostgresMissing as reason:
        pytest.skip(str(reason))
