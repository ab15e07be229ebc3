"""Calls through PostgreSQL: a worker of another process begins at once, and none is needed for work to be done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from lightkeeper.runtime import worker
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import add_work, job
from lightkeeper.runtime.tests.threads import in_background, until
from lightkeeper.runtime.work import waking
from lightkeeper.runtime.work.states import WorkState

KIND = "tests:work"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="procrastinate wakes workers on PostgreSQL only"),
]


def calls() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


def listening() -> set[int]:
    """The servers' processes to whose connections somebody listens now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'")
        return {int(pid) for (pid,) in cursor.fetchall()}


def work(stop: threading.Event) -> None:
    """A worker that is rung when it should stop, for it may be waiting for an hour."""

    def ring() -> None:
        stop.wait()
        waking.ring()

    threading.Thread(target=ring, daemon=True).start()
    worker.run_worker(threads=1, stop=stop)


def all_done(count: int) -> Callable[[], bool]:
    return lambda: Work.objects.filter(state=WorkState.DONE).count() == count


@pytest.fixture(autouse=True)
def _nobody_was_called() -> None:
    with connection.cursor() as cursor:  # Django does not empty the tables of procrastinate
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_work_of_one_transaction_calls_once_and_not_before_it_commits(jobs: None) -> None:
    job(KIND)(print)
    with transaction.atomic():
        add_work(KIND)
        add_work(KIND)
        assert calls() == 0
    assert calls() == 1
    add_work(KIND)
    assert calls() == 1


def test_what_was_rolled_back_calls_nobody(jobs: None) -> None:
    job(KIND)(print)
    with transaction.atomic():
        add_work(KIND)
        transaction.set_rollback(True)
    assert calls() == 0


def test_a_worker_is_woken_by_a_call_alone(jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    job(KIND)(print)
    # As another process would wake it: no bell of this one is rung.
    monkeypatch.setattr(waking, "wake", lambda: [call() for call in waking._callers])
    monkeypatch.setattr(worker, "POLL", {"postgresql": 3600.0})
    monkeypatch.setattr(worker, "POLL_BUSY", {"postgresql": 3600.0})
    with in_background(work):
        until(lambda: bool(listening()))
        for number in range(1, 6):
            add_work(KIND)
            until(all_done(number))


def test_a_call_just_before_it_listens_is_answered(jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from lightkeeper.runtime.work import calling

    job(KIND)(print)
    monkeypatch.setattr(waking, "wake", lambda: [call() for call in waking._callers])
    monkeypatch.setattr(worker, "POLL", {"postgresql": 3600.0})
    monkeypatch.setattr(worker, "POLL_BUSY", {"postgresql": 3600.0})
    monkeypatch.setattr(calling, "_LOOK", 3600.0)
    looked, called = threading.Event(), threading.Event()
    listen = calling._Connector.listen_notify

    async def late(self: calling._Connector, *args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(0.1)  # the first look is over
        looked.set()
        await asyncio.to_thread(called.wait, 30)
        await listen(self, *args, **kwargs)

    monkeypatch.setattr(calling._Connector, "listen_notify", late)
    with in_background(work):
        assert looked.wait(30)
        add_work(KIND)
        called.set()
        until(all_done(1))


def test_lost_calls_lose_no_work(jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    job(KIND)(print)
    monkeypatch.setattr(waking, "wake", lambda: None)
    monkeypatch.setattr(worker.Worker, "_listen", lambda _: None)
    with in_background(work):
        add_work(KIND)
        until(all_done(1))


def test_a_listener_that_lost_its_connection_listens_again(jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from lightkeeper.runtime.work import calling

    monkeypatch.setattr(calling, "_AGAIN", 0.05)
    job(KIND)(print)
    with in_background(work):
        until(lambda: bool(listening()))
        lost = listening()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        until(lambda: bool(listening() - lost))
        add_work(KIND)
        until(all_done(1))
