"""Looking hashes and addresses up, for keys that may: no row is read or written for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightkeeper.detect.findings import Match
from lightkeeper.intake.schemas import Hash
from lightkeeper.lists import queries as lists


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


def _told(known: lists.Known, matches: Sequence[Match]) -> list[dict[str, Any]]:
    return [_named(known, match) for match in matches]


def _named(known: lists.Known, match: Match) -> dict[str, Any]:
    of = known.list_named(match.list)
    return {
        "list": match.list,
        "status": "unknown" if of is None else str(of.status),
        "category": match.category,
        "algorithm": match.algorithm,
        "distance": match.distance,
        "tier": match.tier.value,
    }


def _answer(known: lists.Known, results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"results": results, "lists_as_of": known.as_of, "degraded": list(known.degraded)}
