"""The worker: every row ends as it should whatever its handler does, at its end nothing is left behind."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from lightkeeper.runtime import queries, worker
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Dead, Later, Retry, add_work, add_works, finish_current, job, schedule
from lightkeeper.runtime.tests.threads import in_background, until
from lightkeeper.runtime.work import leases, running, slots
from lightkeeper.runtime.work.registry import job_of
from lightkeeper.runtime.work.states import WorkState

KIND = "tests:work"
PLANTED = "planted-words-of-a-person"


def run_one(*, seconds: float = 0) -> str:
    [claim] = leases.claim("tests", limit=1, kinds=[KIND], now=timezone.now() + timedelta(seconds=seconds))
    return running.run(claim)()


@pytest.fixture
def raises(jobs: None, caplog: pytest.LogCaptureFixture) -> list[BaseException]:
    """A job of three attempts that raises what is in this list, one after the other."""
    caplog.set_level(logging.DEBUG)
    to_raise: list[BaseException] = []

    @job(KIND, attempts=3)
    def handler(subject: int | None) -> None:
        if to_raise:
            raise to_raise.pop(0)

    return to_raise


@pytest.mark.django_db
def test_an_unknown_exception_is_tried_again_and_leaves_its_name_only(
    raises: list[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    raises += [ValueError(PLANTED), SystemExit(PLANTED), KeyError(PLANTED)]
    add_work(KIND)
    assert [run_one(), run_one(seconds=700), run_one(seconds=1400)] == ["retry", "retry", "dead"]
    row = Work.objects.get()
    assert (row.state, row.last_error, row.attempts) == (WorkState.DEAD, "KeyError", 3)
    assert PLANTED not in caplog.text
    assert [(one.kind, one.count, one.errors) for one in queries.dead_kinds()] == [(KIND, 1, ("KeyError",))]


@pytest.mark.django_db
def test_a_handler_says_when_to_try_again_and_when_not_to(raises: list[BaseException]) -> None:
    raises += [Retry(timedelta(hours=1), "busy"), Dead("no-use")]
    add_work(KIND)
    begun = timezone.now()
    assert run_one() == "retry"
    row = Work.objects.get()
    assert row.last_error == "busy"
    assert begun + timedelta(hours=1) <= row.due_at <= timezone.now() + timedelta(hours=1)
    assert run_one(seconds=3601) == "dead"
    assert Work.objects.get().last_error == "no-use"


@pytest.mark.django_db
def test_what_waits_for_its_turn_uses_up_no_attempt_and_is_no_news(
    raises: list[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    raises += [Later(timedelta(hours=1), "lane_full") for _ in range(5)]
    add_work(KIND)
    begun = timezone.now()
    assert [run_one(seconds=3700 * number) for number in range(5)] == ["later"] * 5
    row = Work.objects.get()
    assert (row.state, row.attempts, row.last_error) == (WorkState.WAITING, 0, "")
    assert row.due_at >= begun + timedelta(hours=1)
    assert not [one for one in caplog.records if one.name == "lightkeeper.work"]


@pytest.mark.django_db
def test_a_database_that_is_away_does_not_use_up_the_attempts(raises: list[BaseException]) -> None:
    raises += [OperationalError(PLANTED)] * 5
    add_work(KIND)
    assert [run_one(seconds=700 * number) for number in range(5)] == ["retry"] * 5
    assert run_one(seconds=5000) == "done"


@pytest.mark.django_db(transaction=True)
def test_a_handler_finishes_its_row_in_its_own_transaction(jobs: None) -> None:
    effects: list[bool] = []

    @job(KIND)
    def handler(subject: int | None) -> None:
        with transaction.atomic():
            add_work(KIND, subject=2, due_at=timezone.now() + timedelta(days=1))
            finish_current()
        effects.append(Work.objects.get(subject=1).state == WorkState.DONE)
        finish_current()  # a second time, it is no loss

    add_work(KIND, subject=1)
    assert run_one() == "done"
    assert effects == [True]


@pytest.mark.django_db(transaction=True)
def test_the_effect_of_a_worker_that_lost_its_lease_is_rolled_back(jobs: None) -> None:
    @job(KIND)
    def handler(subject: int | None) -> None:
        leases.take_over("other", limit=1, kinds=[KIND], now=timezone.now() + timedelta(seconds=31))
        with transaction.atomic():
            add_work(KIND, subject=2)
            finish_current()

    add_work(KIND, subject=1)
    assert run_one() == "lost"
    row = Work.objects.get()
    assert (row.subject, row.state, row.attempts) == (1, WorkState.LEASED, 2)


def test_finishing_outside_of_a_worker_does_nothing() -> None:
    finish_current()


def test_the_time_between_attempts_grows_is_drawn_at_random_and_is_bounded() -> None:
    for attempt, most in ((1, 2), (2, 4), (5, 32), (12, 600), (10_000, 600)):
        drawn = [running.back_off(attempt).total_seconds() for _ in range(200)]
        assert 0 <= min(drawn) < most / 4
        assert most * 3 / 4 < max(drawn) <= most


@pytest.mark.django_db(transaction=True)
def test_workers_do_each_row_once_and_leave_no_lease(jobs: None) -> None:
    done: Counter[int | None] = Counter()
    lock = threading.Lock()

    @job(KIND)
    def handler(subject: int | None) -> None:
        with lock:
            done[subject] += 1

    def work(stop: threading.Event) -> None:
        worker.run_worker(threads=2, stop=stop)

    with in_background(work), in_background(work):
        add_works(KIND, range(120))
        until(lambda: done.total() >= 120)
        until(lambda: len(queries.alive_workers()) == 2)  # one may have done all before the other began
    assert done == Counter(range(120))
    assert set(Work.objects.values_list("state", flat=True)) == {WorkState.DONE}
    assert queries.alive_workers() == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_stops_ends_what_it_began_and_gives_back_the_rest(
    jobs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @job(KIND)
    def handler(subject: int | None) -> None:
        begun.set()
        go_on.wait(30)

    monkeypatch.setattr(worker.Worker, "_room", lambda self: 5 - len(self._held))
    stop = threading.Event()
    add_works(KIND, range(5))
    with in_background(lambda _: worker.run_worker(threads=1, stop=stop)):
        assert begun.wait(30)
        stop.set()
        go_on.set()
    states = Counter(Work.objects.values_list("state", "attempts"))
    assert states == {(WorkState.DONE, 1): 1, (WorkState.WAITING, 0): 4}


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_does_not_end_loses_its_row_when_the_worker_stops(
    jobs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @job(KIND)
    def handler(subject: int | None) -> None:
        begun.set()
        go_on.wait(30)

    monkeypatch.setattr(worker, "GRACE", 0.05)
    add_work(KIND)
    try:
        with in_background(lambda stop: worker.run_worker(threads=1, stop=stop)):
            assert begun.wait(30)
        assert Work.objects.get().state == WorkState.WAITING
    finally:
        go_on.set()
        until(lambda: not [one for one in threading.enumerate() if one.name == "lightkeeper-hand"])


@pytest.mark.django_db(transaction=True)
def test_a_worker_lives_on_while_the_database_does_not_answer(jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    failures = Counter[str]()

    def failing(name: str, call):  # type: ignore[no-untyped-def]
        def wrapped(*args, **kwargs):  # type: ignore[no-untyped-def]
            failures[name] += 1
            if failures[name] <= 3:
                raise DatabaseError(PLANTED)
            return call(*args, **kwargs)

        return wrapped

    @job(KIND)
    def handler(subject: int | None) -> None:
        done.set()

    monkeypatch.setattr(worker, "PATIENCE", 0.05)
    for name in ("claim", "finish"):
        monkeypatch.setattr(leases, name, failing(name, getattr(leases, name)))
    monkeypatch.setattr(worker.Worker, "_say_alive", failing("alive", worker.Worker._say_alive))
    with in_background(lambda stop: worker.run_worker(threads=1, stop=stop)):
        add_work(KIND)
        until(lambda: Work.objects.get().state == WorkState.DONE)
    assert done.is_set()
    assert Work.objects.get().attempts == 1
    assert min(failures["claim"], failures["finish"]) > 3


@pytest.mark.django_db
def test_what_runs_by_the_clock_keeps_no_worker_looking_for_more(jobs: None) -> None:
    """Sealing comes every two seconds: a worker that were busy after it would never rest."""

    @schedule("tests:clock", every=timedelta(seconds=1))
    def tick(_: int | None) -> None:
        pass

    @job(KIND)
    def handler(_: int | None) -> None:
        pass

    one = worker.Worker(threads=1, stop=threading.Event())
    assert one._look(5, rung=True)[0] == 1
    assert one._busy_until == 0
    add_work(KIND)
    assert one._look(5, rung=True)[0] >= 1
    assert one._busy_until > 0


@pytest.mark.django_db(transaction=True)
def test_each_slot_of_a_schedule_is_made_once_over_all_workers(jobs: None) -> None:
    schedule(KIND, every=timedelta(seconds=10))(print)
    now = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
    one, two = slots.Slots(), slots.Slots()
    for seconds in range(30):
        one.make(now + timedelta(seconds=seconds))
        two.make(now + timedelta(seconds=seconds))
        for claim in leases.claim("tests", limit=9, kinds=[KIND], now=now + timedelta(seconds=seconds)):
            leases.finish(claim)
    begins = [row.due_at.second for row in Work.objects.order_by("due_at")]
    assert begins == [0, 10, 20, 30]
    assert one.next(now) == datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_slots_do_not_pile_up_while_nobody_works_and_failures_are_no_dead_letters(jobs: None) -> None:
    @schedule(KIND, every=timedelta(seconds=10))
    def handler(subject: int | None) -> None:
        raise ValueError(PLANTED)

    now = timezone.now()
    made = slots.Slots()
    for seconds in range(0, 100, 10):
        made.make(now + timedelta(seconds=seconds))
    assert Work.objects.count() == 1
    assert run_one() == "done"
    assert [(name, code) for name, code, _ in queries.failing_schedules()] == [(KIND, "ValueError")]
    assert queries.dead_kinds() == []


@pytest.mark.django_db
def test_done_rows_are_pruned_after_a_week_and_slots_only_when_they_are_over(jobs: None) -> None:
    job(KIND)(print)
    schedule("tests:daily", every=timedelta(days=1))(print)
    now = timezone.now()
    slots.Slots().make(now)
    add_work(KIND)
    add_work(KIND)
    for claim in leases.claim("tests", limit=2, kinds=[KIND, "tests:daily"]):
        leases.finish(claim)
    assert slots.prune(now + timedelta(hours=30)) == 0
    assert slots.prune(now + timedelta(hours=50)) == 1
    assert slots.prune(now + timedelta(days=8)) == 1
    assert Work.objects.get().state == WorkState.WAITING


def test_a_kind_has_one_job_and_a_lease_within_bounds(jobs: None) -> None:
    def other(subject: int | None) -> None:
        raise NotImplementedError

    job(KIND, lease_seconds=600)(print)
    assert job_of(KIND).lease == timedelta(seconds=45)
    with pytest.raises(ValueError, match="two jobs"):
        job(KIND)(other)
    with pytest.raises(ValueError, match="short code"):
        job("Not a kind")(print)
    with pytest.raises(ValueError, match="one second"):
        schedule("tests:fast", every=timedelta(milliseconds=10))
