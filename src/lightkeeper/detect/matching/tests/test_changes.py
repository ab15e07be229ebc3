"""Entries come and go while others search; every search agrees with brute force over what is there."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lightkeeper.detect.matching import index as index_module
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.self_test import IndexSelfTestError
from lightkeeper.detect.matching.tests.brute import brute_force, flipped
from lightkeeper.detect.matching.tests.test_search import rows_of

RADII = np.array([31, 12])


class Changes(RuleBasedStateMachine):
    """An index with a very small tail, so that merges happen all the time."""

    @initialize(seed=st.integers(0, 2**32 - 1), start=st.integers(0, 20))
    def begin(self, seed: int, start: int) -> None:
        self.random = np.random.default_rng(seed)
        self.centres = self.random.integers(0, 256, (3, 32), dtype=np.uint8)
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(index_module, "TAIL_ROOM", 4)
        self.patch.setattr(index_module, "MERGE_UP_TO", 30)
        self.values = np.empty((0, 32), np.uint8)
        self.lists = np.empty(0, np.int64)
        self.alive: set[int] = set()
        self.index = PdqIndex()
        self.add(start)

    @rule(count=st.integers(0, 9))
    def add(self, count: int) -> None:
        near = self.centres[self.random.integers(0, 3, count)]
        values = flipped(near, int(self.random.integers(0, 30)), self.random)
        lists = self.random.integers(0, 2, count)
        numbers = self.index.add(values, lists=lists)
        assert numbers.tolist() == list(range(len(self.values), len(self.values) + count))
        self.values = np.concatenate([self.values, values])
        self.lists = np.concatenate([self.lists, lists])
        self.alive.update(numbers.tolist())

    @rule(count=st.integers(0, 5))
    def remove(self, count: int) -> None:
        numbers = self.random.integers(0, len(self.values) + 2, count)
        assert self.index.remove(numbers) == len(self.alive & set(numbers.tolist()))
        self.alive -= set(numbers.tolist())

    @rule()
    def compact(self) -> None:
        self.index.compact()

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "index"):
            return
        assert len(self.index) == len(self.alive)
        masks = np.array([1, 255, 9], np.uint8)
        found = rows_of(self.index.search(self.centres, orientations=masks, radius=RADII))
        expected = brute_force(self.values, self.centres, masks, RADII[self.lists])
        assert found == {row for row in expected if row[2] in self.alive}

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            self.patch.undo()


TestChanges = Changes.TestCase
TestChanges.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_threads_search_while_entries_are_added_and_removed() -> None:
    random = np.random.default_rng(3)
    values = random.integers(0, 256, (20_000, 32), dtype=np.uint8)
    index = PdqIndex.build(values[:18_000])
    problems: list[str] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            hits = index.search(values[:50])
            if hits.entry.tolist() != list(range(50)):
                problems.append("an entry that stays was not found")

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(18_000, 20_000):
        added = index.add(values[n : n + 1])
        if n % 5 == 0:
            index.remove(added)
        if n % 100 == 0:
            expected = [] if n % 5 == 0 else [n]
            assert index.search(values[n : n + 1]).entry.tolist() == expected
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(index) == 19_600


def test_the_self_test_notices_a_broken_index(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(4).integers(0, 256, (100, 32), dtype=np.uint8)
    index = PdqIndex.build(values)
    real = PdqIndex.search
    monkeypatch.setattr(PdqIndex, "search", lambda self, bases, *, radius: real(self, bases, radius=radius - 1))
    with pytest.raises(IndexSelfTestError, match="31 bits away was not found"):
        index.self_test()
    monkeypatch.setattr(PdqIndex, "search", lambda self, bases, *, radius: real(self, bases, radius=radius + 1))
    with pytest.raises(IndexSelfTestError, match="32 bits away was found"):
        index.self_test()
