"""Hashes of content that is neither kept nor a submission, and what the lists know of it: for callers with hashes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lightkeeper.detect.digesting import digests_of
from lightkeeper.detect.findings import Match, Outcome
from lightkeeper.intake.scanning import ScanInterruptedError, scanner
from lightkeeper.intake.types import Refused
from lightkeeper.lists import queries as lists

_ALGORITHMS: Final = ("sha256", "sha1", "md5")
_NOT_DECODED: Final = "Only the digests were looked up."


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
    _check(result.interrupted)
    if result.quality is None:
        return Signals(named, result.reason)
    # A hash of a picture with too little in it would be near those of many others.
    searchable = result.pdq is not None and result.outcome is not Outcome.UNMATCHABLE
    return Signals({**named, **({"pdq": result.pdq.hex()} if searchable and result.pdq else {})})


def matches_of(data: bytes, *, decode: bool) -> tuple[Match, ...]:
    """What the lists know of content: its digests, and all forms of a picture (``decode``). Raises Refused (503)."""
    known, digests, started = lists.current(), digests_of([data], _ALGORITHMS), time.perf_counter()
    if not decode:
        return scanner().scan_digests(digests, _NOT_DECODED, started, catalogs=known.catalogs).matches
    result = scanner().scan_read(data, digests, started, catalogs=known.catalogs)
    _check(result.interrupted and not result.matches)
    return result.matches


def _check(interrupted: bool) -> None:
    if interrupted:
        sentence = "The decoding process was interrupted; that says nothing of the content. Send it again."
        raise Refused(503, "interrupted", sentence, headers={"Retry-After": "2"}) from ScanInterruptedError()
