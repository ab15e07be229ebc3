"""The thread that starts workers and ends those that overrun.

One thread for both, alive as long as the pool: Linux kills a process with ``PR_SET_PDEATHSIG`` when the *thread* that
started it ends, so workers must not be started by the threads that happen to use them.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from lightkeeper.detect.media.process import Worker


class Warden:
    """Starts, watches and at last ends the workers of one pool. Every method may be called from any thread."""

    def __init__(self, start: Callable[[], Worker]) -> None:
        self._start = start
        self._change = threading.Condition()
        self._wanted: deque[Future[Worker]] = deque()
        self._deadlines: dict[Worker, float] = {}
        self._alive: set[Worker] = set()
        self._closed = False
        self._wakes_at = 0.0
        self._thread = threading.Thread(target=self._work, name="lightkeeper-warden", daemon=True)
        self._thread.start()

    def order(self) -> Future[Worker]:
        """Have a worker started; the future fails with ``OSError`` or, after ``close``, with ``RuntimeError``."""
        future: Future[Worker] = Future()
        with self._change:
            if self._closed:
                future.set_exception(RuntimeError("closed"))
                return future
            self._wanted.append(future)
            self._change.notify()
        return future

    def watch(self, worker: Worker, seconds: float) -> None:
        """Kill the worker, and mark it ``timed_out``, unless ``release`` is called within so many seconds."""
        deadline = time.monotonic() + seconds
        with self._change:
            self._deadlines[worker] = deadline
            # The thread wakes by itself before later deadlines; waking it for every item would cost more than pipes do.
            if deadline < self._wakes_at:
                self._change.notify()

    def release(self, worker: Worker) -> None:
        """Note that the worker answered in time."""
        with self._change:
            self._deadlines.pop(worker, None)

    def forget(self, worker: Worker) -> None:
        """Note that the worker was ended by the one who used it."""
        with self._change:
            self._alive.discard(worker)
            self._deadlines.pop(worker, None)

    def close(self) -> None:
        """Start no more workers, and kill all there are. Threads that wait for an answer see the stream end."""
        with self._change:
            self._closed = True
            self._change.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        for worker in list(self._alive):
            worker.kill()
            worker.end()
        self._alive.clear()

    def _work(self) -> None:
        while True:
            with self._change:
                now = time.monotonic()
                late = [worker for worker, deadline in self._deadlines.items() if deadline <= now]
                for worker in late:
                    worker.timed_out = True
                    del self._deadlines[worker]
                if self._closed:
                    break
                order = self._wanted.popleft() if self._wanted else None
                if not late and order is None:
                    self._wakes_at = min(self._deadlines.values(), default=math.inf)
                    self._change.wait(None if self._wakes_at == math.inf else self._wakes_at - now)
                    self._wakes_at = 0.0
            for worker in late:
                worker.kill()
            if order is not None:
                self._fulfil(order)
        for order in self._wanted:
            order.set_exception(RuntimeError("closed"))

    def _fulfil(self, order: Future[Worker]) -> None:
        try:
            worker = self._start()
        except Exception as error:  # noqa: BLE001  # told to whoever waits for the worker; the thread must go on
            order.set_exception(error)
            return
        self._alive.add(worker)
        order.set_result(worker)
