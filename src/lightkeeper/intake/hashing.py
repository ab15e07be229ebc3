"""Hashes of content that is neither kept nor a submission, and what the lists know of it: for callers with hashes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lightkeeper.detect.digesting import digests_of
from lightkeeper.detect.findings import Match, Outcome
from lightkeeper.intake.scanning import ScanInterruptedError, scanner, search_bytes
from lightkeeper.intake.types import Kind, Refused

_ALGORITHMS: Final = ("sha256", "sha1", "md5")


@dataclass(frozen=True, slots=True)
class Signals:
    """Hashes by algorithm, hexadecimal; ``pdq`` only where there is enough in a picture. ``unreadable``: why not."""

    by_name: Mapping[str, str]
    unreadable: str = ""


def signals_of(data: bytes, *, decode: bool) -> Signals:
    """The digests of content, and the PDQ of a picture (``decode``). Raises Refused (503)."""
    digests = digests_of([data], _ALGORITHMS)
    named = {name: digest.hex() for name, digest in digests.items()}
    if not decode:
        return Signals(named)
    result = scanner().scan_read(data, digests, time.perf_counter(), catalogs=())
    if result.interrupted:
        raise _interrupted()
    if result.quality is None:
        return Signals(named, result.reason)
    if result.pdq is None or result.outcome is Outcome.UNMATCHABLE:
        return Signals(named)  # a hash of a picture with too little in it would be near those of many others
    return Signals({**named, "pdq": result.pdq.hex()})


def matches_of(data: bytes, *, decode: bool) -> tuple[Match, ...]:
    """What the lists know of content: its digests, and all forms of a picture (``decode``). Raises Refused (503)."""
    try:
        return search_bytes(Kind.PICTURE if decode else Kind.VIDEO, data, digests_of([data], _ALGORITHMS)).matches
    except ScanInterruptedError:
        raise _interrupted() from None


def _interrupted() -> Refused:
    sentence = "The decoding process was interrupted; that says nothing of the content. Send it again."
    return Refused(503, "interrupted", sentence, headers={"Retry-After": "2"})
