"""What a page needs to show an item under its veil; ``review/veil.html`` makes the page's part of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.record.queries import Seen
from lightkeeper.record.services import hash_only
from lightkeeper.record.types import RevealLevel, Track
from lightkeeper.review.addresses.writing import ADDRESS
from lightkeeper.review.entitlement import Ladder, ladder_after, seen
from lightkeeper.review.models import CaseItem
from lightkeeper.review.presenting import has_text
from lightkeeper.review.protection import Protecting, effective

_NOBODY: Final = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Veil:
    """One veil: where to ask, what may be asked for, in which words. ``nothing``: why there is nothing to show."""

    number: str
    track: str
    reveal_url: str
    end_url: str
    ladder: Ladder
    protecting: Protecting
    words: str
    had: tuple[str, ...]
    nothing: str


def veil_of(case_item: CaseItem, person: Person, track: str = Track.PICTURE) -> Veil:
    """The veil over an item's picture, or over what user reports say of it (track ``text``), for this person."""
    picture, protecting, had = track == Track.PICTURE, effective(person), seen(case_item, person)
    text = Ladder((RevealLevel.FULL.value,), RevealLevel.FULL.value, False)
    steps = ladder_after(case_item, protecting, had) if picture else text
    words = _words()
    name = "review:reveal" if picture else "review:reveal_text"
    return Veil(
        number=f"{track}-{case_item.position}",
        track=track,
        reveal_url=reverse(name, args=[case_item.case.public, case_item.position]),
        end_url=reverse("review:reveal_end", args=[_NOBODY]),
        ladder=steps,
        protecting=protecting,
        words=json.dumps(words),
        had=tuple(_had(had, track, words)),
        nothing=_nothing(case_item, track, steps),
    )


def _nothing(case_item: CaseItem, track: str, steps: Ladder) -> str:
    if track == Track.TEXT:
        return "" if has_text(case_item) else _("Nothing is kept of what was written in a report.")
    if hash_only():
        return _("This service keeps no pictures, so there is nothing to show.")
    return "" if steps.levels else _("Nothing is kept of this item that can be shown.")


def _had(had: Sequence[Seen], track: str, words: dict[str, str]) -> list[str]:
    lines = []
    for one in had:
        if one.track != track:
            continue
        what = words["text"] if track == Track.TEXT else words[one.level]
        if one.part == ADDRESS:
            what = words["address"]
        elif one.part != "whole":
            what += ", " + words["part"].replace("{n}", one.part.removeprefix("tile-"))
        seconds = max(1, round(one.seconds or 0))
        lines.append(words["seen"].replace("{what}", what).replace("{seconds}", str(seconds)))
    return lines


def _words() -> dict[str, str]:
    return {
        "tile": _("small grey tile"),
        "grey": _("grey, half the size"),
        "full": _("in colour"),
        "text": _("text"),
        "address": _("address"),
        "part": _("part {n}"),
        "veiled": _("Veiled."),
        "shown": _("Shown: {what}."),
        "seen": _("Seen: {what}, {seconds} s"),
        "failed": _("Nothing was shown. Try again, or load the page again."),
    }
