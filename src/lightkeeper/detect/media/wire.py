"""What travels between the pool and a worker: length-prefixed frames of bytes, JSON for all that is not a file.

Never pickle: the worker reads hostile pictures, and whoever subverts it must gain nothing over the parent. So the
parent bounds the size of a message before it reads it, and checks every value in it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: The parent reads no message longer than this, in bytes.
MAX_REPLY = 8 * 2**20
#: JSON nested deeper than this is refused.
MAX_DEPTH = 12

_HEADER = struct.Struct("<4sII")
_LENGTH = struct.Struct("<I")
_MAGIC = b"LKW1"
_DERIVE_MAGIC = b"LKD"
_PRESENT_MAGIC = b"LKP1"
_CHUNK = 2**20


class BadMessageError(Exception):
    """The other side sent something that is not a message of this protocol."""


@dataclass(frozen=True, slots=True)
class Request:
    """A file and what is asked of it: derivatives (a mask, not 0), a part of it to show, or else hashes."""

    number: int
    body: bytes
    derivatives: int = 0
    present: bool = False

    @property
    def magic(self) -> bytes:
        """What the message begins with, which says what is asked."""
        if self.present:
            return _PRESENT_MAGIC
        return _DERIVE_MAGIC + bytes((self.derivatives,)) if self.derivatives else _MAGIC


def pack(number: int, body: bytes) -> tuple[bytes, bytes]:
    """Make a message's header and body; ``number`` ties a reply to its request."""
    return pack_request(Request(number, body))


def pack_request(request: Request) -> tuple[bytes, bytes]:
    """Make a request's header and body."""
    return _HEADER.pack(request.magic, request.number & 0xFFFFFFFF, len(request.body)), request.body


def read(read_some: Callable[[int], bytes | None], *, limit: int) -> tuple[int, bytes]:
    """Read one message: (number, body). ``read_some(n)`` gives up to n bytes, none at the end.

    Raises ``EOFError`` if the stream ends, ``BadMessageError`` if it is no message or longer than ``limit`` bytes.
    """
    request = read_request(read_some, limit=limit)
    if request.magic != _MAGIC:
        raise BadMessageError("a request where none is due")
    return request.number, request.body


def read_request(read_some: Callable[[int], bytes | None], *, limit: int) -> Request:
    """Read one request as ``read`` does a message."""
    magic, number, length = _HEADER.unpack(_exactly(read_some, _HEADER.size))
    derivatives = magic[3] if magic[:3] == _DERIVE_MAGIC else 0
    if (magic not in (_MAGIC, _PRESENT_MAGIC) and not derivatives) or length > limit:
        raise BadMessageError("not a message, or too long")
    return Request(number, _exactly(read_some, length), derivatives, magic == _PRESENT_MAGIC)


def with_content(head: bytes, contents: Sequence[bytes]) -> bytes:
    """Make the body of a message that carries pictures: the length of its JSON, the JSON, the pictures."""
    return b"".join((_LENGTH.pack(len(head)), head, *contents))


def split_content(body: bytes) -> tuple[dict[str, object], memoryview]:
    """Reverse ``with_content``; raises ``BadMessageError`` where it is none."""
    view = memoryview(body)
    end = _LENGTH.size + (_LENGTH.unpack(view[: _LENGTH.size])[0] if len(view) >= _LENGTH.size else MAX_REPLY)
    if end > len(view) or end > MAX_REPLY:
        raise BadMessageError("not a message with content")
    return from_json(bytes(view[_LENGTH.size : end])), view[end:]


def _exactly(read_some: Callable[[int], bytes | None], size: int) -> bytes:
    first = read_some(size) or b""
    if len(first) == size:
        return first
    parts, have = [first], len(first)
    while have < size:
        part = read_some(min(_CHUNK, size - have)) if parts[-1] else b""
        if not part:
            raise EOFError("the stream ended within a message")
        parts.append(part)
        have += len(part)
    return b"".join(parts)


def to_json(value: object) -> bytes:
    """Compact JSON; raises ``ValueError`` or ``TypeError`` for what JSON cannot say (NaN, bytes, ...)."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"), check_circular=False).encode()


def from_json(body: bytes) -> dict[str, object]:
    """Parse a JSON object; raises ``BadMessageError`` if it is none, has NaN or infinity, or is nested deeply."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadMessageError("not JSON") from error
    if not isinstance(value, dict):
        raise BadMessageError("not a JSON object")
    _check_depth(value)
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _check_depth(value: object) -> None:
    """Breadth first, without recursion: depth is what we defend against."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(child for child in item.values() if isinstance(child, dict | list))
            elif isinstance(item, list):
                below.extend(child for child in item if isinstance(child, dict | list))
        if not below:
            return
        level = below
    raise BadMessageError("nested too deeply")
