"""Threads for tests of the database: each closes its connections, and what it raises is raised in the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connections


def all_at_once(*calls: Callable[[], object]) -> None:
    """Run calls in threads of their own that begin together."""
    barrier = threading.Barrier(len(calls))

    def one(call: Callable[[], object]) -> None:
        try:
            barrier.wait()
            call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        for future in [pool.submit(one, call) for call in calls]:
            future.result()


@contextmanager
def in_background(call: Callable[[threading.Event], object]) -> Iterator[None]:
    """Run a call in a thread while the block runs; it is given an event that says when to stop."""
    stop = threading.Event()

    def one() -> None:
        try:
            call(stop)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(one)
        try:
            yield
        finally:
            stop.set()
        future.result(60)


def until(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait until a condition holds. It fails the test if it never does."""
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        threading.Event().wait(0.02)
    raise AssertionError("waited in vain")
