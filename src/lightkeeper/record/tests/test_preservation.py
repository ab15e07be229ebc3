"""What a report was about is kept as long as the law asks, in every zone and over leap days; no hand shortens it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as some

from lightkeeper.record.models import Hold
from lightkeeper.record.preservation import TERMS, term_of
from lightkeeper.record.queries import read_hold
from lightkeeper.record.retention_dates import ends_at
from lightkeeper.record.services import HeldError, lift_hold, place_hold, refuse_if_held
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import HoldBasis, LiftReason, Subject

CASE = Subject("case", "12")


@given(
    began=some.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001
    hours=some.sampled_from([*range(-12, 15), 5.5, 5.75, 12.75, -9.5]),
    years=some.integers(1, 5),
)
def test_a_term_is_over_when_its_last_day_is_over_everywhere_and_soon_then(
    began: datetime, hours: float, years: int
) -> None:
    zone = timezone(timedelta(hours=hours))
    end, day = ends_at(began.astimezone(zone), years), began.astimezone(zone).date()
    try:
        last = day.replace(year=day.year + years)
    except ValueError:  # 29 February: the day after is asked for
        last = day.replace(year=day.year + years, month=3, day=1)
    day_over = datetime.combine(last, time(), tzinfo=zone) + timedelta(days=1)
    assert timedelta() <= end - day_over <= timedelta(days=2, hours=2)
    assert end.utcoffset() == timedelta()


def test_terms_are_of_reports_that_were_filed_and_of_nothing_else() -> None:
    assert term_of("report_filed", "ncmec 4711") is TERMS["ncmec"]
    for basis, reference in (("court_order", "ncmec 4711"), ("report_filed", "AZ 1/26"), ("report_filed", " ")):
        assert term_of(basis, reference) is None
    leap = ends_at(datetime(2028, 2, 29, 10, tzinfo=UTC), TERMS["ncmec"].years)
    assert leap == datetime(2029, 3, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_a_term_cannot_be_called_over_before_it_is() -> None:
    hold = place_hold(subject=CASE, basis=HoldBasis.REPORT_FILED, reference="ncmec 4711", by=PERSON)
    with pytest.raises(ValueError, match=r"until \d{4}-\d\d-\d\d \d\d:\d\d UTC \(18 USC 2258A\(h\)\(1\)\)"):
        lift_hold(hold=hold.pk, reason=LiftReason.TERM_OVER, reference="Over", by=PERSON)
    with pytest.raises(HeldError):
        refuse_if_held(CASE)
    assert read_hold(hold).term_ends_at == ends_at(hold.placed_at, TERMS["ncmec"].years)
    assert read_hold(hold).law == "18 USC 2258A(h)(1)"
    Hold.objects.filter(pk=hold.pk).update(placed_at=now() - timedelta(days=369))
    lift_hold(hold=hold.pk, reason=LiftReason.TERM_OVER, reference="Over", by=PERSON)
    refuse_if_held(CASE)
