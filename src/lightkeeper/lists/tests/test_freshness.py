"""Every process sees every change soon, serves on when it cannot load, and says so."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lightkeeper.detect.matching.self_test import IndexSelfTestError
from lightkeeper.lists import freshness, holdings, loading, services
from lightkeeper.lists.changes import next_change
from lightkeeper.lists.freshness import _Keeper
from lightkeeper.lists.holdings import Holdings
from lightkeeper.lists.known import Known
from lightkeeper.lists.models import Change, Clock, Entry, HashList
from lightkeeper.lists.queries import current, refresh, start_refreshing, stop_refreshing
from lightkeeper.lists.sealing import index_of, unseal_entries
from lightkeeper.lists.tests.making import csv, imported, moved, row, value
from lightkeeper.lists.types import EntryState, ListStatus
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()


def wait_for(reached: Callable[[], bool]) -> None:
    """Wait until something is so; a test that waits for ever is stopped by whoever runs it."""
    end = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)


def test_changes_are_loaded_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    imported(csv(*(row(n) for n in range(20))))
    first = current()
    opened: list[int] = []
    real = unseal_entries

    def counting(sealed: list[bytes], places: object) -> object:
        opened.append(len(sealed))
        return real(sealed, places)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "unseal_entries", counting)
    assert current() is first
    assert opened == []
    imported(csv(row(20), row(21)), status=None)
    second = current()
    assert opened[0] == 2
    assert len(second.holdings) == 22
    assert len(first.holdings) == 20
    assert first.lookup_pdq([value(20)]) == [()]
    assert second.change > first.change


def test_what_began_with_one_moment_ends_with_it() -> None:
    imported(csv(row(1), row(2, "sha256", "b")))
    before = current()
    moved(Entry.objects.get(algorithm="pdq").pk)
    moved(Entry.objects.get(algorithm="sha256").pk)
    after = current()
    assert before.lookup_pdq([value(1)])[0]
    assert before.lookup_digest([("sha256", value(2, "sha256"))])[0]
    assert after.lookup_pdq([value(1)]) == [()]
    assert after.lookup_digest([("sha256", value(2, "sha256"))]) == [()]


def test_an_altered_row_leaves_the_old_index_serving_and_says_why() -> None:
    imported(csv(row(1)))
    assert current().degraded == ()
    imported(csv(row(2)), status=None)
    newest = Entry.objects.order_by("-pk")[0]
    sound = bytes(newest.sealed)
    Entry.objects.filter(pk=newest.pk).update(sealed=sound[:-1] + bytes([sound[-1] ^ 1]))
    assert current().lookup_pdq([value(1)])[0]
    health = freshness.freshness()
    assert "cannot be opened" in str(health.why)
    assert value(2).hex() not in str(health)
    Entry.objects.filter(pk=newest.pk).update(sealed=sound)
    assert current().lookup_pdq([value(2)])[0]
    assert freshness.freshness().why is None


def test_a_moved_value_is_noticed() -> None:
    imported(csv(row(1, "sha256"), row(2, "sha256")))
    one, two = Entry.objects.order_by("pk")
    Entry.objects.filter(pk=two.pk).update(sealed=one.sealed)
    assert current().degraded == ("index_stale", "no_lists")
    assert "cannot be opened" in str(freshness.freshness().why)


def test_stale_is_said_with_the_age_and_ends_when_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = _Keeper()
    assert keeper.health() == ("index_stale",)
    assert keeper.freshness().age is None
    imported(csv(row(1)))
    keeper.refresh()
    assert keeper.health() == ()
    clock = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: clock + 7)
    assert keeper.health() == ("index_stale",)
    assert 6 < (keeper.freshness().age or 0) < 8
    assert "not looked at" in str(keeper.freshness().why)
    keeper.refresh()
    assert keeper.health() == ()


def test_an_index_that_fails_its_test_does_not_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    imported(csv(row(1)))
    before = current()
    imported(csv(row(2)), status=None)

    def fail(self: Holdings, *, sample: int = 64) -> None:
        raise IndexSelfTestError("an entry 31 bits away was not found at radius 31")

    with monkeypatch.context() as patch:
        patch.setattr(Holdings, "self_test", fail)
        assert current() is before
        assert "not found" in str(freshness.freshness().why)
    assert current().lookup_pdq([value(2)])[0]


def test_another_key_for_indexes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    imported(csv(row(1, "sha256")))
    monkeypatch.setattr(holdings, "index_of", lambda *_: bytes(32))
    assert "key that indexes" in str((current(), freshness.freshness().why)[1])


def test_a_fault_of_our_own_does_not_end_the_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    imported(csv(row(1)))
    before = current()
    imported(csv(row(2)), status=None)
    with monkeypatch.context() as patch:
        patch.setattr(freshness, "load", lambda *_: [][1])
        assert current() is before
        assert "IndexError" in str(freshness.freshness().why)
    assert len(current().holdings) == 2


def test_a_database_that_fails_leaves_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    imported(csv(row(1)))
    before = current()

    def fail() -> None:
        raise DatabaseError("at postgresql://user:password@host")

    monkeypatch.setattr(freshness, "now_in_database", fail)
    assert current() is before
    assert "password" not in str(freshness.freshness().why)


def test_an_older_database_put_in_its_place_is_loaded_anew() -> None:
    imported(csv(row(1)))
    assert len(current().holdings) == 1
    # The same numbers, another history: as after a restore and other imports.
    Entry.objects.all().delete()
    Change.objects.all().update(stamp=uuid.uuid4())
    imported(csv(row(2)), status=None)
    known = current()
    assert known.lookup_pdq([value(1), value(2)])[0] == ()
    assert known.lookup_pdq([value(2)])[0]
    Clock.objects.all().delete()
    Change.objects.all().delete()
    Entry.objects.all().delete()
    assert len(current().holdings) == 0


def test_a_number_is_taken_only_within_a_transaction_and_rises_by_one() -> None:
    with transaction.atomic():
        assert [next_change(), next_change()] == [1, 2]
    assert Clock.objects.get().number == 2


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_not_skipped() -> None:
    """Two transactions overlap; the one that began later cannot take its number before the first has committed."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writing transaction at a time")
    services.create_list(name="made", actor=OPERATOR)
    refresh()
    order: list[str] = []
    taken, may_commit = threading.Event(), threading.Event()

    def early() -> None:
        with transaction.atomic():
            next_change()
            services.create_list(name="early", actor=OPERATOR)
            taken.set()
            may_commit.wait(30)
            order.append("early")
        connection.close()

    def late() -> None:
        taken.wait(30)
        services.create_list(name="late", actor=OPERATOR)
        order.append("late")
        connection.close()

    threads = [threading.Thread(target=target) for target in (early, late)]
    for thread in threads:
        thread.start()
    taken.wait(30)
    wait_for(_somebody_waits_for_a_lock)
    assert [known.name for known in current().lists] == ["made"]
    may_commit.set()
    for thread in threads:
        thread.join()
    assert order == ["early", "late"]
    assert [known.name for known in current().lists] == ["early", "late", "made"]
    numbers = list(Change.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_threads_of_two_processes_see_a_change_and_a_withdrawal() -> None:
    """Two keepers as two processes have them, each with its own thread and connection."""
    imported(csv(row(1)))
    keepers = [_Keeper(), _Keeper()]
    try:
        for keeper in keepers:
            keeper.start()
        wait_for(lambda: all(len(keeper.known.holdings) == 1 for keeper in keepers))
        imported(csv(row(2, "sha256", "b"), row(3)), status=None)
        wait_for(lambda: all(len(keeper.known.holdings) == 3 for keeper in keepers))
        entry = keepers[0].known.lookup_digest([("sha256", value(2, "sha256"))])[0][0].entry
        moved(int(entry or 0))
        wait_for(lambda: all(len(keeper.known.holdings) == 2 for keeper in keepers))
        assert all(not k.known.lookup_digest([("sha256", value(2, "sha256"))])[0] for k in keepers)
        assert all(keeper.health() == () for keeper in keepers)
    finally:
        for keeper in keepers:
            keeper.stop()


@pytest.mark.django_db(transaction=True)
def test_while_the_thread_runs_asking_costs_no_query(django_assert_num_queries: Callable[[int], object]) -> None:
    imported(csv(row(1)), status=ListStatus.TRIAL)
    start_refreshing()
    start_refreshing()  # a second time changes nothing
    wait_for(lambda: len(freshness._keeper.known.holdings) == 1)
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert current().lookup_pdq([value(1)]) == [()]
    stop_refreshing()
    stop_refreshing()
    assert HashList.objects.get().trial_matches == 1  # written before the thread ended


def test_a_forked_process_has_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = _Keeper()
    keeper._thread = threading.current_thread()
    keeper._process = -1
    assert not keeper.running


STEPS = st.lists(
    st.tuples(st.sampled_from(("import", "replace", "withdraw", "look")), st.frozensets(st.integers(0, 8), max_size=5)),
    max_size=6,
)
KINDS = ("pdq", "sha256", "md5")


@settings(max_examples=15)
@given(STEPS)
def test_after_any_changes_the_index_is_what_building_it_anew_gives(steps: list[tuple[str, frozenset[int]]]) -> None:
    with transaction.atomic():
        services.create_list(name="made", actor=OPERATOR, status=ListStatus.VETTED)
        keeper, expected, by_person = _Keeper(), set[int](), set[int]()
        for what, seeds in steps:
            if what == "look":
                keeper.refresh()
            elif what == "withdraw":
                for seed in seeds & expected:
                    index = index_of(KINDS[seed % 3], value(seed, KINDS[seed % 3]))
                    moved(Entry.objects.get(value_index=index).pk)
                by_person |= seeds & expected  # what a person withdrew no file brings back
                expected -= seeds
            elif seeds:
                rows = [row(seed, KINDS[seed % 3], str(seed)) for seed in sorted(seeds)]
                imported(csv(*rows), status=None, replace=what == "replace")
                expected = (set(seeds) if what == "replace" else expected | seeds) - by_person
        keeper.refresh()
        fresh = _Keeper()
        fresh.refresh()
        active = Entry.objects.filter(state=EntryState.ACTIVE).count()
        assert len(keeper.known.holdings) == len(fresh.known.holdings) == active == len(expected)
        assert [of.entries for of in keeper.known.lists] == [of.entries for of in fresh.known.lists] == [active]
        for known in (keeper.known, fresh.known):
            assert {seed for seed in range(9) if _found(known, seed)} == expected
        transaction.set_rollback(True)


def _found(known: Known, seed: int) -> bool:
    kind = KINDS[seed % 3]
    if kind == "pdq":
        return bool(known.lookup_pdq([value(seed)])[0])
    return bool(known.lookup_digest([(kind, value(seed, kind))])[0])
