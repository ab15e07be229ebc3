"""A server on loopback in a thread of its own, with bad days that can be switched on."""

from __future__ import annotations

import http.server
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request: its method, path, the parameters of its query, headers by names in small letters, body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer. ``cut``: so many bytes of the body come and the connection ends; ``pause``: seconds before each."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    pause: float = 0.0


Fault = Callable[[Answer], Answer]
"""What a bad day makes of an answer."""


class App(Protocol):
    """What a source answers."""

    def answer(self, asked: Asked) -> Answer: ...


@dataclass
class Server:
    """A running server: its address, the faults of its next answers (None: a good one), and what it was asked."""

    address: str
    faults: deque[Fault | None] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    always: Fault | None = None


def status(code: int, **headers: str) -> Fault:
    """Answer with a status alone."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _answer: Answer(code, b"<html>not today</html>", named)


def half(answer: Answer) -> Answer:
    """The connection ends after half of the body."""
    return replace(answer, cut=len(answer.body) // 2)


def halved(answer: Answer) -> Answer:
    """Half of the body, as if that were all."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def slow(answer: Answer) -> Answer:
    """One byte after another, for longer than anybody waits."""
    return replace(answer, pause=0.05)


def body(content: bytes, status: int = 200) -> Fault:
    """Another body."""
    return lambda answer: replace(answer, body=content, status=status)


def changed(old: bytes, new: bytes) -> Fault:
    """Something else in its place, in the whole of the body."""
    return lambda answer: replace(answer, body=answer.body.replace(old, new))


class _Handler(http.server.BaseHTTPRequestHandler):
    """One connection to a server; ``server`` is the listening socket, which knows the rest."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written one after the other
    server: _Listening

    def _do(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            str(self.command), parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length),
        )  # fmt: skip
        running = self.server.running
        running.asked.append(asked)
        answer = self.server.app.answer(asked)
        fault = running.faults.popleft() if running.faults else running.always
        self._send(fault(answer) if fault else answer)

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        headers = {"Date": formatdate(usegmt=True), "Content-Length": str(len(answer.body)), **answer.headers}
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if answer.pause:
            for byte in answer.body:
                if self.server.stopping.wait(answer.pause):
                    return
                self.wfile.write(bytes((byte,)))
            return
        self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
        self.close_connection = self.close_connection or answer.cut is not None

    def handle(self) -> None:
        with suppress(OSError):  # whoever asked has gone
            super().handle()

    def log_message(self, *args: object) -> None:
        del args

    do_GET = do_POST = do_PUT = _do  # noqa: N815  # as the base class calls them


class _Listening(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, app: App) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.app, self.stopping = app, threading.Event()
        self.running = Server(f"http://127.0.0.1:{self.server_address[1]}")


@contextmanager
def serving(app: App) -> Iterator[Server]:
    """Serve an application until the end of the block."""
    with _Listening(app) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield listening.running
        finally:
            listening.stopping.set()
            listening.shutdown()
            thread.join()
