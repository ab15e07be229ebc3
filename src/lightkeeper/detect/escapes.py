"""Percent escapes in paths and queries of addresses, written in one way.

Undone are escapes of letters, digits and of marks that mean the same escaped or not; all others are written in
capitals. An escape of an escape (``%2541``) is read as the escape that it stands for, however often it was escaped:
lists and links are full of them, and what servers make of both is nearly always one place. An escape of ``/``, ``?``,
``#``, ``&``, ``=``, ``+`` or ``%`` stays, since there it makes a difference.
"""

from __future__ import annotations

import re
from typing import Final

_UNDONE: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,:;@[]")
_KEPT: Final = _UNDONE | frozenset(b"&+/=?")
_PERCENT: Final = 0x25
_HEX: Final = frozenset(b"0123456789ABCDEFabcdef")

_PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~!$'()*,:;@\[\]&+/=?]*", re.ASCII)
_SIMPLE: Final = re.compile(rb"(?:[^%]|%(?!25)[0-9A-Fa-f]{2})*", re.DOTALL)
_TO_WRITE: Final = re.compile(rb"%(..)|[^A-Za-z0-9\-._~!$'()*,:;@\[\]&+/=?]", re.DOTALL)


def escaped(text: str) -> str:
    """Escape what has to be escaped, and nothing else. The result of a result is itself. Needs no lone surrogates."""
    if _PLAIN.fullmatch(text):
        return text
    data = text.encode("utf-8")
    if _SIMPLE.fullmatch(data):
        return _TO_WRITE.sub(_written, data).decode("ascii")
    return _reduced(data)


def _written(found: re.Match[bytes]) -> bytes:
    """One escape, or one byte that has to be escaped."""
    byte = int(found[1], 16) if found[1] else found[0][0]
    return bytes((byte,)) if found[1] and byte in _UNDONE else b"%%%02X" % byte


def _reduced(data: bytes) -> str:
    """The same where escapes are escaped or broken off: whatever an undone escape completes is undone too.

    Bytes are pushed one by one; as soon as the last three are an escape they become what it stands for.
    """
    out: list[int | bytes] = []
    for pushed in data:
        out.append(pushed)
        while len(out) > 2 and out[-3] == _PERCENT and out[-2] in _HEX and out[-1] in _HEX:
            digits = bytes(part for part in out[-2:] if isinstance(part, int))
            byte = int(digits, 16)
            del out[-3:]
            if byte not in _UNDONE and byte != _PERCENT:
                out.append(b"%%%02X" % byte)  # one piece: it completes nothing
                break
            out.append(byte)
    return b"".join(
        part if isinstance(part, bytes) else bytes((part,)) if part in _KEPT else b"%%%02X" % part for part in out
    ).decode("ascii")
