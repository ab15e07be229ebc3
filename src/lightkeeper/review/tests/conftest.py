"""What is left behind by tests that show something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightkeeper.record import authority


@pytest.fixture
def answered() -> Iterator[None]:
    """Somebody answers for keeping and showing; forgotten afterwards."""
    from lightkeeper.review.tests.reveals_made import answered_for

    answered_for()
    yield
    authority.forget()
