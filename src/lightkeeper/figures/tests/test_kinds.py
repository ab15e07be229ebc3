"""A period is two instants, the same on every clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lightkeeper.figures.kinds import Period


def test_a_year_is_half_open_and_of_utc() -> None:
    year = Period.of_year(2023)
    assert datetime(2023, 1, 1, tzinfo=UTC) in year
    assert datetime(2024, 1, 1, tzinfo=UTC) not in year
    assert datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))) in year, "it is 23 o'clock in UTC"
    assert year.words == "2023-01-01T00:00:00Z/2024-01-01T00:00:00Z"
    assert Period(datetime(2023, 1, 1, 5, tzinfo=timezone(timedelta(hours=5))), year.end) == year


def test_what_is_no_period_is_refused() -> None:
    at = datetime(2023, 1, 1, tzinfo=UTC)
    for start, end in ((at, at), (at, at - timedelta(1)), (at.replace(tzinfo=None), at)):
        with pytest.raises(ValueError, match="a period"):
            Period(start, end)
    with pytest.raises(ValueError, match="not a year"):
        Period.of_year(23)
