"""Runs: what is killed goes on, what is overtaken stops, what a person said stays, and pages are cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.utils.timezone import now

from lightkeeper.lists import applying, jobs
from lightkeeper.lists.applying import Overtaken, apply_page
from lightkeeper.lists.entries import move_entry
from lightkeeper.lists.exchanges import setting, syncing
from lightkeeper.lists.exchanges.protocol import BadRecord, Page, Record
from lightkeeper.lists.exchanges.tests.making import OPERATOR, checkpoint, counts, held, made, synced
from lightkeeper.lists.exchanges.tests.servers.ncmec import PASSWORD, USER, Ncmec, drawn, value
from lightkeeper.lists.exchanges.tests.servers.serving import Server, serving
from lightkeeper.lists.models import Change, Entry, Exchange, HashList, SyncRun
from lightkeeper.lists.types import Algorithm, EntryState, ExchangeKind, ListRefused, RunOutcome
from lightkeeper.record.models import AuditEvent
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import insert_many

pytestmark = pytest.mark.django_db

CREDENTIALS = {"username": USER, "password": PASSWORD}


@pytest.fixture
def app() -> Ncmec:
    return Ncmec([drawn(number) for number in range(10)], size=3)


@pytest.fixture
def server(app: Ncmec) -> Iterator[Server]:
    with serving(app) as running:
        yield running


@pytest.fixture
def exchange(server: Server) -> int:
    return made(ExchangeKind.NCMEC, {"address": server.address}, CREDENTIALS)


def a_run(exchange: int) -> int:
    return SyncRun.objects.create(exchange_id=exchange, begun_at=now()).pk


def record(number: int, key: str = "", **others: Any) -> Record:
    return Record(key or f"42/entry{number}", {Algorithm.MD5: value(number, "MD5")}, id=f"42/entry{number}", **others)


@pytest.mark.parametrize("dies_at", range(1, 5))
def test_a_sync_that_dies_anywhere_is_gone_on_with(
    server: Server, exchange: int, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    real, calls = insert_many, [0]

    def dying(rows: Any) -> None:
        if rows and isinstance(rows[0], Entry):
            calls[0] += 1
            if calls[0] == dies_at:
                real(rows)
                raise OperationalError
        real(rows)

    monkeypatch.setattr(applying, "insert_many", dying)
    with pytest.raises(OperationalError):
        synced(exchange)
    assert SyncRun.objects.get().outcome == RunOutcome.RUNNING
    assert len(held(exchange)) == 6 * (dies_at - 1)
    asked = len(server.asked)
    run = synced(exchange)
    assert (run.outcome, len(held(exchange))) == (RunOutcome.COMPLETE, 20)
    assert len(server.asked) - asked == 5 - dies_at  # pages that were applied are not fetched again
    first = SyncRun.objects.order_by("pk").first()
    assert first is not None
    assert (first.outcome, first.problem) == (RunOutcome.INTERRUPTED, "It was interrupted; the next sync went on.")
    assert sum(SyncRun.objects.values_list("added", flat=True)) == 20


def test_of_two_runs_the_later_goes_on(exchange: int) -> None:
    old = a_run(exchange)
    with pytest.raises(IntegrityError), _savepoint():
        a_run(exchange)
    synced(exchange)
    with pytest.raises(Overtaken):
        apply_page(exchange, old, Page([record(99)], [], {"from": 1}, last=True))
    assert checkpoint(exchange) != {"from": 1}
    assert ("md5", value(99, "MD5"), "42/entry99") not in held(exchange)


def _savepoint() -> Any:
    from django.db import transaction

    return transaction.atomic()


def test_a_large_page_is_cut_and_its_checkpoint_comes_last(exchange: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "MOST_ENTRIES", 4)
    run, before = a_run(exchange), Change.objects.count()
    page = Page([record(number) for number in range(10)], [], {"from": 7}, last=True)
    real, seen = applying.hold_run, []

    def looking(run_id: int) -> SyncRun:
        seen.append(checkpoint(exchange))
        return real(run_id)

    monkeypatch.setattr(applying, "hold_run", looking)
    effects = apply_page(exchange, run, page)
    assert (effects.added, Change.objects.count() - before, seen) == (10, 3, [None, None, None])
    assert checkpoint(exchange) == {"from": 7}
    assert (SyncRun.objects.get(pk=run).pages, SyncRun.objects.get(pk=run).records) == (1, 10)


def test_the_same_page_again_changes_nothing(exchange: int) -> None:
    run, page = a_run(exchange), Page([record(1), record(2, upvotes=3)], [], {"from": 7}, last=True)
    assert apply_page(exchange, run, page).added == 2
    before = (Change.objects.count(), list(Entry.objects.order_by("pk").values()))
    effects = apply_page(exchange, run, page)
    assert (effects.added, effects.changed, effects.withdrawn) == (0, 0, 0)
    assert (Change.objects.count(), list(Entry.objects.order_by("pk").values())) == before


def test_what_a_person_said_of_an_entry_stays(app: Ncmec, exchange: int) -> None:
    synced(exchange)
    keys = {entry.value_index: entry.pk for entry in Entry.objects.filter(algorithm="md5")}
    disputed, quarantined, withdrawn = list(keys.values())[:3]
    for key, state in ((disputed, "disputed"), (quarantined, "quarantined"), (withdrawn, "withdrawn")):
        move_entry(key, EntryState(state), reason="it is a cat", actor=OPERATOR)
    states = dict(Entry.objects.filter(pk__in=(disputed, quarantined, withdrawn)).values_list("pk", "state"))
    for entry in app.entries:  # the source has a word to say of each
        entry.at, entry.category = app.now, "B1"
    app.change()
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 10, "changed": 20}
    assert dict(Entry.objects.filter(pk__in=states).values_list("pk", "state")) == states
    for deleted in (True, False):  # it deletes all, and brings all back
        for entry in app.entries:
            entry.deleted = deleted
        app.change()
        synced(exchange)
    assert set(Entry.objects.filter(pk__in=states).values_list("state", flat=True)) == {"withdrawn"}
    assert Entry.objects.filter(state=EntryState.ACTIVE).count() == 17


def test_described_records_are_bounded_and_all_are_counted(exchange: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "MOST_SHOWN", 5)
    run = a_run(exchange)
    for _ in range(3):
        apply_page(exchange, run, Page([], [BadRecord(n, "x", "bad") for n in range(1, 5)], {}, last=False))
    kept = SyncRun.objects.get(pk=run)
    assert (kept.set_aside, kept.set_asides.count()) == (12, 5)
    assert set(kept.set_asides.values_list("page", "position")) == {(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)}


def test_a_sync_that_ends_well_says_how_fresh_the_list_is(exchange: int) -> None:
    run = synced(exchange)
    row = HashList.objects.get()
    assert (row.imported_at, row.version) == (run.ended_at, f"sync-{run.pk}")
    kept = Exchange.objects.get()
    assert kept.due_at is not None
    assert run.ended_at is not None
    assert timedelta(minutes=60) <= kept.due_at - run.ended_at <= timedelta(minutes=66)
    event = AuditEvent.objects.get(event="lists:sync:finished")
    assert json.loads(event.details) == {
        "outcome": "complete", "pages": 4, "records": 10, "added": 20, "changed": 0, "withdrawn": 0, "set_aside": 0
    }  # fmt: skip


def test_what_is_due_is_begun_once_and_by_a_worker(exchange: int) -> None:
    assert (setting.begin_due(), setting.begin_due()) == (1, 0)
    work = Work.objects.get(kind=setting.SYNC)
    assert work.subject == exchange
    jobs.sync(exchange)
    assert SyncRun.objects.get().outcome == RunOutcome.COMPLETE
    setting.sync_now(exchange, actor=OPERATOR)
    assert Work.objects.filter(kind=setting.SYNC).count() == 1  # one waits already
    jobs.sync(None)
    jobs.sync(10_000)


def test_without_credentials_or_when_switched_off_nothing_is_fetched(server: Server) -> None:
    exchange = made(ExchangeKind.NCMEC, {"address": server.address})
    run = synced(exchange)
    assert (run.outcome, run.problem) == ("failed", "Its credentials are not set: username, password.")
    assert not server.asked
    list_id = Exchange.objects.get().list_id
    setting.set_exchange(list_id, ExchangeKind.NCMEC, {"address": server.address}, actor=OPERATOR, enabled=False)
    assert setting.begin_due() == 0
    with pytest.raises(ListRefused, match="switched off"):
        setting.sync_now(exchange, actor=OPERATOR)


def test_setting_is_refused_with_a_sentence_and_noted(server: Server, exchange: int) -> None:
    synced(exchange)
    list_id, options = Exchange.objects.get().list_id, {"address": server.address}
    with pytest.raises(ListRefused, match="one kind of source"):
        setting.set_exchange(list_id, ExchangeKind.STOPNCII, {}, actor=OPERATOR)
    with pytest.raises(ListRefused, match="every 5 minutes to 7 days"):
        setting.set_exchange(list_id, ExchangeKind.NCMEC, options, actor=OPERATOR, every_minutes=1)
    with pytest.raises(ListRefused, match="no such list"):
        setting.set_exchange(list_id + 1, ExchangeKind.NCMEC, options, actor=OPERATOR)
    for given, said in (
        ({"username": USER}, "“password” is missing"), ({**CREDENTIALS, "x": "1"}, "no such credential"),
        ({**CREDENTIALS, "password": "ü"}, "ASCII"),
    ):  # fmt: skip
        with pytest.raises(ListRefused, match=said):
            setting.set_credentials(exchange, given, actor=OPERATOR)
    setting.set_exchange(list_id, ExchangeKind.NCMEC, options, actor=OPERATOR, every_minutes=30)
    assert checkpoint(exchange) is not None
    setting.set_exchange(list_id, ExchangeKind.NCMEC, {"environment": "NGO"}, actor=OPERATOR)
    assert checkpoint(exchange) is None  # another source: everything anew
    setting.remove_exchange(exchange, actor=OPERATOR)
    assert (Exchange.objects.count(), Entry.objects.filter(state="active").count()) == (0, 20)
    events = set(AuditEvent.objects.values_list("event", flat=True))
    assert {"lists:exchange:set", "lists:credentials:changed", "lists:exchange:removed"} <= events


def test_without_the_extra_its_kinds_say_so_and_the_rest_works(monkeypatch: pytest.MonkeyPatch, exchange: int) -> None:
    from lightkeeper.lists.exchanges import clients

    monkeypatch.setattr(clients, "has_clients", lambda: False)
    assert "needs the extra “exchanges”" in synced(exchange).problem
    for kind in (ExchangeKind.NCMEC, ExchangeKind.STOPNCII, ExchangeKind.THREATEXCHANGE):
        with pytest.raises(ListRefused, match="needs the extra"):
            setting.set_exchange(Exchange.objects.get().list_id, kind, {}, actor=OPERATOR)
    made(ExchangeKind.FILE, {"path": "x.csv"}, name="other")


def test_a_fault_of_ours_wedges_nothing(exchange: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **_named: Any) -> None:
        raise KeyError("a value of an entry")

    with monkeypatch.context() as patched:
        patched.setattr(syncing, "apply_page", broken)
        run = synced(exchange)
    assert (run.outcome, run.problem) == ("failed", "It failed in a way it should not (KeyError).")
    assert synced(exchange).outcome == "complete"
