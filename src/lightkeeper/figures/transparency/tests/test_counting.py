"""What is counted comes from the trail, stays when things are erased, and says what it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.act.tests.decided import settled_case
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.figures.kinds import Period, Unit
from lightkeeper.figures.transparency.measures import MEASURES, Measure, count, counts
from lightkeeper.figures.transparency.methods import by_method
from lightkeeper.figures.transparency.timing import durations, in_words, quantile
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review.models import Case
from lightkeeper.review.tests.grades_made import harmless, policy, reviewer
from lightkeeper.review.types import CaseReason


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=["decision.made"])


def around_now() -> Period:
    return Period(now() - timedelta(hours=1), now() + timedelta(hours=1))


def finished(kind: str, outcome: str, *, withheld: bool = False) -> None:
    details: dict[str, bool | int | str | None] = {
        "kind": kind, "outcome": outcome, "reason": "list_match", "withheld": withheld,
    }  # fmt: skip
    write_event(
        Event.INTAKE_SUBMISSION_FINISHED, actor=Actor.system(), subject=Subject("submission", "1"), details=details
    )


def measured(name: str) -> tuple[int, dict[str, int]]:
    found = count(next(one for one in MEASURES if one.name == name), around_now())
    return found.total, dict(found.parts)


@pytest.mark.django_db
def test_what_was_searched_counts_by_kind_and_outcome() -> None:
    for outcome in ("clear", "clear", "match"):
        finished("picture", outcome, withheld=outcome == "match")
    finished("video", "clear")
    assert measured("scanned_picture") == (3, {"clear": 2, "match": 1})
    assert measured("scanned_video") == (1, {"clear": 1})
    assert measured("scanned_url") == (0, {})
    assert measured("withheld_alone") == (1, {"picture": 1})


@pytest.mark.django_db
def test_only_events_of_the_period_count() -> None:
    finished("picture", "clear")
    at = now()
    measure = next(one for one in MEASURES if one.name == "scanned_picture")
    assert count(measure, Period(at - timedelta(days=2), at - timedelta(days=1))).total == 0
    assert count(measure, Period(at + timedelta(seconds=5), at + timedelta(days=1))).total == 0


@pytest.mark.django_db
def test_counts_of_what_people_did_survive_what_is_erased(platform: Platform) -> None:
    person = reviewer()
    settled_case(platform, person)
    settled_case(platform, person, harmless(proposed="no_action"), name="photo-2", number=2)
    before = counts(around_now())
    assert measured("decisions") == (2, {"no_action": 1, "remove": 1})
    assert measured("cases_closed")[0] == 2
    Case.objects.update(because=None, person=None)
    assert counts(around_now()) == before


@pytest.mark.django_db
def test_an_item_counts_in_every_method_that_found_it_and_once_in_each(platform: Platform) -> None:
    person = reviewer()
    item = settled_case(platform, person)
    settled_case(platform, person, harmless(proposed="no_action"), name="photo-2", number=2)
    settled_case(platform, person, name="photo-3", number=3, findings=[], reason=CaseReason.USER_REPORT)
    rows = {one.name: one for one in by_method(around_now())}
    near, told = rows["hash_near"], rows["user_report"]
    assert (near.found, near.settled, near.confirmed, near.acted_upon) == (2, 2, 1, 1)
    assert near.right is not None
    assert (near.right.count, near.right.n) == (1, 2)
    assert (told.found, told.confirmed, told.acted_upon) == (1, 1, 1)
    assert rows["hash_equal"].found == 0
    assert rows["hash_equal"].right is None
    assert item.state == "settled"


@pytest.mark.django_db
def test_times_end_in_the_period_and_know_of_how_many(platform: Platform) -> None:
    settled_case(platform, reviewer())
    rows = {one.name: one for one in durations(around_now())}
    for name in ("found_to_judged", "found_to_settled", "decided_to_in_force"):
        assert rows[name].n == 1
        assert rows[name].median == rows[name].p90
    assert (rows["settled_to_filed"].n, rows["settled_to_filed"].median_words) == (0, "–")
    gone = Period(now() - timedelta(days=3), now() - timedelta(days=2))
    assert all(one.n == 0 for one in durations(gone))


def test_the_time_within_which_a_part_is_done_is_one_that_was_measured() -> None:
    values = [timedelta(seconds=one) for one in range(1, 11)]
    assert quantile(values, 0.5) == timedelta(seconds=5)
    assert quantile(values, 0.9) == timedelta(seconds=9)
    assert quantile(values[:1], 0.9) == timedelta(seconds=1)
    assert quantile([], 0.9) is None
    assert in_words(timedelta(hours=27, seconds=61)) == "27:01:01"


@pytest.mark.once
def test_every_count_has_a_definition_a_unit_and_a_query_and_another_name() -> None:
    assert len({one.name for one in MEASURES}) == len(MEASURES)
    assert all(one.event.value in one.query and one.words and isinstance(one.unit, Unit) for one in MEASURES)
    with pytest.raises(ValueError, match="definition"):
        Measure(name="x", unit=Unit.CASE, title="X", words=" ", event=Event.REVIEW_CASE_OPENED)  # type: ignore[arg-type]
