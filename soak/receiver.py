"""A platform that receives callbacks: writes each down, and is as unreliable as platforms are, by plan.

It runs in its own process (``with receiving(...)``), answers on loopback, and keeps what came in a file of JSON lines.
It checks signatures itself, by what ``docs/callbacks.md`` promises and not with the service's own code.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from soak.postgres import free_port

TOLERANCE: Final = 300
"""Seconds that a signature's time may differ from the receiver's clock."""
BAD_ATTEMPTS: Final = 1
"""How often one callback is treated badly at most: retries back off, and a run should end."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How often (0..1) a delivery is refused, written down but cut off, answered late, or redirected."""

    refuse: float = 0.0
    cut: float = 0.0
    slow: float = 0.0
    redirect: float = 0.0
    seed: int = 0

    def choose(self, identifier: str, attempt: int) -> str:
        """Say what is done with one delivery: the same for the same seed, callback and attempt."""
        if attempt >= BAD_ATTEMPTS:
            return "accept"
        drawn = random.Random(f"{self.seed}:{identifier}:{attempt}").random()
        for name in ("refuse", "cut", "slow", "redirect"):
            share = getattr(self, name)
            if drawn < share:
                return name
            drawn -= share
        return "accept"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback as it came: when, its header fields by lower-case name, its body, and what was done with it."""

    at: float
    path: str
    headers: Mapping[str, str]
    body: bytes
    done: str

    @property
    def idempotency_id(self) -> str:
        """What stays the same over all attempts of one callback."""
        return identity(self.body)

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def signed_by(self, keys: Mapping[str, bytes]) -> bool:
        """Whether one of the keys (by key id) signed exactly this body at about this time."""
        key = keys.get(self.headers.get("lightkeeper-key-id", ""))
        stamp = self.headers.get("lightkeeper-timestamp", "")
        if key is None or not stamp.isdigit() or abs(int(stamp) - self.at) > TOLERANCE:
            return False
        wanted = hmac.new(key, stamp.encode() + b"." + self.body, hashlib.sha256).hexdigest()
        given = self.headers.get("lightkeeper-signature", "").removeprefix("v1=")
        return hmac.compare_digest(wanted, given)


def identity(body: bytes) -> str:
    """The idempotency id in a callback's body; the digest of a body that is no callback."""
    try:
        return str(json.loads(body)["idempotency_id"])
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(body).hexdigest()


class _Receiver:
    def __init__(self, record: Path, temper: Temper) -> None:
        self._record = record.open("a", encoding="utf-8", buffering=1)
        self._temper = temper
        self._attempts: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        done = self._decide(headers, body, path)
        if done == "cut":
            writer.transport.abort()
            return False
        if done == "slow":
            await asyncio.sleep(0.5)
        status = {"refuse": "503 Service Unavailable", "redirect": "302 Found\r\nLocation: /elsewhere"}.get(
            done, "204 Done"
        )
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        return headers.get("connection", "").lower() != "close"

    def _decide(self, headers: Mapping[str, str], body: bytes, path: str) -> str:
        identifier = identity(body)
        attempt = self._attempts.get(identifier, 0)
        self._attempts[identifier] = attempt + 1
        done = self._temper.choose(identifier, attempt)
        row = {"at": time.time(), "path": path, "headers": headers, "body": body.decode("latin-1"), "done": done}
        self._record.write(json.dumps(row) + "\n")
        return done


@dataclass(frozen=True, slots=True)
class Receiving:
    """A running receiver: its address for callbacks, and what has come so far."""

    port: int
    record: Path

    @property
    def url(self) -> str:
        """Where callbacks are to be sent."""
        return f"http://127.0.0.1:{self.port}/callbacks"

    @property
    def allow(self) -> str:
        """What ``LIGHTKEEPER_OUTBOUND_ALLOW`` must hold for it."""
        return f"127.0.0.1:{self.port}"

    def deliveries(self) -> list[Delivery]:
        """All that came, in order."""
        if not self.record.exists():
            return []
        rows = [json.loads(line) for line in self.record.read_text("utf-8").splitlines()]
        return [
            Delivery(row["at"], row["path"], row["headers"], row["body"].encode("latin-1"), row["done"]) for row in rows
        ]


@contextlib.contextmanager
def receiving(folder: Path, temper: Temper = Temper()) -> Iterator[Receiving]:
    """Run a receiver; its record lies in ``folder``."""
    made = Receiving(free_port(), folder / "callbacks.jsonl")
    options = [f"--{name}={getattr(temper, name)}" for name in Temper.__slots__]
    command = [sys.executable, "-m", "soak.receiver", f"--port={made.port}", f"--record={made.record}", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    try:
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError("The receiver did not start.")
        yield made
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


async def _main(port: int, record: Path, temper: Temper) -> None:
    receiver = _Receiver(record, temper)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port, backlog=512)
    print("ready", flush=True)
    await server.serve_forever()


def main() -> None:
    """Run until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", type=Path, required=True)
    for name in ("refuse", "cut", "slow", "redirect"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    temper = Temper(given.refuse, given.cut, given.slow, given.redirect, given.seed)
    asyncio.run(_main(given.port, given.record, temper))


if __name__ == "__main__":
    main()
