"""A rise of an age bracket raises one alert; an even flow and a new installation raise none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.figures.jobs import look_for_trends
from lightkeeper.figures.trends import trends
from lightkeeper.people.models import Alert
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import case_item, illegal, policy, reviewer, stood

pytestmark = pytest.mark.django_db


def settled(days: list[int], *, age: str = "11-13", begin: int = 0) -> None:
    """Items that people confirmed so many days ago each."""
    person = reviewer()
    for number, ago in enumerate(days, start=begin):
        item = case_item(b"trend %d" % number, number)
        stood(item, person, illegal(age_bracket=age))
        at = now() - timedelta(days=ago)
        CaseItem.objects.filter(pk=item.pk).update(added_at=at, settled_at=at)


def test_an_even_flow_raises_nothing() -> None:
    policy()
    settled([*range(1, 200, 20)])
    assert not [one for one in trends().rows if one.beyond]
    look_for_trends(None)
    assert not Alert.objects.exists()


def test_a_rise_of_one_bracket_is_told_once_with_its_interval() -> None:
    policy()
    settled([*range(30, 200, 15)])
    settled([3] * 14, age="3-6", begin=100)
    row = next(one for one in trends().rows if one.value == "3-6")
    assert (row.later, row.earlier, row.beyond) == (14, 0, True)
    assert row.rise.low > 5
    look_for_trends(None)
    look_for_trends(None)
    alerts = Alert.objects.filter(kind="trend_rise", key__startswith="trend:age_bracket:3-6:")
    assert [one.details for one in alerts] == [{"later": 14, "earlier": 0}]
    assert not Alert.objects.filter(key__startswith="trend:age_bracket:11-13:").exists()


def test_a_new_installation_has_nothing_to_compare_with() -> None:
    policy()
    settled([2] * 8)
    assert trends().rows == ()
    look_for_trends(None)
    assert not Alert.objects.exists()
