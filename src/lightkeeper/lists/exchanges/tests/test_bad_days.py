"""The catalogue of faults, for every source: nothing is lost, nothing wedges, and the history has one clear line.

Each bad day comes in the middle of a sync of three pages. Afterwards the source is well again, and the next sync leaves
exactly what the source has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise

import pytest

from lightkeeper.lists.exchanges.tests.making import checkpoint, counts, held, synced
from lightkeeper.lists.exchanges.tests.scenes import SOURCES, Scene
from lightkeeper.lists.exchanges.tests.servers import feed, graph, ncmec, serving, stopncii
from lightkeeper.lists.exchanges.tests.servers.serving import Answer, Asked, Fault
from lightkeeper.lists.models import Entry, Exchange, SyncRun
from lightkeeper.lists.types import ExchangeKind
from lightkeeper.people.models import Alert
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(params=SOURCES)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield SOURCES[request.param](stack).begin()


FAULTS: dict[str, tuple[Fault, str]] = {
    "a fault of its own": (serving.status(500), "The source has a fault of its own (500)."),
    "too often": (serving.status(429, Retry_After="120"), "The source says that it is asked too often (429)."),
    "half an answer": (serving.half, "The source's answer broke off or makes no sense."),
    "half a page": (serving.halved, "The source's answer is not whole "),
    "a slow body": (serving.slow, "The source did not answer in full within 0 seconds."),
    "a redirect": (serving.status(302, Location="http://127.0.0.1:1/x"), "The source answers with a redirect"),
    "credentials refused": (serving.status(401), "The source refuses the credentials (401)."),
    "something else": (serving.body(b"<html>Welcome to the hotel's network</html>"), "The source's answer is "),
    "nothing at all": (serving.body(b""), "The source's answer is not whole "),
    "another type": (serving.body(b'[{"data": 5}]'), "The source's answer "),
    "not a text": (serving.body(b"\xff\xfe\x00<"), "The source's answer is not "),
    "too large": (serving.body(b" " * 1_100_000), "The source's answer is larger than "),
}


def test_a_bad_day_costs_one_sync_and_nothing_else(scene: Scene) -> None:
    most = 262_144 if scene.kind == ExchangeKind.FEED else 1 << 20
    for fault, (bad, said) in FAULTS.items():
        Entry.objects.all().delete()
        SyncRun.objects.all().delete()
        Exchange.objects.update(checkpoint=None)
        scene.server.faults.extend([None, bad, bad, bad])
        run = synced(scene.exchange, seconds=0.4 if fault == "a slow body" else 10, most=most)
        assert (fault, run.outcome, run.problem[: len(said)]) == (fault, "failed", said)
        scene.server.faults.clear()
        again = synced(scene.exchange)
        assert (fault, again.outcome, again.problem) == (fault, "complete", "")
        assert held(scene.exchange) == scene.wanted, fault
        exchange = Exchange.objects.get(pk=scene.exchange)
        assert (exchange.failures, exchange.complete_at) == (0, again.ended_at)
        assert SyncRun.objects.count() == 2
    assert AuditEvent.objects.filter(event=Event.LISTS_SYNC_FINISHED).count() == 2 * len(FAULTS)


def test_a_fault_that_passes_is_not_even_noticed(scene: Scene) -> None:
    scene.server.faults.extend([None, serving.status(503), None, serving.half])
    run = synced(scene.exchange)
    assert (run.outcome, run.problem) == ("complete", "")
    assert held(scene.exchange) == scene.wanted


def test_unknown_fields_and_one_malformed_record(scene: Scene) -> None:
    bad = "zz" * 16
    if scene.kind == ExchangeKind.NCMEC:
        scene.app.entries[3].marks = {"MD5": bad}
        scene.app.entries[4].extra = '<surprise level="9"><deep/></surprise>'
        gone = ("md5", ncmec.value(3, "MD5"), "42/entry3")
    elif scene.kind == ExchangeKind.STOPNCII:
        scene.app.records[3]["hashValue"] = bad
        scene.app.records[4] |= {"surprise": {"level": 9}}
        gone = ("pdq", stopncii.value(3), "")
    elif scene.kind == ExchangeKind.THREATEXCHANGE:
        scene.app.updates[3]["indicator"] = bad
        scene.app.updates[4] |= {"surprise": {"level": 9}}
        gone = ("pdq", graph.value(3), "9003")
    else:
        scene.app.rows[3]["hash"] = bad
        scene.app.rows[4] |= {"surprise": {"level": 9}}
        gone = ("md5", feed.value(3), "row3")
    run = synced(scene.exchange)
    assert (run.outcome, run.set_aside) == ("complete", 1)
    assert held(scene.exchange) == scene.wanted - {gone}
    (aside,) = run.set_asides.all()
    assert aside.problem
    assert bad not in aside.problem + aside.record


def test_an_empty_page_in_the_middle_is_no_end(scene: Scene) -> None:
    if scene.kind == ExchangeKind.NCMEC:
        following = "/v2/entries?from=2000-01-01T00:00:00Z&amp;to=2100-01-01T00:00:00Z&amp;start=0&amp;size=4"
        empty = f"<queryResult><paging><next>{following}</next></paging></queryResult>".encode()
    elif scene.kind == ExchangeKind.STOPNCII:
        empty = b'{"hashRecords": [], "hasMoreRecords": true, "nextPageToken": "page-0", "nextSetTimestamp": 5}'
    elif scene.kind == ExchangeKind.THREATEXCHANGE:
        address = f"{scene.server.address}/{graph.GROUP}/threat_updates?access_token={graph.TOKEN}&after=0"
        empty = f'{{"data": [], "paging": {{"next": "{address}"}}}}'.encode()
    else:
        empty = b'{"found": {"rows": []}, "next": "0"}'
    scene.server.faults.append(serving.body(empty))
    run = synced(scene.exchange)
    assert (run.outcome, run.problem) == ("complete", "")
    assert held(scene.exchange) == scene.wanted


STUCK = {ExchangeKind.NCMEC: {"start": "4"}, ExchangeKind.STOPNCII: {"nextPageToken": "page-4"}}


def test_pages_that_repeat_end_the_sync_with_a_sentence(scene: Scene) -> None:
    well, second = scene.app.answer, STUCK.get(scene.kind, {"after": "4"})

    def stuck(asked: Asked) -> Answer:
        """Whatever page is asked for after the first, it is the second."""
        later = bool(set(second) & set(asked.query))
        return well(replace(asked, query={**asked.query, **second}) if later else asked)  # type: ignore[no-any-return]

    scene.app.answer = stuck
    run = synced(scene.exchange)
    assert run.outcome == "failed"
    assert "twice" in run.problem
    assert len(scene.server.asked) < 9
    scene.app.answer = well
    again = synced(scene.exchange)
    assert (again.outcome, held(scene.exchange)) == ("complete", scene.wanted)


def test_the_history_and_an_alert_after_several_failures(scene: Scene) -> None:
    scene.server.always = serving.status(500)
    dues = []
    for number in range(1, 5):
        assert synced(scene.exchange).outcome == "failed"
        exchange = Exchange.objects.get(pk=scene.exchange)
        assert exchange.failures == number
        assert exchange.due_at is not None
        dues.append(exchange.due_at)
        assert Alert.objects.filter(kind="list_sync_failed").count() == (number >= 3)
    waits = [(later - sooner).total_seconds() for sooner, later in pairwise(dues)]
    assert waits == sorted(waits)
    scene.server.always = None
    assert synced(scene.exchange).outcome == "complete"


def test_a_source_whose_time_goes_back_moves_no_checkpoint_back(scene: Scene) -> None:
    synced(scene.exchange)
    before = checkpoint(scene.exchange)
    if scene.kind == ExchangeKind.NCMEC:
        scene.app.now -= 5_000_000
        name = "from"
    elif scene.kind == ExchangeKind.STOPNCII:
        scene.app.moved = -5_000_000
        name = "start"
    elif scene.kind == ExchangeKind.THREATEXCHANGE:
        scene.app.updates = [graph.drawn(3, at=graph.BEGUN - 5_000_000)]
        name = "time"
    elif scene.options["whole"]:
        return  # it has no time to go on from
    else:
        scene.app.rows = [feed.drawn(3, at=3)]
        name = "since"
    run = synced(scene.exchange)
    assert run.outcome == "complete"
    assert checkpoint(scene.exchange)[name] >= before[name]
    if scene.kind in STUCK:
        assert run.problem == "The source's time went back; our checkpoint stays."
    assert held(scene.exchange) == scene.wanted
    assert counts(run) == {"outcome": "complete"}
