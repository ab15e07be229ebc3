"""A body that does not come, or trickles, holds a thread of the server for a while and no longer."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Final

import pytest
from django.http.request import UnreadablePostError
from django.test import RequestFactory

from lightkeeper.cli.processes import Family
from lightkeeper.intake import problems
from lightkeeper.web import slow_bodies
from lightkeeper.web.slow_bodies import Body

CHUNK: Final = 10_000
LENGTH: Final = 20 * CHUNK
"""At a chunk each 0.1 seconds this takes longer than a body that stops coming has."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server that gives a body one second."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    with Family() as family:
        family.start("server", ["-m", "lightkeeper.web.tests.slow_server", str(number)])
        assert family.wait_until(lambda: listens(number), seconds=30)
        yield number


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def begun(port: int, body: bytes = b"a") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % LENGTH + body)
    return client


def answer(client: socket.socket) -> bytes:
    parts = list(iter(lambda: client.recv(4096), b""))
    client.close()
    return b"".join(parts).rpartition(b"\r\n\r\n")[2]


def test_a_body_that_stops_coming_is_given_up(port: int) -> None:
    before = time.monotonic()
    assert answer(begun(port)) == b"late"
    assert time.monotonic() - before < 5


def test_a_body_that_trickles_is_given_up(port: int) -> None:
    client, feed = begun(port), threading.Event()

    def trickle() -> None:
        with contextlib.suppress(OSError):  # when nobody listens any more
            while not feed.wait(0.1):
                client.sendall(b"a")

    feeding = threading.Thread(target=trickle)
    feeding.start()
    assert answer(client) == b"late"
    feed.set()
    feeding.join()


def test_a_body_that_comes_fast_enough_is_left_alone_beside_one_that_does_not(port: int) -> None:
    stalled, steady = begun(port), begun(port, b"")
    for _ in range(LENGTH // CHUNK):
        time.sleep(0.1)
        steady.sendall(b"a" * CHUNK)
    assert answer(stalled) == b"late"
    assert answer(steady) == b"%d" % LENGTH


def test_what_came_buys_time_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        def read(self, size: int | None = None) -> bytes:
            return b"a" * (size or 0)

        readline = read

    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    body = Body(Endless(), "192.0.2.1")
    body.read(slow_bodies.LEAST_RATE * 30)
    clock[0] = slow_bodies.GRACE + 29
    body.read(1)
    clock[0] = slow_bodies.GRACE + 31
    with pytest.raises(TimeoutError):
        body.read(1)

    body = Body(Endless(), "192.0.2.1", began=0.0, count=1 << 40)
    clock[0] = slow_bodies.LONGEST + 1
    with pytest.raises(TimeoutError):
        body.readline(1)


def test_the_caller_is_told_that_it_was_too_slow() -> None:
    class Late:
        def read(self, *_: object) -> bytes:
            raise TimeoutError

    request = RequestFactory().post("/", b"abc", content_type="application/json")
    vars(request)["_stream"] = Late()
    with pytest.raises(UnreadablePostError) as raised:
        request.read(3)
    said = problems.of_exception(raised.value)
    assert (said.status_code, said["Content-Type"], said["Connection"]) == (408, "application/problem+json", "close")
