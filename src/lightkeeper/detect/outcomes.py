"""How a scan ends: the one outcome of an item, and the reason that a person is told."""

from __future__ import annotations

from dataclasses import replace

from lightkeeper.detect.findings import Match, Outcome, ScanResult, Tier
from lightkeeper.detect.media.hashing import Queries, read_hashes
from lightkeeper.detect.media.pdq import MINIMUM_QUALITY
from lightkeeper.detect.media.pool import Decoded, DecodeStatus

MOST_MATCHES = 100
"""Matches that one result names, the nearest; a list with thousands of equal entries must not swamp a row."""

NONSENSE = "The decoding process gave an answer that makes no sense."

HARMLESS = "What it is near on the lists is known to be harmless."

_UNMATCHABLE = frozenset({DecodeStatus.NOT_A_PICTURE, DecodeStatus.REFUSED, DecodeStatus.VIDEO, DecodeStatus.TOO_SMALL})
"""What was understood and cannot be searched by its pixels. Everything else that did not decode is unreadable."""


def frames_of(decoded: Decoded) -> list[Queries] | None:
    """The queries of each frame, None where nothing was decoded or what came back makes no sense."""
    if decoded.hashes is None:
        return None
    try:
        return read_hashes(decoded.hashes)
    except ValueError:
        return None


def of_digests(matches: list[Match], reason: str) -> ScanResult:
    """An item that could not be decoded, for a reason: unreadable, unless its digests match."""
    if not matches:
        return ScanResult(Outcome.UNREADABLE, reason)
    items = _distinct(matches)
    return ScanResult(Outcome.MATCH, f"{_found(items)} {reason}", matches=tuple(items[:MOST_MATCHES]))


def of_decoded(
    decoded: Decoded, frames: list[Queries] | None, matches: list[Match], *, allowed: bool = False
) -> ScanResult:
    """An item that went to the decoder: what it matched, or else why not.

    ``allowed``: there are no matches because those that there were are known to be harmless.
    """
    result = _of_decoded(decoded, frames, matches)
    if allowed and result.outcome is Outcome.CLEAR:
        result = replace(result, reason=f"{HARMLESS}{_frames_searched(decoded)}")
    result = replace(result, interrupted=decoded.interrupted, allowed=allowed)
    return replace(result, pdq=frames[0].plain.value) if frames else result


def _of_decoded(decoded: Decoded, frames: list[Queries] | None, matches: list[Match]) -> ScanResult:
    quality = frames[0].plain.quality if frames else None
    if matches:
        strong = any(match.tier is Tier.MATCH for match in matches)
        items = _distinct(matches)
        reason = _found(items) if decoded.status is DecodeStatus.OK else f"{_found(items)} {decoded.reason}"
        outcome = Outcome.MATCH if strong else Outcome.POSSIBLE
        return ScanResult(outcome, reason, quality=quality, matches=tuple(items[:MOST_MATCHES]))
    if decoded.status in _UNMATCHABLE:
        return ScanResult(Outcome.UNMATCHABLE, decoded.reason, quality=quality)
    if not frames and decoded.hashes is not None:
        return ScanResult(Outcome.UNREADABLE, NONSENSE)
    if decoded.status is not DecodeStatus.OK or not frames:
        return ScanResult(Outcome.UNREADABLE, decoded.reason, quality=quality)
    if not any(len(frame.values) for frame in frames):
        reason = f"The picture has too little structure to be recognised: quality {quality}, {MINIMUM_QUALITY} needed."
        return ScanResult(Outcome.UNMATCHABLE, reason, quality=quality)
    return ScanResult(Outcome.CLEAR, f"Nothing on the lists is near.{_frames_searched(decoded)}", quality=quality)


def _frames_searched(decoded: Decoded) -> str:
    """Say so where only some frames of an animated file were searched."""
    if not decoded.frames_total or decoded.frames_used >= decoded.frames_total:
        return ""
    return f" Of its {decoded.frames_total} frames {decoded.frames_used}, spread over its length, were searched."


def _distinct(matches: list[Match]) -> list[Match]:
    """The nearest match for each listed item, nearest first, digests before hashes.

    An item may have several entries of one algorithm under its id, such as its crops.
    """
    nearest: dict[tuple[str | None, ...], Match] = {}
    ordered = sorted(matches, key=lambda match: (match.distance, match.algorithm == "pdq", match.list, match.id or ""))
    for number, match in enumerate(ordered):
        # Entries without an id cannot be told apart here: each stays.
        item = (match.list, match.id or f"\0{number}", match.category, match.algorithm)
        nearest.setdefault(item, match)
    return list(nearest.values())


def _found(distinct: list[Match]) -> str:
    """One sentence on the first of distinct matches, and on those that are not named."""
    best = distinct[0]
    if best.algorithm != "pdq":
        what = f"The bytes are those of a listed item ({best.algorithm})."
    elif best.tier is Tier.MATCH:
        what = f"{best.distance} bits from a listed picture ({best.variant})."
    else:
        what = f"{best.distance} bits from a listed picture ({best.variant}): perhaps the same; a person should look."
    if len(distinct) <= MOST_MATCHES:
        return what
    return f"{what} Of {len(distinct)} matches the nearest {MOST_MATCHES} are named."
