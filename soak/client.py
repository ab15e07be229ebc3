"""A client that costs little: requests made beforehand, kept-alive connections, a closed loop that counts.

The client shares the two cores with what it measures, so it does no more than sockets need: a request is bytes with
places for a number, an answer is split by hand.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from soak.measures import Timings, joined

BOUNDARY: Final = "lightkeeper-soak-7d1c0a"
DIGITS: Final = 16
MARK: Final = "0" * DIGITS
"""Where a request's number goes (`Template.cut`)."""


class Gone(Exception):  # noqa: N818  # it is what happened to the connection
    """The connection ended before the answer was whole: nobody knows whether the request was carried out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, header fields by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def request(method: str, path: str, *, key: str = "", kind: str = "", body: bytes = b"") -> bytes:
    """Make the bytes of a request; ``kind`` is the content type, ``key`` the API key."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: Bearer {key}"] if key else []
    lines += [f"Content-Type: {kind}"] if kind else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def json_request(path: str, value: object, *, key: str, method: str = "POST") -> bytes:
    """Make the bytes of a request with a JSON body."""
    return request(method, path, key=key, kind="application/json", body=json.dumps(value).encode())


def upload_request(
    path: str, metadata: object, files: Mapping[str, bytes], *, key: str, file_name: str = "picture.jpg"
) -> bytes:
    """Make the bytes of a submission with files: the part ``metadata`` first, then a part for each file."""
    edge = f"--{BOUNDARY}\r\n".encode()
    parts = [edge, b'Content-Disposition: form-data; name="metadata"\r\nContent-Type: application/json\r\n\r\n']
    parts += [json.dumps(metadata).encode(), b"\r\n"]
    for name, content in files.items():
        field = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts += [edge, field.encode(), b"Content-Type: image/jpeg\r\n\r\n", content, b"\r\n"]
    parts += [f"--{BOUNDARY}--\r\n".encode()]
    return request("POST", path, key=key, kind=f"multipart/form-data; boundary={BOUNDARY}", body=b"".join(parts))


@dataclass(frozen=True, slots=True)
class Template:
    """A request with places for a number, so that each is another submission with other bytes of the same length."""

    parts: tuple[bytes, ...]

    @classmethod
    def cut(cls, whole: bytes) -> Template:
        """Cut at every `MARK`."""
        return cls(tuple(whole.split(MARK.encode())))

    def numbered(self, number: int) -> bytes:
        """The request with the number in its places."""
        return (b"%0*d" % (DIGITS, number)).join(self.parts)


def parse(buffer: bytes | bytearray) -> tuple[Answer, int] | None:
    """Take one whole answer from the buffer's beginning, with the bytes it took; None where more must come."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *fields = bytes(buffer[:end]).decode("latin-1").split("\r\n")
    pairs = (field.partition(":") for field in fields)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    start = end + 4
    status = int(first.split(" ", 2)[1])
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body, stop = _chunks(buffer, start)
        return (Answer(status, headers, body), stop) if stop else None
    stop = start + int(headers.get("content-length", "0"))
    return (Answer(status, headers, bytes(buffer[start:stop])), stop) if len(buffer) >= stop else None


def _chunks(buffer: bytes | bytearray, start: int) -> tuple[bytes, int]:
    """Join the chunks from ``start``; the end is 0 where the last one has not come."""
    body = bytearray()
    while True:
        line = buffer.find(b"\r\n", start)
        if line < 0:
            return b"", 0
        size = int(bytes(buffer[start:line]).split(b";")[0], 16)
        start = line + 2
        if len(buffer) < start + size + 2:
            return b"", 0
        body += buffer[start : start + size]
        start += size + 2
        if size == 0:
            return bytes(body), start


class Link(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._waiter: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, port: int) -> Link:
        """Connect to a port of loopback. Raises Gone."""
        try:
            _, link = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        except OSError as error:
            raise Gone from error
        return link

    @property
    def alive(self) -> bool:
        """Whether the connection stands."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's: keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Asyncio's: hand a whole answer to who waits for it."""
        self._buffer += data
        parsed = parse(self._buffer)
        if parsed is None or self._waiter is None:
            return
        answer, used = parsed
        del self._buffer[:used]
        waiter, self._waiter = self._waiter, None
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        if not waiter.done():
            waiter.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Asyncio's: who waits gets Gone."""
        self._transport = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Gone())

    async def ask(self, whole: bytes, *, timeout: float = 120.0, pieces: int = 1, pause: float = 0.0) -> Answer:
        """Send a request, in so many pieces, and wait for its answer. Raises Gone (also after ``timeout`` seconds)."""
        if self._transport is None or self._transport.is_closing():
            raise Gone
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        size = -(-len(whole) // pieces)
        for start in range(0, len(whole), size):
            self._transport.write(whole[start : start + size] if pieces > 1 else whole)
            await asyncio.sleep(pause) if pause else None
        try:
            return await asyncio.wait_for(waiter, timeout)
        except TimeoutError:
            self.close()
            raise Gone from None

    def close(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None


async def _loop(ports: Sequence[int], templates: Sequence[Template], plan: Plan) -> Timings:
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    numbers = iter(range(plan.first, plan.first + plan.count))
    begun, cpu = time.perf_counter(), time.process_time()

    async def one(place: int) -> None:
        link = await Link.to(ports[place % len(ports)])
        for number in numbers:
            whole = templates[number % len(templates)].numbered(number)
            before = time.perf_counter()
            if before - begun > plan.seconds:
                break
            if not link.alive:
                link = await Link.to(ports[place % len(ports)])
            try:
                answer = await link.ask(whole)
                statuses[answer.status] += 1
            except Gone:
                statuses[0] += 1
                link = await Link.to(ports[place % len(ports)])
                continue
            latencies.append(time.perf_counter() - before)
        link.close()

    await asyncio.gather(*(one(place) for place in range(plan.concurrency)))
    return Timings(tuple(latencies), time.perf_counter() - begun, time.process_time() - cpu, dict(statuses))


@dataclass(frozen=True, slots=True)
class Plan:
    """How a closed loop goes: how many at a time, until when (seconds or requests), the number of the first."""

    concurrency: int
    seconds: float
    count: int = 1 << 62
    first: int = 0


def _in_process(ports: Sequence[int], templates: Sequence[Template], plan: Plan) -> Timings:
    return asyncio.run(_loop(ports, templates, plan))


def closed_loop(ports: Sequence[int], templates: Sequence[Template], plan: Plan, *, processes: int = 1) -> Timings:
    """Send requests in processes of their own: ``plan.concurrency`` connections each, the next when one is answered.

    A status of 0 is a connection that ended without an answer. Numbers of the processes do not overlap.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        plans = [
            Plan(plan.concurrency, plan.seconds, plan.count // processes, plan.first + place * 10**12)
            for place in range(processes)
        ]
        return joined(list(pool.map(_in_process, [ports] * processes, [templates] * processes, plans)))
