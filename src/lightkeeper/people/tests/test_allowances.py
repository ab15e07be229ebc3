"""An allowance is never exceeded over all processes, costs few writes, and says when to ask again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.people import allowances
from lightkeeper.people.allowances import spend
from lightkeeper.people.client_types import Allowance, ClientError, Scope, SpendKind
from lightkeeper.people.clients import rotate_key
from lightkeeper.people.models import Alert, ApiKey, Client, Meter
from lightkeeper.people.tests.clients_made import OPERATOR, details_of, forget, make_key
from lightkeeper.record.events import Event

NOON = 1_800_000_000.0 - 1_800_000_000 % 86_400 + 12 * 3600


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day (UTC, seconds); monotonic time is the same clock."""
    forget()
    now = [NOON]
    read = SimpleNamespace(time=lambda: now[0], monotonic=lambda: now[0])
    monkeypatch.setattr("lightkeeper.people.allowances.time", read)
    return now


@pytest.mark.django_db
def test_the_rate_of_a_minute_is_kept_to_the_request(clock: list[float]) -> None:
    made = make_key(rate=100)
    answers = [spend(made.key_id, "request") for _ in range(150)]
    assert [answer.ok for answer in answers] == [True] * 100 + [False] * 50
    assert answers[-1] == Allowance(ok=False, retry_after=60)
    clock[0] += 59.5
    assert spend(made.key_id, "request") == Allowance(ok=False, retry_after=1)
    clock[0] += 0.5
    assert spend(made.key_id, "request").ok


@pytest.mark.django_db
def test_look_ups_of_a_day_end_at_midnight_utc(clock: list[float]) -> None:
    made = make_key(Scope.LOOKUP, lookups=10)
    assert spend(made.key_id, "lookup", 10).ok
    assert spend(made.key_id, "lookup") == Allowance(ok=False, retry_after=12 * 3600)
    clock[0] += 12 * 3600
    assert spend(made.key_id, "lookup").ok


@pytest.mark.django_db
def test_all_of_an_amount_or_nothing_and_less_may_still_fit() -> None:
    made = make_key(Scope.LOOKUP, lookups=10)
    assert spend(made.key_id, "lookup", 8).ok
    assert not spend(made.key_id, "lookup", 3).ok
    assert not spend(made.key_id, "lookup", 11).ok
    assert spend(made.key_id, "lookup", 2).ok


@pytest.mark.django_db
def test_a_budget_of_nothing_allows_nothing() -> None:
    made = make_key(lookups=0)
    assert not spend(made.key_id, SpendKind.LOOKUP).ok


@pytest.mark.django_db
def test_a_key_that_is_not_there() -> None:
    with pytest.raises(ClientError, match="no such key"):
        spend("nobody", "request")
    with pytest.raises(ValueError, match="1 or more"):
        spend("nobody", "request", 0)


@pytest.mark.django_db
def test_a_rotated_key_has_no_second_budget() -> None:
    old = make_key(Scope.LOOKUP, lookups=10)
    new = rotate_key(key_id=old.key_id, overlap=timedelta(days=1), actor=OPERATOR)
    assert spend(old.key_id, "lookup", 10).ok
    assert not spend(new.key_id, "lookup").ok


@pytest.mark.django_db
def test_a_thousand_look_ups_a_second_write_a_few_times_a_second(clock: list[float]) -> None:
    made = make_key(Scope.LOOKUP, lookups=1_000_000)
    for _ in range(10_000):
        clock[0] += 0.001
        assert spend(made.key_id, "lookup").ok
    written = details_of(Event.PEOPLE_LOOKUPS_RESERVED)
    assert len(written) < 40
    # The trail accounts for every look-up: what it says is what the meter says, and no less than what was spent.
    reserved = sum(row["amount"] for row in written)
    assert reserved == Meter.objects.get(pk=ApiKey.objects.get().lookup_meter_id).taken
    assert 10_000 <= reserved <= 10_600


@pytest.mark.django_db
def test_an_idle_key_holds_back_nothing(clock: list[float]) -> None:
    made = make_key(rate=60)
    for _ in range(20):
        assert spend(made.key_id, "request").ok
        clock[0] += 1
    forget()  # a process that dies loses what it held
    assert sum(spend(made.key_id, "request").ok for _ in range(60)) == 40


@pytest.mark.django_db
def test_requests_that_are_refused_ask_the_database_nothing(django_assert_num_queries: Any) -> None:
    made = make_key(rate=5)
    while spend(made.key_id, "request").ok:
        pass
    with django_assert_num_queries(0):
        assert not any(spend(made.key_id, "request").ok for _ in range(100))


@pytest.mark.django_db
def test_an_alert_once_a_day_when_the_budget_is_used_up(clock: list[float]) -> None:
    made = make_key(Scope.LOOKUP, lookups=1)
    for _ in range(5):
        forget()  # as in five processes
        spend(made.key_id, "lookup", 2)
    assert [alert.kind for alert in Alert.objects.all()] == ["lookup_budget"]
    clock[0] += 86_400
    spend(made.key_id, "lookup", 2)
    assert Alert.objects.count() == 2


@pytest.mark.django_db
def test_a_used_up_rate_is_no_alert() -> None:
    made = make_key(rate=1)
    spend(made.key_id, "request", 2)
    assert not Alert.objects.exists()


@pytest.mark.django_db
def test_a_server_whose_clock_is_behind_gains_nothing(clock: list[float]) -> None:
    made = make_key(rate=10)
    assert spend(made.key_id, "request", 10).ok
    forget()
    clock[0] -= 90
    assert not spend(made.key_id, "request").ok
    assert spend(made.key_id, "request").retry_after > 0


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_refuses_to_reserve() -> None:
    made = make_key()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        spend(made.key_id, "request")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", list(SpendKind))
def test_many_at_once_never_exceed_the_limit_and_use_all_of_it(
    kind: SpendKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_key(Scope.LOOKUP, rate=300, lookups=300)
    processes = threading.local()  # every thread has blocks of its own, as a process has
    monkeypatch.setattr(allowances, "_blocks", _Own(processes))
    barrier = threading.Barrier(6)

    def one(amount: int) -> tuple[int, int]:
        barrier.wait()
        spent = 0
        try:
            for _ in range(100):
                if spend(made.key_id, kind, amount).ok:
                    spent += amount
        finally:
            connections.close_all()
        return spent, sum(block.left for block in processes.blocks.values())

    with ThreadPoolExecutor(6) as pool:
        ends = list(pool.map(one, (1, 1, 2, 2, 3, 1)))
    spent, held = (sum(column) for column in zip(*ends, strict=True))
    taken = Meter.objects.exclude(taken=0).get().taken
    assert spent + held == taken
    assert 297 <= taken <= 300  # what is left is less than anybody asked for at last


class _Own:
    """Acts as the dictionary of blocks, one for each thread."""

    def __init__(self, local: threading.local) -> None:
        self._local = local

    def _mine(self) -> dict[Any, Any]:
        if not hasattr(self._local, "blocks"):
            self._local.blocks = {}
        blocks: dict[Any, Any] = self._local.blocks
        return blocks

    def get(self, key: Any) -> Any:
        return self._mine().get(key)

    def setdefault(self, key: Any, value: Any) -> Any:
        return self._mine().setdefault(key, value)

    def clear(self) -> None:
        self._mine().clear()


STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 30), st.sampled_from([0.0, 0.01, 0.4, 7.0, 61.0])), max_size=60
)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(limit=st.integers(1, 60), steps=STEPS)
def test_whatever_three_processes_do_no_minute_is_exceeded(
    limit: int, steps: list[tuple[int, int, float]], clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_key(rate=limit, name=f"platform {Client.objects.count()}")
    processes: list[dict[Any, Any]] = [{}, {}, {}]
    spent: dict[int, int] = {}
    for process, amount, pause in steps:
        clock[0] += pause
        monkeypatch.setattr(allowances, "_blocks", processes[process])
        minute = int(clock[0]) // 60
        if spend(made.key_id, "request", amount).ok:
            spent[minute] = spent.get(minute, 0) + amount
    assert all(total <= limit for total in spent.values())
