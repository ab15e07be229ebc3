"""A worker that a hostile file has taken over: it says whatever it likes to the parent.

It imports little, so that the many that are needed start quickly.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable

from lightkeeper.detect.media import hardening, wire


def main() -> None:
    """Introduce itself properly, then answer each file with the bytes that ``LIES`` has under the file's last byte."""
    source = os.fdopen(0, "rb")
    wire.read(source.read, limit=wire.MAX_REPLY)
    os.write(1, b"".join(wire.pack(0, wire.to_json({"hardening": hardening.none("a lie").to_json()}))))
    while True:
        try:
            number, data = wire.read(source.read, limit=2**31)
        except EOFError:
            return
        lie = LIES[data[-1]](number)
        while lie:
            lie = lie[os.write(1, lie) :]


def _reply(number: int, body: bytes) -> bytes:
    return b"".join(wire.pack(number, body))


def _json(number: int, **changes: object) -> bytes:
    answer: dict[str, object] = {
        "reason": "DECODED", "format": "PNG", "width": 4, "height": 4, "frames_total": 1, "frames_used": 1,
        "hashes": {}, "detail": None,
    }  # fmt: skip
    return _reply(number, json.dumps({**answer, **changes}).encode())


LIES: tuple[Callable[[int], bytes], ...] = (
    lambda _number: os.urandom(4096),
    lambda number: struct.pack("<4sII", b"LKW1", number, 0xFFFFFFFF) + bytes(100),
    lambda number: _reply(number, b'{"a":' * 200_000),
    lambda number: _reply(number, b'{"reason":"DECODED","hashes":' + b"[" * 50 + b"]" * 50 + b"}"),
    lambda number: _json(number + 1),
    lambda number: _json(number, reason="\x1b[31mred"),
    lambda number: _json(number, reason="STOPPED"),
    lambda number: _json(number, reason=["DECODED"]),
    lambda number: _json(number, format="anything <b>"),
    lambda number: _json(number, width=-1),
    lambda number: _json(number, width=True),
    lambda number: _json(number, height=10**400),
    lambda number: _json(number, frames_used="1"),
    lambda number: _json(number, hashes=None),
    lambda number: _json(number, hashes=[1]),
    lambda number: _json(number, reason="CORRUPT"),
    lambda number: _json(number, hashes={"distance": float("nan")}),
    lambda number: _json(number, reason="FAILED", hashes=None, detail="not a name\n"),
    lambda number: _reply(number, b"\xff\xfe"),
    lambda number: _reply(number, b"[]"),
    lambda number: _reply(number, b""),
    lambda number: _reply(number, b'{"width":' + b"9" * 100_000 + b"}"),
)
