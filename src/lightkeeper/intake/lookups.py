"""Looking hashes and addresses up, for keys that may: no row is read or written for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightkeeper.detect.findings import Match
from lightkeeper.intake.schemas import Hash
from lightkeeper.lists import queries as lists


def look_up_hashes(hashes: Sequence[Hash]) -> dict[str, Any]:
    """What equals or is near each hash, in order."""
    known = lists.current()
    values = [bytes.fromhex(one.value) for one in hashes]
    found: list[tuple[Match, ...]] = [()] * len(hashes)
    near = [place for place, one in enumerate(hashes) if one.algorithm == "pdq"]
    if near:
        for place, matches in zip(near, known.lookup_pdq([values[place] for place in near]), strict=True):
            found[place] = tuple(matches)
    equal = [place for place, one in enumerate(hashes) if one.algorithm != "pdq"]
    if equal:
        pairs = [(hashes[place].algorithm, values[place]) for place in equal]
        for place, matches in zip(equal, known.lookup_digest(pairs), strict=True):
            found[place] = tuple(matches)
    return _answer(known, [{"matches": [_told(known, match) for match in matches]} for matches in found])


def look_up_urls(urls: Sequence[str]) -> dict[str, Any]:
    """What equals each address, in order; ``reason`` says why one cannot be looked up."""
    known = lists.current()
    return _answer(
        known,
        [
            {"matches": [_told(known, match) for match in one.matches], "reason": one.reason}
            for one in known.lookup_url(urls)
        ],
    )


def _told(known: lists.Known, match: Match) -> dict[str, Any]:
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
