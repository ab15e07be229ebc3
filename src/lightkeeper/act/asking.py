"""Asking a platform for the words of a conversation: only when whoever has the case asks, signed, bounded, once.

The row of the asking is committed before anything leaves; what comes is kept whole or not at all.
"""

from __future__ import annotations

import json
from typing import Final

from django.utils import timezone

from lightkeeper.act.models import Channel
from lightkeeper.act.signing_keys import current_key
from lightkeeper.people.models import Person
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import (
    MOST_MESSAGES,
    Asking,
    MalformedAnswer,
    Words,
    begin_asking,
    end_asking,
    read_answer,
)
from lightkeeper.review.types import TextState
from lightkeeper.runtime.services import OutboundFailed, OutboundRefused, Response, request, sign

EVENT: Final = "conversation.text"
ANSWER_SECONDS: Final = 15.0
MOST_BODY: Final = 1024 * 1024
_GONE: Final = frozenset({404, 410})


def ask_for_text(*, case_item: CaseItem, person: Person) -> TextState:
    """Ask the platform of a conversation for its words, and give what came of it; the label says it to a person.

    PermissionDenied, NotYours, RevealRefused: nothing was asked. Whatever is raised later leaves an ended asking.
    """
    asking = begin_asking(case_item, person)
    state, messages = TextState.STOPPED, None
    try:
        state, messages = _ask(asking)
    finally:
        state = end_asking(asking.public, state, messages)
    return state


def _ask(asking: Asking) -> tuple[TextState, list[Words] | None]:
    channel = Channel.objects.filter(client_id=asking.client_id).first()
    key = current_key(asking.client_id)
    if channel is None or not channel.conversation_url or key is None:
        return TextState.NO_ADDRESS, None
    try:
        answer = _post(channel.conversation_url, asking, key)
    except OutboundRefused:
        return TextState.FAILED, None
    except OutboundFailed as failed:
        return _FAILURES.get(failed.code, TextState.FAILED), None
    if not answer.ok:
        return _state_of(answer.status), None
    try:
        words = read_answer(answer.body, client_id=asking.client_id, sender=asking.sender, recipient=asking.recipient)
    except MalformedAnswer:
        return TextState.MALFORMED, None
    return TextState.KEPT, words


_FAILURES: Final = {
    "timed_out": TextState.TIMED_OUT,
    "bad_answer": TextState.MALFORMED,
    "too_large": TextState.MALFORMED,
}


def _state_of(status: int) -> TextState:
    if status in _GONE:
        return TextState.GONE
    return TextState.FAILED if status >= 500 else TextState.REFUSED


def _post(url: str, asking: Asking, key: tuple[str, bytes]) -> Response:
    wanted = {
        "event": EVENT,
        "request_id": str(asking.public),
        "conversation_ids": list(asking.conversations),
        "sender_id": asking.sender,
        "recipient_id": asking.recipient,
        "from": asking.begin or None,
        "to": asking.end or None,
        "most_messages": MOST_MESSAGES,
    }
    body = json.dumps(wanted, separators=(",", ":")).encode()
    headers = {
        **sign(body, key=key[1], key_id=key[0], at=timezone.now()),
        "Content-Type": "application/json",
        "Lightkeeper-Event": EVENT,
        "Lightkeeper-Idempotency-Id": str(asking.public),
    }
    return request("POST", url, headers=headers, body=body, timeout=ANSWER_SECONDS, most_body=MOST_BODY)
