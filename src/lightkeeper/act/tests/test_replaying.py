"""Replays send again what has ended, with the same ids, and wait for their turn like everything else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from lightkeeper.act.delivering import deliver
from lightkeeper.act.keeping import KEPT_FOR, prune
from lightkeeper.act.models import Callback
from lightkeeper.act.services import erase_callbacks, replay, replay_since
from lightkeeper.act.states import MOVES, OPEN, CallbackState
from lightkeeper.act.tests.platform import Platform, make_platform, queue
from lightkeeper.act.types import CallbackError
from lightkeeper.people.tests.clients_made import OPERATOR, details_of
from lightkeeper.record.events import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    return make_platform(monkeypatch)


def test_the_id_stays_the_same(platform: Platform) -> None:
    number = queue(platform)
    deliver(number)
    replay(number, actor=OPERATOR)
    assert Callback.objects.get().attempts == 0
    deliver(number)
    first, second = platform.sent
    assert first[0]["Lightkeeper-Idempotency-Id"] == second[0]["Lightkeeper-Idempotency-Id"]
    assert first[1] == second[1]
    assert details_of(Event.ACT_CALLBACK_REPLAYED) == [{}]


def test_what_is_still_on_its_way_or_gone_cannot_be_replayed(platform: Platform) -> None:
    number = queue(platform)
    with pytest.raises(CallbackError, match="anyway"):
        replay(number, actor=OPERATOR)
    with pytest.raises(CallbackError, match="no such"):
        replay(number + 1, actor=OPERATOR)


def test_all_since_a_time_in_their_order(platform: Platform) -> None:
    numbers = [queue(platform, str(n)) for n in range(3)]
    for number in numbers:
        deliver(number)
    Callback.objects.filter(pk=numbers[0]).update(created_at=timezone.now() - timedelta(days=2))
    since = timezone.now() - timedelta(days=1)
    assert replay_since(client_id=platform.client_id, since=since, actor=OPERATOR) == 2
    deliver(numbers[2])  # not its turn
    deliver(numbers[1])
    deliver(numbers[2])
    assert [body["id"] for body in platform.bodies()] == ["0", "1", "2", "1", "2"]
    assert details_of(Event.ACT_CALLBACKS_REPLAYED) == [{"callbacks": 2}]


def test_many_are_replayed_in_several_transactions(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lightkeeper.act.replaying.AT_ONCE", 2)
    numbers = [queue(platform, str(n)) for n in range(5)]
    for _ in range(2):
        for number in numbers:
            deliver(number)
        replay_since(client_id=platform.client_id, since=timezone.now() - timedelta(days=1), actor=OPERATOR)
    assert [body["id"] for body in platform.bodies()] == ["0", "1", "2", "3", "4"] * 2
    assert [row["callbacks"] for row in details_of(Event.ACT_CALLBACKS_REPLAYED)] == [2, 2, 1] * 2


def test_another_clients_callbacks_are_not_replayed(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(queue(platform))
    other = make_platform(monkeypatch, name="another platform")
    since = timezone.now() - timedelta(days=1)
    assert replay_since(client_id=other.client_id, since=since, actor=OPERATOR) == 0


def test_too_many_at_once_are_refused(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lightkeeper.act.replaying.MOST", 1)
    for _ in range(2):
        deliver(queue(platform, order=str(len(platform.sent)).encode()))
    with pytest.raises(CallbackError, match="later time"), transaction.atomic():
        replay_since(client_id=platform.client_id, since=timezone.now() - timedelta(days=1), actor=OPERATOR)


def test_ended_ones_are_deleted_after_a_month_and_open_ones_never(platform: Platform) -> None:
    ended, recent, waiting = (queue(platform, order=name) for name in (b"ended", b"recent", b"waiting"))
    deliver(ended)
    deliver(recent)
    long_ago = timezone.now() - KEPT_FOR - timedelta(minutes=1)
    Callback.objects.filter(pk=ended).update(finished_at=long_ago)
    Callback.objects.filter(pk=waiting).update(created_at=long_ago)
    assert prune() == 1
    assert set(Callback.objects.values_list("pk", flat=True)) == {recent, waiting}


def test_what_is_about_an_erased_thing_is_deleted_when_it_has_ended(platform: Platform) -> None:
    first, second = queue(platform, order=b"erased"), queue(platform, order=b"erased")
    kept = queue(platform, order=b"kept")
    deliver(first)
    deliver(kept)
    assert erase_callbacks(client_id=platform.client_id, order_key=b"erased", actor=OPERATOR) == 1
    assert set(Callback.objects.values_list("pk", flat=True)) == {second, kept}
    deliver(second)
    assert len(platform.sent) == 3


def test_only_ended_ones_can_wait_again() -> None:
    ended = [state for state in CallbackState if state not in OPEN]
    assert all(MOVES[state] == {CallbackState.WAITING} for state in ended)
    assert all(CallbackState.DELIVERED in MOVES[state] for state in OPEN)
