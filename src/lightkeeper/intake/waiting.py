"""Searching while the caller waits: a bounded number of threads of the server process, one time limit for all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.db import connection

from lightkeeper.intake.drafts import Draft
from lightkeeper.intake.pacing import Pace
from lightkeeper.intake.scanning import scanner, search_bytes
from lightkeeper.intake.types import Kind, Verdict

_logger = logging.getLogger(__name__)
_lock = threading.Lock()
_executor: ThreadPoolExecutor | None = None


def _threads() -> ThreadPoolExecutor:
    """As many threads as there are decoding processes, and one: while one searches, the others decode."""
    global _executor  # one per process is meant
    with _lock:
        if _executor is None:
            _executor = ThreadPoolExecutor(scanner().workers + 1, thread_name_prefix="scan")
        return _executor


def close() -> None:
    """End the threads; the next search starts others."""
    global _executor  # one per process is meant
    with _lock:
        if _executor is not None:
            _executor.shutdown(cancel_futures=True)
        _executor = None


def search(drafts: Sequence[Draft], pace: Pace) -> None:
    """Give each draft its verdict, as far as the time allows. What is late is dropped: a worker searches it again."""
    futures = {_threads().submit(_search, draft): draft for draft in drafts}
    done, late = wait(futures, timeout=pace.left())
    for future in late:
        future.cancel()
    for future in done:
        futures[future].verdict = _verdict(future)


def _search(draft: Draft) -> Verdict:
    upload = draft.upload
    if upload is None:
        raise ValueError("an upload is what is searched here")
    try:
        decoded = upload.decodable and draft.kind != Kind.VIDEO
        return search_bytes(draft.kind, upload.data() if decoded else None, upload.digests)
    finally:
        # As a rule nothing here asks the database; what did (a key used for the first time) must not hold a connection.
        if connection.connection is not None:
            connection.close()


def _verdict(future: Future[Verdict]) -> Verdict | None:
    """What a search came to; None where it failed, and a worker shall try."""
    error = future.exception()
    if error is not None:
        _logger.error("a search in the server failed: %s", type(error).__name__)
        return None
    return future.result()
