"""What an engine must not do, whatever its accuracy: each gate passes, fails, or cannot be measured with this data."""

from __future__ import annotations

import enum
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from lightkeeper.detect.conversations.evaluation.attacks import ATTACKS, attacked, rewritten
from lightkeeper.detect.conversations.evaluation.measuring import Measured, Scorer, last, top
from lightkeeper.detect.conversations.evaluation.metrics import Share, wilson
from lightkeeper.detect.conversations.evaluation.saying import percent
from lightkeeper.detect.conversations.evaluation.streams import Labelled

MOST_BENIGN: Final = 0.01
"""The share of benign conversations of a corpus that may be flagged."""
MOST_RATIO: Final = 1.25
"""The highest false-positive rate of a slice over that of all slices together."""
LEAST_KEPT: Final = 0.95
"""The share of found conversations that must still be found when they are attacked."""
LEAST: Final = 20
"""Fewer than these tell nothing of a rate."""
_CLOSE: Final = 1e-9


class Verdict(enum.StrEnum):
    """What a gate says."""

    PASSED = "pass"
    FAILED = "fail"
    NOT_MEASURABLE = "not measurable"


class Gate(NamedTuple):
    """One gate: its name, its verdict, the figure in words, and how many it was measured on."""

    name: str
    verdict: Verdict
    figure: str
    n: int


def _said(share: Share) -> str:
    return f"{percent(share.rate)} of {share.n:,} ({percent(share.low)} to {percent(share.high)})"


def _verdict(passed: bool) -> Verdict:
    return Verdict.PASSED if passed else Verdict.FAILED


def all_gates(
    measured: Measured,
    scorer: Scorer,
    threshold: float,
    normalise: Callable[[str], str] | None = None,
    blind: Measured | None = None,
) -> list[Gate]:
    """Every gate, by the threshold at which a conversation counts as flagged.

    ``blind``: the same measured with nobody's age known, where ages are known: who is said to be grown up is not
    judged by a child, so that the sides can be compared only without.
    """
    risky = [one for one in measured.kept if one.risky]
    return [
        role(blind or measured, threshold),
        *benign(measured, threshold),
        *evasion(risky, scorer, threshold, normalise),
        slices(measured, threshold),
        *invariance(measured.kept, scorer),
        without_texts(measured.kept, scorer),
    ]


def role(measured: Measured, threshold: float) -> Gate:
    """The child's side must not be flagged more often than the other side."""
    roles = np.array(measured.author_roles, object)
    flagged = np.array(measured.author_scores, float) >= threshold
    child, other = (
        wilson(int(np.sum(flagged[roles == one])), int(np.sum(roles == one))) for one in ("child", "offender")
    )
    n = min(child.n, other.n)
    if n < LEAST:
        return Gate("role", Verdict.NOT_MEASURABLE, f"needs {LEAST} authors of each side", n)
    said = f"child's side {_said(child)}, other side {_said(other)}"
    if not child.hits and not other.hits:
        return Gate("role", Verdict.NOT_MEASURABLE, f"nobody was flagged: {said}", n)
    return Gate("role", _verdict(child.rate <= other.rate), said, n)


def benign(measured: Measured, threshold: float) -> list[Gate]:
    """Few benign conversations of each corpus may be flagged: measurable where the interval lies on one side."""
    flagged, truth = measured.tops() >= threshold, measured.truth
    corpora = np.array(measured.corpora, object)
    gates = []
    for corpus in sorted(set(measured.corpora)):
        chosen = (corpora == corpus) & ~truth
        share = wilson(int(np.sum(flagged[chosen])), int(np.sum(chosen)))
        gates.append(Gate(f"benign: {corpus}", _few(share), f"flagged {_said(share)}", share.n))
    return gates


def _few(share: Share) -> Verdict:
    """By the whole interval: of thirty with none flagged one in ten may still be, so thirty pass nothing."""
    if share.low > MOST_BENIGN:
        return Verdict.FAILED
    return Verdict.PASSED if share.high <= MOST_BENIGN else Verdict.NOT_MEASURABLE


def evasion(
    risky: list[Labelled], scorer: Scorer, threshold: float, normalise: Callable[[str], str] | None = None
) -> list[Gate]:
    """What is found must still be found when it is written to be missed."""
    found = [one for one in risky if top(scorer.score(one)) >= threshold]
    gates = []
    for attack in ATTACKS:
        if len(found) < LEAST:
            said = f"needs {LEAST} risky conversations that are found"
            gates.append(Gate(f"evasion: {attack}", Verdict.NOT_MEASURABLE, said, len(found)))
            continue
        changed = [attacked(one, attack) for one in found]
        share = _found(changed, scorer, threshold)
        said = f"still found {_said(share)}"
        if normalise is not None:
            share = _found([rewritten(one, normalise) for one in changed], scorer, threshold)
            said += f", normalised {_said(share)}"
        gates.append(Gate(f"evasion: {attack}", _verdict(share.rate >= LEAST_KEPT), said, share.n))
    return gates


def _found(conversations: list[Labelled], scorer: Scorer, threshold: float) -> Share:
    return wilson(sum(top(scorer.score(one)) >= threshold for one in conversations), len(conversations))


def slices(measured: Measured, threshold: float) -> Gate:
    """No group's benign conversations may be flagged much more often than those of all groups."""
    flagged = measured.tops() >= threshold
    counts: dict[str, list[int]] = {}
    for groups, risky, hit in zip(measured.slices, measured.risky, flagged, strict=True):
        for group in () if risky else groups:
            count = counts.setdefault(group, [0, 0])
            count[0] += int(hit)
            count[1] += 1
    large = {group: wilson(*count) for group, count in counts.items() if count[1] >= LEAST}
    everyone = wilson(sum(one.hits for one in large.values()), sum(one.n for one in large.values()))
    if len(large) < 2 or not everyone.hits:
        said = f"needs two groups of {LEAST} benign conversations, some of them flagged"
        return Gate("slices", Verdict.NOT_MEASURABLE, said, everyone.n)
    worst = max(large, key=lambda group: large[group].rate)
    ratio = large[worst].rate / everyone.rate
    said = f"{worst}: {_said(large[worst])}, {ratio:.2f} times all groups"
    return Gate("slices", _verdict(ratio <= MOST_RATIO), said, everyone.n)


def invariance(kept: list[Labelled], scorer: Scorer) -> list[Gate]:
    """Order and duplicates change nothing; saying it again lowers nothing."""
    source = random.Random(1)  # no secret
    broken = {"order": 0, "duplicates": 0, "repetition": 0}
    for one in kept:
        places = list(range(len(one.turns)))
        clean = last(scorer.score(one))
        mixed = source.sample(places, len(places))
        twice = [place for place in places for _ in range(2)]
        broken["order"] += not _same(clean, last(scorer.score(one, arrival=mixed)))
        broken["duplicates"] += not _same(clean, last(scorer.score(one, arrival=twice)))
        again = replace(one, turns=tuple(turn for turn in one.turns for _ in range(2)), marked=None)
        broken["repetition"] += top(scorer.score(again)) < top(scorer.score(one)) - _CLOSE
    return [_counted(f"invariance: {name}", count, len(kept)) for name, count in broken.items()]


def without_texts(kept: list[Labelled], scorer: Scorer) -> Gate:
    """Without words every conversation is still judged, and none is scored higher for the lack of them."""
    broken = 0
    for one in kept:
        read, unread = last(scorer.score(one)), last(scorer.score(one, texts=False))
        broken += read.keys() != unread.keys() or any(unread[name] > read[name] + _CLOSE for name in read)
    return _counted("without texts", broken, len(kept))


def _counted(name: str, broken: int, n: int) -> Gate:
    if not n:
        return Gate(name, Verdict.NOT_MEASURABLE, "no conversations", 0)
    return Gate(name, _verdict(not broken), f"{broken:,} of {n:,} conversations changed", n)


def _same(first: dict[str, float], second: dict[str, float]) -> bool:
    """Whether scores are the same; that of somebody who is never judged is minus infinity, which equals itself."""
    return first.keys() == second.keys() and all(
        first[name] == second[name] or abs(first[name] - second[name]) <= _CLOSE for name in first
    )
