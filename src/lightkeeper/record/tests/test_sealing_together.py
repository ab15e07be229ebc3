"""Several transactions and several sealers at once: no event is lost, none is sealed twice. Needs PostgreSQL.

On SQLite a transaction that writes is the only one, so that events commit in the order of their ids and two sealers
wait for one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, connections, transaction

from lightkeeper.record.models import Seal, Unsealed
from lightkeeper.record.sealing import LOCK
from lightkeeper.record.services import seal_pending, verify
from lightkeeper.record.tests.support import write

PATIENCE = 20.0
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("transactions overlap on PostgreSQL only")


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], Future[object]]]:
    """Runs something in a thread with a connection of its own."""
    with ThreadPoolExecutor(8) as pool:

        def run(what: Callable[[], object]) -> object:
            try:
                return what()
            finally:
                connections.close_all()

        yield lambda what: pool.submit(run, what)


def test_an_event_that_commits_after_later_ones_is_sealed_later(
    beside: Callable[[Callable[[], object]], Future[object]],
) -> None:
    written, go_on = Event(), Event()

    def slow() -> list[int]:
        with transaction.atomic():
            ids = write(1)
            written.set()
            assert go_on.wait(PATIENCE)
        return ids

    future = beside(slow)
    assert written.wait(PATIENCE)
    late = write(2)
    assert seal_pending() == 2  # the gap before them does not stop the sealer
    assert verify().ok
    go_on.set()
    early = future.result(PATIENCE)
    assert isinstance(early, list)
    assert early[0] < late[0]
    assert seal_pending() == 1  # and what fills it is not lost
    assert list(Seal.objects.order_by("position").values_list("event_id", flat=True)) == [*late, *early]
    assert verify().ok
    assert not Unsealed.objects.exists()


def test_a_gap_that_is_never_filled_stops_nothing() -> None:
    with transaction.atomic():
        write(3)
        transaction.set_rollback(True)
    ids = write(1)
    assert seal_pending() == 1
    assert Seal.objects.get().event_id == ids[0]


def test_while_one_seals_another_goes_away_at_once(
    beside: Callable[[Callable[[], object]], Future[object]],
) -> None:
    holding, go_on = Event(), Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            holding.set()
            assert go_on.wait(PATIENCE)

    future = beside(hold)
    assert holding.wait(PATIENCE)
    write(3)
    assert seal_pending() == 0
    go_on.set()
    future.result(PATIENCE)
    assert seal_pending() == 3


def test_many_writers_and_sealers_make_one_chain(
    beside: Callable[[Callable[[], object]], Future[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lightkeeper.record.sealing.BATCH", 7)
    start = Barrier(8)

    def write_some() -> None:
        start.wait(PATIENCE)
        for count in range(1, 15):
            write(count)

    def seal_some() -> int:
        start.wait(PATIENCE)
        return sum(seal_pending() for _ in range(30))

    writers, sealers = [beside(write_some) for _ in range(4)], [beside(seal_some) for _ in range(4)]
    for future in writers:
        future.result(PATIENCE)
    sealed = sum(int(str(future.result(PATIENCE))) for future in sealers) + seal_pending()
    result = verify()
    assert result.ok
    assert (sealed, result.events, result.unsealed) == (4 * 105, 4 * 105, 0)
