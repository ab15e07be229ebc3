"""A platform for tests: what is sent to it is kept in memory, and it answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from lightkeeper.act import delivering
from lightkeeper.act.lanes import Lanes
from lightkeeper.act.services import queue_callback, set_address
from lightkeeper.act.signing_keys import forget_keys
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.clients_made import OPERATOR, forget
from lightkeeper.runtime.services import OutboundFailed, Response

EVENT = "submission.finished"


@dataclass
class Platform:
    """Answers with ``status``, or not at all where it is a code; keeps what it was sent."""

    client_id: int
    key_id: str
    secret: str
    status: int | str = 200
    sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str], timeout: float) -> Response:
        """Stand in for ``post_json``."""
        assert url.startswith("https://")
        assert timeout > 0
        self.sent.append((dict(headers), body))
        if isinstance(self.status, str):
            raise OutboundFailed(self.status)
        return Response(self.status, b"planted answer of the platform")

    def bodies(self) -> list[Any]:
        """What came, as JSON."""
        return [json.loads(body) for _, body in self.sent]


def make_platform(
    monkeypatch: pytest.MonkeyPatch, *, name: str = "a platform", events: Collection[str] = (EVENT,)
) -> Platform:
    """Make a client that takes callbacks, and have all callbacks sent to it."""
    forget()
    forget_keys()
    client = create_client(name=name, actor=OPERATOR)
    key = set_address(client_id=client.pk, url="https://platform.example/hook", events=events, actor=OPERATOR)
    assert key is not None
    forget()
    platform = Platform(client.pk, key.key_id, key.secret)
    monkeypatch.setattr(delivering, "post_json", platform.post)
    monkeypatch.setattr(delivering, "lanes", Lanes())
    return platform


def queue(platform: Platform, identity: str = "a", *, order: bytes = b"item", state: str = "accepted") -> int:
    """Queue a callback; it must be taken."""
    number = queue_callback(
        client_id=platform.client_id, order_key=order, event=EVENT, payload={"id": identity, "state": state}
    )
    assert number is not None
    return number
