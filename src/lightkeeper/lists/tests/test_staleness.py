"""A list that was not renewed for too long raises one alert, which is not urgent, until it is renewed."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from lightkeeper.lists import jobs
from lightkeeper.lists.models import HashList
from lightkeeper.lists.queries import stale_lists
from lightkeeper.lists.services import create_list
from lightkeeper.lists.staleness import warn_of_stale
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.alerts import close_alert
from lightkeeper.people.models import Alert
from lightkeeper.record.types import Actor
from lightkeeper.runtime.work.registry import schedules

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timedelta(days=31)


def aged(name: str) -> int:
    """A list into which something was imported 31 days ago."""
    imported(csv(row(name)), name)
    HashList.objects.filter(name=name).update(imported_at=now() - LONG_AGO, created_at=now() - LONG_AGO)
    return HashList.objects.get(name=name).pk


def test_one_alert_a_list_until_it_is_renewed() -> None:
    old = aged("old")
    imported(csv(row("fresh")), "fresh")
    for _ in range(2):
        jobs.warn_of_stale(None)
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgent, alert.path) == ("list_stale", False, f"/lists/{old}/")
    assert alert.details == {"list": old}
    close_alert(alert_id=alert.pk, actor=Actor.operator())
    assert warn_of_stale() == 1
    assert Alert.objects.count() == 2
    imported(csv(row("old"), row("new")), "old")
    assert (warn_of_stale(), stale_lists()) == (0, [])


def test_the_same_file_again_renews_a_list() -> None:
    aged("old")
    imported(csv(row("old")), "old")
    assert stale_lists() == []


def test_a_list_that_was_never_filled_counts_from_its_making() -> None:
    pk = create_list(name="empty", actor=Actor.operator(), status=ListStatus.TRIAL)
    assert stale_lists() == []
    HashList.objects.filter(pk=pk).update(created_at=now() - LONG_AGO)
    assert [one.name for one in stale_lists()] == ["empty"]


def test_what_is_not_searched_may_be_old() -> None:
    pk = aged("old")
    HashList.objects.filter(pk=pk).update(status=ListStatus.QUARANTINED)
    assert stale_lists() == []


@pytest.mark.parametrize(("days", "stale"), [(0, 0), (30, 1), (31, 1), (32, 0)])
def test_the_setting_says_how_long_and_0_is_off(settings: Settings, days: int, stale: int) -> None:
    old = settings.LIGHTKEEPER
    settings.LIGHTKEEPER = dataclasses.replace(old, values={**old.values, "list_stale_days": days})
    aged("old")
    assert warn_of_stale() == stale
    assert Alert.objects.count() == stale


def test_it_is_looked_for_every_day() -> None:
    assert {one.kind: one.every for one in schedules()}["lists:stale"] == timedelta(days=1)
