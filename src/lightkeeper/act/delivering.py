"""Sending callbacks: at least once, in order, signed, again and again for days, and then given up.

A worker sends in no transaction, and then writes the callback's new state and the end of its work in one. Killed in
between, another worker sends it again with the same idempotency id.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from django.db import connection, transaction
from django.utils import timezone

from lightkeeper.act.channels import locked_channel, note_answer, takes_callbacks
from lightkeeper.act.lanes import lanes
from lightkeeper.act.models import Callback
from lightkeeper.act.queueing import OPEN_SQL, body_of, lock_order, take_turn
from lightkeeper.act.signing_keys import current_key
from lightkeeper.act.states import OPEN, CallbackState
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.runtime.services import (
    Later,
    OutboundFailed,
    OutboundRefused,
    Retry,
    SealError,
    finish_current,
    post_json,
    sign,
)

FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(hours=4)
ANSWER_SECONDS: Final = 10.0


# Written out: composing these two costs more than running them, and each callback needs them.
_DUE: Final = f"""
    SELECT act_callback.*, callback_url AS url, paused_at IS NOT NULL AS paused, gone_since IS NOT NULL AS gone
    FROM act_callback JOIN people_client ON people_client.id = act_callback.client_id
    LEFT JOIN act_channel ON act_channel.client_id = act_callback.client_id
    WHERE act_callback.id = %s AND turn AND act_callback.{OPEN_SQL}
"""  # noqa: S608  # nothing of it comes from outside
_END: Final = f"""
    UPDATE act_callback SET state = %s, turn = %s, held = %s, attempts = %s, last_status = %s, last_code = %s,
    next_at = NULL, finished_at = %s WHERE id = %s AND turn AND {OPEN_SQL}
"""  # noqa: S608  # nothing of it comes from outside


if TYPE_CHECKING:

    class Due(Callback):
        """A callback whose turn it is, with what ``_DUE`` gives of where it goes."""

        url: str
        paused: bool
        gone: bool
        """Its address answered 410 the last time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: the platform's status, or the code of what went wrong before there was one."""

    status: int | None
    code: str = ""

    @property
    def taken(self) -> bool:
        """Whether the platform took it: any 2xx, and nothing else."""
        return self.status is not None and 200 <= self.status < 300


def deliver(callback_id: int) -> None:
    """Send one callback whose turn it is. Raises Retry where it is to be sent again later."""
    callback = cast("Due | None", next(iter(Callback.objects.raw(_DUE, [callback_id])), None))
    if callback is None:
        return
    key = current_key(callback.client_id)
    if key is None or not callback.url or callback.paused:
        _hold(callback)
        return
    wait = lanes.enter(callback.client_id)
    if wait:
        raise Later(timedelta(seconds=wait), "lane_full")
    begun = time.monotonic()
    answer = Answer(None, "stopped")
    try:
        answer = send(callback, key)
    finally:
        lanes.leave(callback.client_id, seconds=time.monotonic() - begun, failed=not answer.taken)
    if answer.taken:
        _delivered(callback, answer)
    else:
        _failed(callback, answer)


def send(callback: Due, key: tuple[str, bytes]) -> Answer:
    """Post one callback and give what came of it. What the platform writes into its answer is not looked at."""
    try:
        body = body_of(callback)
    except SealError:
        return Answer(None, "unreadable")  # its own row is damaged; others must not wait for it for ever
    headers = {
        **sign(body, key=key[1], key_id=key[0], at=timezone.now()),
        "Lightkeeper-Event": callback.event,
        "Lightkeeper-Idempotency-Id": str(callback.idempotency_id),
        "Lightkeeper-Sequence": str(callback.sequence),
    }
    try:
        return Answer(post_json(callback.url, body, headers=headers, timeout=ANSWER_SECONDS).status)
    except OutboundRefused:
        return Answer(None, "refused")
    except OutboundFailed as failure:
        return Answer(None, failure.code)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time up to hours, less a random part of half."""
    doubled: int = 2 ** min(attempts - 1, 30)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT) * random.uniform(0.5, 1.0)


@transaction.atomic
def _hold(callback: Due) -> None:
    """Keep it until its client's callbacks are resumed; not if that happened in this moment."""
    channel = locked_channel(callback.client_id)
    if current_key(callback.client_id) is not None and takes_callbacks(channel.client):
        raise Retry(timedelta(seconds=1), "resumed")
    Callback.objects.filter(pk=callback.pk, turn=True).update(held=True)
    finish_current()


@transaction.atomic
def _delivered(callback: Due, answer: Answer) -> None:
    if not _end(callback, CallbackState.DELIVERED, answer):
        return
    note_answer(callback.client_id, answer.status, gone=callback.gone)
    _write(Event.ACT_CALLBACK_DELIVERED, callback, {"attempts": callback.attempts + 1})


def _failed(callback: Due, answer: Answer) -> None:
    now = timezone.now()
    if now >= callback.give_up_at:
        _given_up(callback, answer)
        return
    wait = min(wait_after(callback.attempts + 1), max(callback.give_up_at - now, FIRST_WAIT))
    _to_be_tried_again(callback, answer, now + wait)
    raise Retry(wait, f"status_{answer.status}" if answer.status else answer.code)


@transaction.atomic
def _to_be_tried_again(callback: Due, answer: Answer, at: datetime) -> None:
    Callback.objects.filter(pk=callback.pk, turn=True, state__in=OPEN).update(
        state=CallbackState.FAILED,
        attempts=callback.attempts + 1,
        last_status=answer.status,
        last_code=answer.code[:64],
        next_at=at,
    )
    note_answer(callback.client_id, answer.status, gone=callback.gone)


@transaction.atomic
def _given_up(callback: Due, answer: Answer) -> None:
    if not _end(callback, CallbackState.DEAD, answer):
        return
    details = {"attempts": callback.attempts + 1, "status": answer.status}
    _write(Event.ACT_CALLBACK_DIED, callback, details)
    raise_alert(
        AlertKind.CALLBACK_DEAD,
        key=f"callback_dead:{callback.client_id}",
        urgent=False,
        path=f"/callbacks/?client={callback.client_id}&state=dead",
        details={"client": callback.client_id},
    )


def _end(callback: Callback, state: CallbackState, answer: Answer) -> bool:
    """Bring a callback to its end and pass the turn on; False if another worker was quicker."""
    lock_order(bytes(callback.subject_index))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    attempts, code = callback.attempts + 1, answer.code[:64]
    with connection.cursor() as cursor:
        cursor.execute(_END, [state.value, False, False, attempts, answer.status, code, now, callback.pk])
        ended = cursor.rowcount
    if ended:
        take_turn(callback.client_id, bytes(callback.subject_index))
        finish_current()
    return bool(ended)


def _write(event: Event, callback: Callback, details: dict[str, int | None]) -> None:
    write_event(event, actor=Actor.system(), subject=Subject("callback", str(callback.pk)), details=details)
