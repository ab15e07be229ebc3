"""Looking hashes, addresses and texts up, for keys that may: no row is read or written for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightkeeper.detect.findings import Match
from lightkeeper.detect.places import ADDRESSES
from lightkeeper.intake.schemas import Hash
from lightkeeper.lists import queries as lists
from lightkeeper.lists.types import TextRead


def look_up_hashes(hashes: Sequence[Hash]) -> dict[str, Any]:
    """What equals or is near each hash, in order; ``allowed`` says that all there was is known to be harmless."""
    known = lists.current()
    answers = known.look_up([_shape(one) for one in hashes])
    return _answer(known, [{"matches": _told(known, one.matches), "allowed": one.allowed} for one in answers])


def _shape(one: Hash) -> tuple[dict[str, bytes], bytes | None]:
    value = bytes.fromhex(one.value)
    return ({}, value) if one.algorithm == "pdq" else ({one.algorithm: value}, None)


def look_up_urls(urls: Sequence[str]) -> dict[str, Any]:
    """What equals each address, in order; ``reason`` says why one cannot be looked up."""
    known = lists.current()
    return _answer(
        known,
        [
            {"matches": _told(known, one.matches), "allowed": one.allowed, "reason": one.reason}
            for one in known.lookup_url(urls)
        ],
    )


def read_text(text: str) -> TextRead:
    """A text before it is looked up: the addresses in it, each of which counts, and its words."""
    return TextRead.of(text)


def look_up_text(text: TextRead) -> dict[str, Any]:
    """What is known of each address in a text, in order, and at the end of each phrase in it, never the phrase."""
    known = lists.current()
    (found,) = known.lookup_text([text])
    results: list[dict[str, Any]] = [
        {
            "matches": _told(known, one.lookup.matches), "allowed": one.lookup.allowed, "reason": one.lookup.reason,
            "start": one.start, "end": one.end,
        }
        for one in found.addresses
    ]  # fmt: skip
    if found.phrases.matches or found.phrases.allowed:
        results.append({"matches": _told(known, found.phrases.matches), "allowed": found.phrases.allowed})
    return _answer(known, results)


def _told(known: lists.Known, matches: Sequence[Match]) -> list[dict[str, Any]]:
    return [_named(known, match) for match in matches]


def _named(known: lists.Known, match: Match) -> dict[str, Any]:
    of = known.list_named(match.list)
    return {
        "list": match.list,
        "status": "unknown" if of is None else str(of.status),
        "id": match.id,
        "category": match.category,
        "algorithm": match.algorithm,
        "scope": match.variant if match.algorithm in ADDRESSES else None,
        "distance": match.distance,
        "tier": match.tier.value,
    }


def _answer(known: lists.Known, results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"results": results, "lists_as_of": known.as_of, "degraded": list(known.degraded)}
