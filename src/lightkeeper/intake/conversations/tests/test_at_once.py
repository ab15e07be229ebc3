"""Requests at the same time lose nothing of one another and do not wait in a circle."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection, connections

from lightkeeper.intake.conversations.models import ConversationEvent
from lightkeeper.intake.conversations.schemas import BODY
from lightkeeper.intake.conversations.taking import Counts, take
from lightkeeper.intake.conversations.tests.talking import CountingEngine, counted, message
from lightkeeper.intake.tests.platform import Platform
from lightkeeper.intake.types import Caller

REQUESTS, EACH = 24, 20


@pytest.mark.usefixtures("counting")
def test_batches_about_the_same_people_at_once_count_every_message_once(platform: Platform) -> None:
    people = [f"p{number}" for number in range(6)]
    choose = random.Random(6)  # no secret
    batches = []
    for request in range(REQUESTS):
        pairs = [choose.sample(people, 2) for _ in range(EACH)]
        events = [
            message(f"{request}-{number}", sender=sender, recipients=[recipient])
            for number, (sender, recipient) in enumerate(pairs)
        ]
        events.append(message("shared", sender="p0", recipients=["p1"]))
        choose.shuffle(events)
        batches.append(BODY.validate_python({"events": events}, strict=False).events)
    results: list[Counts] = []
    errors: list[BaseException] = []

    def work(mine: list[int]) -> None:
        try:
            caller = Caller(platform.client_id, "", detail=False)
            results.extend([take(caller, batches[number]) for number in mine])
        except BaseException as error:  # noqa: BLE001  # told below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(list(range(start, REQUESTS, 4)),)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(counted().values()) == REQUESTS * EACH + 1
    assert ConversationEvent.objects.count() == REQUESTS * EACH + 1
    assert sum(one.accepted for one in results) == REQUESTS * EACH + 1
    assert sum(one.duplicate for one in results) == REQUESTS - 1
    assert connection.vendor in {"sqlite", "postgresql"}


def test_an_engine_that_fails_for_one_fails_for_nobody_else(platform: Platform, counting: CountingEngine) -> None:
    caller = Caller(platform.client_id, "", detail=False)
    one = [BODY.validate_python(message(1), strict=False)]
    counting.error = RuntimeError("no")
    with pytest.raises(RuntimeError):
        take(caller, one)
    counting.error = None
    assert take(caller, one).accepted == 1
