"""No value, no credential and nothing else of a source in a log, an error, the history, the trail or a row in clear."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from lightkeeper.lists.exchanges.tests.making import synced
from lightkeeper.lists.exchanges.tests.scenes import SOURCES, Scene
from lightkeeper.lists.exchanges.tests.servers import serving
from lightkeeper.lists.models import Exchange, SetAside, SyncRun
from lightkeeper.lists.types import ExchangeKind
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db

PLANTED = "feedfacefeedfacefeedfacefeedface"
ODD = "planted odd thing"


@pytest.fixture(params=SOURCES)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield SOURCES[request.param](stack).begin()


def plant(scene: Scene) -> None:
    """A value in a good record, and an odd thing in a bad one and in a vote."""
    if scene.kind == ExchangeKind.NCMEC:
        votes = f'<feedback><{ODD.replace(" ", "-")} type="MD5"/><negativeFeedback type="PDQ"><reasons><x/></reasons>'
        scene.app.entries[1].marks = {"MD5": PLANTED}
        scene.app.entries[2].marks = {"MD5": ODD}
        scene.app.entries[3].votes = f"{votes}</negativeFeedback></feedback>"
        scene.app.entries[4].kind = ODD.replace(" ", "-")
        scene.app.entries[5].id = ODD
        scene.app.entries[5].marks = {"MD5": "short"}
    elif scene.kind == ExchangeKind.STOPNCII:
        scene.app.records[1] |= {"signalType": "VideoMD5", "hashValue": PLANTED}
        scene.app.records[2]["hashValue"] = ODD
        scene.app.records[3]["hashStatus"] = ODD
    elif scene.kind == ExchangeKind.THREATEXCHANGE:
        scene.app.updates[1] |= {"type": "HASH_MD5", "indicator": PLANTED}
        scene.app.updates[2]["indicator"] = ODD
        scene.app.updates[3]["id"] = ODD
    else:
        scene.app.rows[1]["hash"] = PLANTED
        scene.app.rows[2]["hash"] = ODD
        scene.app.rows[3] |= {"name": ODD, "kind": 5.5}


def test_nothing_of_a_source_is_written_in_clear(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    plant(scene)
    with caplog.at_level(logging.DEBUG):
        for name in list(logging.root.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=name)  # which sets it back
        run = synced(scene.exchange)
        for fault in (serving.status(500), serving.halved, serving.half, serving.status(401)):
            scene.server.faults.extend([fault, fault])
            Exchange.objects.update(checkpoint=None)
            assert synced(scene.exchange).outcome == "failed"
    assert run.outcome == "complete"
    assert run.set_aside >= 2
    rows: dict[str, Any] = {
        "runs": list(SyncRun.objects.values()), "asides": list(SetAside.objects.values()),
        "exchange": list(Exchange.objects.values()), "trail": list(AuditEvent.objects.values()),
        "log": [(record.getMessage(), record.exc_text, record.args) for record in caplog.records],
    }  # fmt: skip
    written = json.dumps(rows, default=_plain)
    for secret in (PLANTED, ODD, ODD.replace(" ", "-"), *scene.credentials.values(), *_values(scene)):
        assert secret not in written


def _plain(one: Any) -> str:
    return bytes(one).hex() if isinstance(one, memoryview | bytes) else str(one)


def _values(scene: Scene) -> list[str]:
    return [value.hex() for _, value, _ in scene.wanted]


def test_every_level_of_logging_was_listened_to(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.debug("heard %s", PLANTED)  # noqa: LOG015  # as the clients do it
    assert PLANTED in caplog.text
