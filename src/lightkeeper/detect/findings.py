"""The result types that every detector returns: frozen values, JSON names as in the contract.

Words as in ``docs/how-it-works.md``: an *outcome* is what a scan of one item ended in, a *match* is one
entry of one list that one form of the item was found close to.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """What a scan of one item ended in; every item has exactly one."""

    MATCH = "match"
    POSSIBLE = "possible"
    CLEAR = "clear"
    UNMATCHABLE = "unmatchable"
    UNREADABLE = "unreadable"


class Tier(enum.StrEnum):
    """How close a match is: ``match`` is strong, ``possible`` is for a person to look at only."""

    MATCH = "match"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Match:
    """One entry of one list that the item matched.

    ``distance`` is in bits (PDQ: 0 to 256; digests: 0). ``variant`` names the geometric form of the picture
    that matched (``plain`` is the picture as it is), None for a digest. ``entry`` is what the owner of the list calls
    the entry, None where it has no name of its own.
    """

    list: str
    id: str | None
    category: str | None
    algorithm: str
    distance: int
    variant: str | None
    tier: Tier
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Of the matches of one scan, by entry, those that may be told.

    ``allowed``: there were some, and a list of harmless look-alikes won over them all.
    """

    matches: Mapping[int, Match]
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one scan found, with a reason that a person understands.

    ``quality`` is the PDQ quality (0 to 100) of the picture as it is, None where no picture could be decoded;
    ``sha256`` is None where the bytes could not be read; ``ms`` is the wall time of the scan in
    milliseconds; ``pdq`` is the hash (32 bytes) of the picture as it is, None where ``quality`` is. ``interrupted``:
    the picture was not decoded for a reason that has nothing to do with it, so another scan may find more. ``allowed``:
    what it matched is known to be harmless, so that there are no ``matches``.
    """

    outcome: Outcome
    reason: str
    sha256: str | None = None
    quality: int | None = None
    matches: tuple[Match, ...] = ()
    ms: float | None = None
    pdq: bytes | None = None
    interrupted: bool = False
    allowed: bool = False
