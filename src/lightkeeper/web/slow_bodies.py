"""A deadline for request bodies: who sends too slowly gets no thread of ours for ever.

The server reads a body while a thread waits, and has no deadline for it. So each body has one here: ``GRACE`` seconds,
and more for each byte that came at ``LEAST_RATE``, ``LONGEST`` in all. A read that goes on after it is ended by closing
the incoming half of the connection, upon which the thread goes on, sees that it was late, and answers.

The server does not say which connection a request came by, so it is found by what the kernel knows of each: from the
request's own address, not answered since before the request began, and hardly anything received while it was watched.
An idle connection may look the same; it is closed too, which its client has to expect anyway. This needs Linux;
elsewhere only a body that trickles is noticed, at the next of its chunks.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Found = TypeVar("Found")

GRACE: Final = 20.0
LEAST_RATE: Final = 32 << 10
"""Bytes a second."""
LONGEST: Final = 3600.0
LOOK_SECONDS: Final = 2.0
"""How often it is looked for bodies that are late, and for how long connections are then watched."""

PIECE: Final = 64 << 10
"""The most that is waited for at once: what has come is counted after that."""
HARDLY: Final = LEAST_RATE // 4
"""Bytes in that time that are as good as none; who sends more is noticed at the next chunk."""
SLACK: Final = 2.0
"""Seconds by which the kernel's knowledge and ours may differ (it also sends "100 Continue" as reading begins)."""

_TCP_INFO_BYTES: Final = 136
_LAST_SENT: Final = 44
"""Where milliseconds since data was last sent (or the connection began) stand in the kernel's ``tcp_info``."""
_RECEIVED: Final = 128
"""Where the count of all bytes received stands in it."""

_logger = logging.getLogger(__name__)


class Stream(Protocol):
    """What the server gives as ``wsgi.input``."""

    def read(self, size: int | None = None) -> bytes:
        """Wait for so many bytes, or for the end."""

    def readline(self, size: int | None = None) -> bytes:
        """Wait for a line."""


@dataclass(eq=False, slots=True)
class Body:
    """A body on its way in. Reading raises TimeoutError once it is late (Django makes an UnreadablePostError of it)."""

    stream: Stream
    address: str
    began: float | None = None
    count: int = 0
    cut: bool = False

    def read(self, size: int | None = None) -> bytes:
        """Give so many bytes, or what there is before the end. Raises TimeoutError."""
        if size is not None and 0 <= size <= PIECE:
            return self._after(self.stream.read, size)
        parts, missing = [], sys.maxsize if size is None or size < 0 else size
        while missing > 0 and (part := self._after(self.stream.read, min(missing, PIECE))):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def readline(self, size: int | None = None) -> bytes:
        """Give a line, or so much of it. Raises TimeoutError."""
        return self._after(self.stream.readline, PIECE if size is None or size < 0 else min(size, PIECE))

    def age(self) -> float:
        """Seconds since it was begun to be read."""
        return 0.0 if self.began is None else time.monotonic() - self.began

    def late(self) -> bool:
        """Whether its time is over."""
        return self.age() > min(LONGEST, GRACE + self.count / LEAST_RATE)

    def _after(self, read: Callable[[int], bytes], size: int) -> bytes:
        if self.began is None:
            self.began = time.monotonic()
        data = read(size)
        self.count += len(data)
        if self.cut or self.late():
            raise TimeoutError("the body came too slowly")
        return data


class Bodies:
    """The bodies that are being read in this process."""

    def __init__(self) -> None:
        self._open: set[Body] = set()
        self._lock = threading.Lock()

    def bound(self, served: Application) -> Application:
        """Give the application with a deadline for each request's body."""

        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if environ.get("CONTENT_LENGTH") in {None, "", "0"}:
                return served(environ, start_response)
            body = Body(environ["wsgi.input"], str(environ.get("REMOTE_ADDR", "")))
            environ["wsgi.input"] = body
            with self._lock:
                self._open.add(body)
            try:
                return served(environ, start_response)
            finally:
                with self._lock:
                    self._open.discard(body)

        return application

    def look(self) -> int:
        """End the reading of what is late; gives of how many connections."""
        if not self._late():
            return 0
        before = {number: each.received for number, each in _connections()}
        time.sleep(LOOK_SECONDS)
        late = self._late()
        for body in late:
            body.cut = True
        return sum(
            _end_incoming(number)
            for number, each in _connections()
            if each.received - before.get(number, each.received) < HARDLY
            and any(each.address == body.address and each.silent >= body.age() - SLACK for body in late)
        )

    def watch(self) -> None:
        """Look again and again, in a thread of its own."""
        threading.Thread(target=self._watch, name="slow-bodies", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                if ended := self.look():
                    _logger.warning("request bodies came too slowly: %s connections ended", ended)
            except Exception as error:  # noqa: BLE001  # it must go on looking
                _logger.error("slow bodies cannot be ended: %s", type(error).__name__)  # noqa: TRY400

    def _late(self) -> list[Body]:
        with self._lock:
            return [body for body in self._open if body.late()]


@dataclass(frozen=True, slots=True)
class _Connection:
    """What the kernel knows of one: from where, for how many seconds nothing was sent there, bytes received in all."""

    address: str
    silent: float
    received: int


def _connections() -> Iterator[tuple[int, _Connection]]:
    """Every TCP connection of this process, by its descriptor."""
    with contextlib.suppress(FileNotFoundError):  # no Linux
        for number in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
            known = _looked_at(number, _described)
            if known is not None:
                yield number, known


def _described(connection: socket.socket) -> _Connection | None:
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    if len(info) < _TCP_INFO_BYTES:  # an old kernel
        return None
    (silent,), (received,) = struct.unpack_from("=I", info, _LAST_SENT), struct.unpack_from("=Q", info, _RECEIVED)
    return _Connection(connection.getpeername()[0], silent / 1000, received)


def _end_incoming(number: int) -> bool:
    def end(connection: socket.socket) -> bool:
        connection.shutdown(socket.SHUT_RD)
        return True

    return _looked_at(number, end) or False


def _looked_at(number: int, do: Callable[[socket.socket], Found | None]) -> Found | None:
    """Do something with a descriptor that is a TCP connection; None where it is none (any more)."""
    try:
        copy = os.dup(number)
    except OSError:
        return None
    try:
        connection = socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        return None
    with connection:
        try:
            internet = connection.family in {socket.AF_INET, socket.AF_INET6}
            return do(connection) if internet and connection.type == socket.SOCK_STREAM else None
        except OSError:
            return None


BODIES: Final = Bodies()
