"""Searching one submission: the process's scanner against the lists as they are now, and what that comes to."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from django.conf import settings

from lightkeeper.detect.findings import Match, Outcome, ScanResult
from lightkeeper.detect.scanner import Scanner
from lightkeeper.intake.types import Kind, Reason, Verdict
from lightkeeper.lists import queries as lists

_REASONS = {
    Outcome.MATCH: Reason.LIST_MATCH,
    Outcome.POSSIBLE: Reason.LIST_POSSIBLE,
    Outcome.CLEAR: Reason.NOTHING_FOUND,
    Outcome.UNMATCHABLE: Reason.NOT_SEARCHABLE,
    Outcome.UNREADABLE: Reason.NOT_READABLE,
}
_VIDEO = "Video is searched by its digests only."
_TOO_LARGE = "It is too large to be decoded; its digests were looked up."


class ScanInterruptedError(Exception):
    """A picture was not decoded because its process was killed or could not start: nothing is said of the picture."""


_lock = threading.Lock()
_scanner: Scanner | None = None


def scanner() -> Scanner:
    """The scanner of this process, with its decoding processes; made on first use."""
    global _scanner  # one per process is meant
    if _scanner is None:
        with _lock:
            if _scanner is None:
                workers = settings.LIGHTKEEPER["decode_workers"] or None
                _scanner = Scanner([], effort=settings.LIGHTKEEPER["effort"], workers=workers)
    return _scanner


def start_decoding() -> None:
    """Start the decoding processes of this process now, so that its first picture does not wait for them."""
    scanner()


def close_scanner() -> None:
    """End the decoding processes; the next scan starts others."""
    global _scanner  # one per process is meant
    with _lock:
        if _scanner is not None:
            _scanner.close()
        _scanner = None


def search_bytes(kind: Kind, data: bytes | None, digests: Mapping[str, bytes]) -> Verdict:
    """Search a picture or video; ``data`` is None where there are digests only.

    Raises ScanInterruptedError where it was not decoded and that says nothing of it: to be tried again.
    """
    known = lists.current()
    started = time.perf_counter()
    if kind == Kind.VIDEO or data is None:
        result = scanner().scan_digests(
            digests, _VIDEO if kind == Kind.VIDEO else _TOO_LARGE, started, catalogs=known.catalogs
        )
        code = "video_frames" if kind == Kind.VIDEO else "too_large_to_decode"
        return _verdict(known, result, degraded=(code,), digests_only=kind == Kind.VIDEO)
    result = scanner().scan_read(data, digests, started, catalogs=known.catalogs)
    if result.interrupted and result.outcome is Outcome.UNREADABLE:
        raise ScanInterruptedError
    return _verdict(known, result)


def search_urls(urls: list[str], *, counted: bool = True) -> list[Verdict]:
    """Look addresses up, by their canonical forms; nothing is fetched.

    Not ``counted`` are those that were counted for lists on trial when they came.
    """
    known = _lists(counted=counted)
    degraded = tuple(known.degraded)
    verdicts = []
    for looked_up in known.lookup_url(urls):
        outcome = Outcome.MATCH if looked_up.matches else Outcome.CLEAR if looked_up.reason is None else None
        outcome = outcome or Outcome.UNREADABLE
        verdicts.append(
            Verdict(
                outcome=outcome.value,
                reason=_reason(outcome, allowed=looked_up.allowed),
                matches=tuple(looked_up.matches),
                as_of=known.as_of,
                degraded=degraded,
            )
        )
    return verdicts


def search_retained(shapes: Sequence[tuple[Mapping[str, bytes], bytes | None]]) -> list[tuple[Match, ...]]:
    """Look up what clear items looked like: their digests by algorithm, and the PDQ in its eight orientations.

    Gives the matches of each, those of equal bytes first, then the nearest. They were counted when they came.
    """
    return [answer.matches for answer in _lists(counted=False).look_up(shapes)]


def _lists(*, counted: bool) -> lists.Known:
    known = lists.current()
    return known if counted else known.uncounted


def withholds(known: lists.Known, matches: tuple[Match, ...]) -> bool:
    """Whether any of these may withhold by itself: equality of a digest with a vetted list, and nothing less."""
    return any(known.vetted_digest(match) for match in matches)


def _reason(outcome: Outcome, *, allowed: bool) -> Reason:
    """Why it stands so; where an allow-list won over all that was found, that, whatever else could not be searched."""
    return Reason.ALLOWED if allowed else _REASONS[outcome]


def _verdict(
    known: lists.Known, result: ScanResult, *, degraded: tuple[str, ...] = (), digests_only: bool = False
) -> Verdict:
    outcome = result.outcome
    if digests_only and outcome is Outcome.UNREADABLE:
        # Its bytes were read and looked up; that its frames were not is said by the code.
        outcome = Outcome.UNMATCHABLE
    return Verdict(
        outcome=outcome.value,
        reason=_reason(outcome, allowed=result.allowed),
        matches=result.matches,
        withhold=withholds(known, result.matches),
        pdq=result.pdq,
        as_of=known.as_of,
        degraded=(*known.degraded, *degraded),
    )
