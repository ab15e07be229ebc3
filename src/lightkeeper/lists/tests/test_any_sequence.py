"""After any sequence of acts each entry of the lists is found exactly where its state says so, and counts agree.

The acts are those of people, of imports, of syncs with a source, and of processes that start again, from rows or from a
snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.utils.timezone import now
from hypothesis import given, settings
from hypothesis import strategies as st

from lightkeeper.detect.findings import Match
from lightkeeper.lists import freshness, services
from lightkeeper.lists.applying import apply_page
from lightkeeper.lists.exchanges.protocol import Page, Record
from lightkeeper.lists.known import Known
from lightkeeper.lists.models import Change, Entry, Exchange, SyncRun
from lightkeeper.lists.queries import all_lists, current, state_counts
from lightkeeper.lists.sealing import index_of
from lightkeeper.lists.snapshots import write_snapshot
from lightkeeper.lists.states import SEARCHED
from lightkeeper.lists.tests.making import csv, imported, moved, new, row, value
from lightkeeper.lists.types import Algorithm, EntryState, ExchangeKind, ListStatus, RunOutcome
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()
KINDS = ("pdq", "sha256", "md5")
SEEDS = 6
MOVES = {
    "dispute": EntryState.DISPUTED,
    "quarantine": EntryState.QUARANTINED,
    "withdraw": EntryState.WITHDRAWN,
    "restore": EntryState.ACTIVE,
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("add", "import", "replace", "sync", "delete", "look", "snapshot", "restart", *MOVES)),
        st.frozensets(st.integers(0, SEEDS - 1), min_size=1, max_size=4),
    ),
    max_size=8,
)


@dataclass
class Model:
    """What each entry should be: its state, and whether a person put it there (what no source undoes).

    ``synced`` are the values that the source of the other list has.
    """

    states: dict[int, EntryState] = field(default_factory=dict)
    by_person: set[int] = field(default_factory=set)
    synced: set[int] = field(default_factory=set)

    def listed(self, seeds: frozenset[int]) -> None:
        """A source, or somebody who adds, lists these."""
        for seed in seeds:
            gone = self.states.get(seed) == EntryState.WITHDRAWN and seed not in self.by_person
            if seed not in self.states or gone:
                self.states[seed] = EntryState.ACTIVE

    def dropped(self, seeds: frozenset[int]) -> None:
        """The source lists these alone."""
        for seed in self.states.keys() - seeds:
            if self.states[seed] != EntryState.WITHDRAWN:
                self.states[seed] = EntryState.WITHDRAWN

    def moved(self, seed: int, state: EntryState) -> None:
        """A person moves one."""
        self.states[seed] = state
        self.by_person = self.by_person - {seed} if state == EntryState.ACTIVE else self.by_person | {seed}


@settings(max_examples=20)
@given(STEPS)
def test_entries_are_found_where_their_state_says_so(steps: list[tuple[str, frozenset[int]]]) -> None:
    with transaction.atomic():
        list_id = services.create_list(name="made", actor=OPERATOR, status=ListStatus.VETTED)
        fetched = services.create_list(name="synced", actor=OPERATOR, status=ListStatus.VETTED)
        Exchange.objects.create(list_id=fetched, kind=ExchangeKind.FEED, created_at=now())
        model = Model()
        for act, seeds in steps:
            _act(act, seeds, list_id, model)
        _check(current(), list_id, model)
        freshness.forget()
        _check(current(), list_id, model)
        transaction.set_rollback(True)
    freshness.forget()


def _act(act: str, seeds: frozenset[int], list_id: int, model: Model) -> None:
    ordered = sorted(seeds)
    if act == "look":
        current()
    elif act == "snapshot":
        known = current()
        write_snapshot(known.holdings, Change.objects.get(number=known.change))
    elif act in {"sync", "delete"}:
        _sync(ordered, deleted=act == "delete")
        model.synced = model.synced - seeds if act == "delete" else model.synced | seeds
    elif act == "restart":
        freshness.forget()
    elif act == "add":
        services.add_entries(list_id, [new(seed, _kind(seed)) for seed in ordered], actor=OPERATOR, reason="graded")
        model.listed(seeds)
    elif act in MOVES:
        for seed in ordered:
            if model.states.get(seed, MOVES[act]) != MOVES[act]:
                moved(_entry(list_id, seed).pk, MOVES[act])
                model.moved(seed, MOVES[act])
    else:
        imported(csv(*(row(seed, _kind(seed)) for seed in ordered)), status=None, replace=act == "replace")
        model.listed(seeds)
        if act == "replace":
            model.dropped(seeds)


def _sync(seeds: list[int], *, deleted: bool) -> None:
    exchange = Exchange.objects.get()
    run = SyncRun.objects.create(exchange=exchange, begun_at=now())
    records = [
        Record(f"r{seed}", {} if deleted else {Algorithm(_kind(seed)): value(seed, _kind(seed))}, deleted=deleted)
        for seed in seeds
    ]
    apply_page(exchange.pk, run.pk, Page(records, (), {"at": run.pk}, last=True))
    SyncRun.objects.filter(pk=run.pk).update(outcome=RunOutcome.COMPLETE, ended_at=now())


def _check(known: Known, list_id: int, model: Model) -> None:
    searched = {seed for seed, state in model.states.items() if state in SEARCHED}
    for seed in range(SEEDS):
        found = _found(known, seed)
        assert sorted(match.list for match in found) == ["made"] * (seed in searched) + ["synced"] * (
            seed in model.synced
        )
        for match in found:
            if match.list == "synced":
                continue
            assert match.entry == _entry(list_id, seed).pk
            exact = _kind(seed) != "pdq" and model.states[seed] == EntryState.ACTIVE
            assert known.vetted_digest(match) == exact
    assert len(known.holdings) == len(searched) + len(model.synced)
    counts = [len(searched), len(model.synced)]
    assert [of.entries for of in known.lists] == [of.entries for of in all_lists()] == counts
    assert sum(state_counts(list_id).values()) == len(model.states)
    assert {seed: _entry(list_id, seed).state for seed in model.states} == model.states


def _kind(seed: int) -> str:
    return KINDS[seed % len(KINDS)]


def _entry(list_id: int, seed: int) -> Entry:
    return Entry.objects.get(list_id=list_id, value_index=index_of(_kind(seed), value(seed, _kind(seed))))


def _found(known: Known, seed: int) -> tuple[Match, ...]:
    kind = _kind(seed)
    shape = ({}, value(seed)) if kind == "pdq" else ({kind: value(seed, kind)}, None)
    return known.look_up([shape])[0].matches
