"""Group commit: everybody gets their own rows, and nobody fails for another."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.intake.committing import LARGEST, GroupCommit


class _Table:
    """What a database would do: all parts or none, one transaction at a time, and a part that is refused."""

    def __init__(self, refused: int | None = None) -> None:
        self.written: list[int] = []
        self.sizes: list[int] = []
        self.refused = refused
        self.writing = threading.Lock()
        self.first = threading.Event()

    def write(self, parts: Sequence[int]) -> list[str]:
        assert self.writing.acquire(blocking=False), "two transactions at once"
        try:
            self.first.wait(5)
            if self.refused in parts:
                raise ValueError("refused")
            self.sizes.append(len(parts))
            self.written += parts
            return [f"row {part}" for part in parts]
        finally:
            self.writing.release()


def _from_threads(table: _Table, entries: list[list[int]]) -> list[list[str] | Exception]:
    """Each entry from a thread of its own; the first transaction waits until all stand in line."""
    commits = GroupCommit(table.write)

    def one(parts: list[int]) -> list[str] | Exception:
        try:
            return commits.commit(parts)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(len(entries)) as pool:
        futures = [pool.submit(one, parts) for parts in entries]
        table.first.set()
        return [future.result(10) for future in futures]


@given(st.lists(st.lists(st.integers(0, 999), max_size=5), min_size=1, max_size=12))
def test_each_gets_the_rows_of_its_own_parts(entries: list[list[int]]) -> None:
    table = _Table()
    assert _from_threads(table, entries) == [[f"row {part}" for part in parts] for parts in entries]
    assert sorted(table.written) == sorted(part for parts in entries for part in parts)


def test_one_that_is_refused_fails_alone() -> None:
    table = _Table(refused=3)
    answers = _from_threads(table, [[number] for number in range(8)])
    assert isinstance(answers[3], ValueError)
    assert [answer for number, answer in enumerate(answers) if number != 3] == [
        [f"row {number}"] for number in range(8) if number != 3
    ]
    assert sorted(table.written) == [number for number in range(8) if number != 3]


def test_a_transaction_has_a_largest_size_but_an_entry_is_never_cut() -> None:
    table = _Table()
    _from_threads(table, [list(range(LARGEST + 50)), *([number] * 60 for number in range(9))])
    assert max(table.sizes) == LARGEST + 50
    assert all(size <= LARGEST for size in table.sizes if size != LARGEST + 50)


def test_a_thread_that_is_stopped_while_it_writes_leaves_nobody_waiting() -> None:
    def stopped(parts: Sequence[int]) -> list[str]:
        raise KeyboardInterrupt

    commits = GroupCommit(stopped)
    with pytest.raises(KeyboardInterrupt):
        commits.commit([1])
    with pytest.raises(KeyboardInterrupt):
        commits.commit([2])
