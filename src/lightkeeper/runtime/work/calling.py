"""Waking workers of other processes through PostgreSQL: a call is a job of procrastinate, and says nothing else.

Imported on PostgreSQL only. At most one call waits at a time (``queueing_lock``); whichever worker has a hand free
takes it and looks for rows. The connection that listens may die at any time: it is made again, and rows are polled for
anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from functools import cache
from typing import Any, Final

from django.db import Error, connection
from procrastinate import App, exceptions
from procrastinate.connector import Notify
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from lightkeeper.runtime.work import waking

QUEUE: Final = "lightkeeper"
_NAME: Final = "lightkeeper:wake"
"""Of the task, and of the lock that lets one call wait at a time."""

_AGAIN: Final = 2.0
_LOOK: Final = 5.0
"""Seconds between two looks for calls that nobody heard."""

_logger = logging.getLogger("lightkeeper.work")


async def answer_call(timestamp: int | None = None) -> None:
    """Look for rows; while this worker has no hand free, take no other call, so that another worker gets it."""
    del timestamp
    waking.ring()
    while not waking.any_free():
        await asyncio.sleep(0.02)


def call() -> None:
    """Call a worker, of any process. What goes wrong is of no consequence: workers look for themselves."""
    with contextlib.suppress(exceptions.ProcrastinateException, Error):
        _caller().configure_task(_NAME, queue=QUEUE, queueing_lock=_NAME).defer()


@cache
def _caller() -> App:
    return App(connector=DjangoConnector())


def prune_calls() -> None:
    """Delete calls that a worker took and did not live to delete."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE queue_name = %s AND worker_id IS NULL AND status <> 'todo'", [QUEUE]
        )


class Listener:
    """A thread that answers calls until it is stopped."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="lightkeeper-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait a little for the connections to be closed."""
        self._stopping = True
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                loop.call_soon_threadsafe(task.cancel)
        self._thread.join(3)

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._listen())  # at its end it ends all that the connections' pool has begun

    async def _listen(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        while not self._stopping:
            try:
                await _answer_calls()
            except Exception as error:  # noqa: BLE001  # whatever ends it, it begins again
                if not self._stopping:
                    _logger.warning("the connection that wakes this worker was lost (%s)", type(error).__name__)
            if not self._stopping:
                await asyncio.sleep(_AGAIN)


class _Connector(PsycopgConnector):
    """Looks for calls once it listens.

    One that was made between the first look and then was heard by nobody, and while it waits no other is made.
    """

    async def _loop_notify(self, on_notification: Notify, *args: Any, **kwargs: Any) -> None:
        await on_notification(channel="", payload=json.dumps({"type": "job_inserted", "job_id": 0}))
        await super()._loop_notify(on_notification, *args, **kwargs)


async def _answer_calls() -> None:
    # Connections of its own: the listener shares none with the threads that work.
    served = App(connector=_Connector(kwargs=connector_params(), min_size=1, max_size=3, timeout=10))
    task = served.task(name=_NAME, queue=QUEUE, queueing_lock=_NAME)(answer_call)
    served.periodic(cron="*/15 * * * * *")(task)
    async with served.open_async():
        await served.run_worker_async(
            queues=[QUEUE],
            listen_notify=True,
            delete_jobs="always",
            install_signal_handlers=False,
            shutdown_graceful_timeout=1,
            fetch_job_polling_interval=_LOOK,
        )
