"""How rows of state become a ``PairView``, as of now or as it stood before the newest few messages."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

from lightkeeper.detect.conversations import marks, recent
from lightkeeper.detect.conversations.events import ActKind
from lightkeeper.detect.conversations.marks import Mark
from lightkeeper.detect.conversations.ordering import DAY, time_of
from lightkeeper.detect.conversations.pair import NOTHING, PairState, Sums, act_of
from lightkeeper.detect.conversations.sender import SenderState
from lightkeeper.detect.conversations.table import Table
from lightkeeper.detect.conversations.view import (
    PHRASE_SIGNALS,
    ActFact,
    ActTrace,
    AffinityFigures,
    Direction,
    MessageFeatures,
    PairView,
    Person,
    Ties,
    Trace,
)
from lightkeeper.detect.text.aggregates import aggregate

EVIDENCE = 8
_TIMES = struct.Struct(">HI10x")
_SCORED_NONE = AffinityFigures(0, 0.0, 0.0, 0.0, "", ())


class Rows(NamedTuple):
    """All that a view is made of."""

    sender: Person
    recipient: Person
    ties: Ties
    to: PairState
    back: PairState
    contacts: SenderState


def rows_of(table: Table, sender: bytes, recipient: bytes) -> Rows:
    """The rows of one ordered pair."""
    return Rows(
        table.account(sender).person(sender),
        table.account(recipient).person(recipient),
        table.relation(sender, recipient).ties(sender),
        table.pair(sender, recipient),
        table.pair(recipient, sender),
        table.sender(sender),
    )


def view_of(rows: Rows, surface: str, without: int = 0) -> PairView:
    """The pair as it stands; ``without`` so many of the sender's newest messages, and what came after what is left."""
    kept = rows.to.recent[: len(rows.to.recent) - without] if without else rows.to.recent
    newest = (rows.to.newest_at or 0, rows.back.newest_at or 0)
    now = max(newest) if not without else time_of(kept[-1]) if kept else 0
    shown = _marks_until(rows.to, kept[-1][:12] if kept else b"", now, cut=bool(without))
    answered = _marks_until(rows.back, b"", now, cut=False)
    traces = _traces(rows.to.settled, shown, now)
    return PairView(
        now=now,
        surface=surface,
        sender=rows.sender,
        recipient=rows.recipient,
        ties=rows.ties,
        to=_direction(rows.to, kept, shown, without),
        back=_direction(rows.back, rows.back.recent, answered),
        traces=traces,
        stages=tuple(sorted(traces, key=lambda name: (traces[name].first_at, name))),
        acts=_acts(rows, now),
        acts_by_sender=_act_traces(rows.to, now),
        acts_by_recipient=_act_traces(rows.back, now),
        contacts=rows.contacts.figures(now, rows.recipient.id),
        affinity=_affinity(kept, shown),
    )


def _marks_until(state: PairState, last: bytes, now: int, *, cut: bool) -> list[Mark]:
    """The marks up to the place of a message, or up to a time."""
    records = state.marks if not cut else [one for one in state.marks if one[:12] <= last]
    return [marks.unpacked(one) for one in records if time_of(one) <= now]


def _direction(state: PairState, kept: list[bytes], shown: list[Mark], without: int = 0) -> Direction:
    if not state.total:
        return Direction()
    return Direction(
        state.total - without,
        state.first_at,
        tuple([high << 32 | low for high, low in _TIMES.iter_unpack(b"".join(kept))]),
        tuple(map(_features, shown)),
        tuple([(mark.at, mark.id) for mark in shown if mark.refusal]),
    )


def _features(mark: Mark) -> MessageFeatures:
    return MessageFeatures(
        mark.id, mark.at, marks.names_of(mark.signals), marks.names_of(mark.reviewed), mark.refusal, mark.media,
        recent.affinity_of(mark.affinity), PHRASE_SIGNALS[mark.exemplar - 1] if mark.exemplar else "", mark.edited,
    )  # fmt: skip


def _traces(settled: Mapping[int, Sums], shown: list[Mark], now: int) -> dict[str, Trace]:
    mask = 0
    for mark in shown:
        mask |= mark.signals
    for place in settled:
        mask |= 1 << place
    if not mask:
        return {}
    places = [place for place in range(len(PHRASE_SIGNALS)) if mask >> place & 1]
    return {PHRASE_SIGNALS[place]: _trace(place, settled.get(place, NOTHING), shown, now) for place in places}


def _trace(place: int, sums: Sums, shown: list[Mark], now: int) -> Trace:
    mine = [mark for mark in shown if mark.signals >> place & 1]
    times = [mark.at for mark in mine]
    ages = [(now - at) / DAY for at in times]
    if sums.number:
        # What is only in the sums is taken to have been when it was last seen.
        ages += [max(0.0, (now / 1000 - sums.last) / 86_400)] * sums.number
        times += [sums.first * 1000, sums.last * 1000]
    return Trace(
        len(mine) + sums.number,
        sum([0.5 ** (age / 30) for age in ages]),
        min(times),
        max(times),
        bool(sums.reviewed or any(mark.reviewed >> place & 1 for mark in mine)),
        tuple(mark.id for mark in mine[-EVIDENCE:]),
    )


def _acts(rows: Rows, now: int) -> tuple[ActFact, ...]:
    if not rows.to.acts and not rows.back.acts:
        return ()
    facts = [
        ActFact(id_, at, kind, by_sender)
        for state, by_sender in ((rows.to, True), (rows.back, False))
        for at, id_, kind in map(act_of, state.acts)
        if at <= now
    ]
    return tuple(sorted(facts, key=lambda fact: (fact.at, fact.id)))


def _act_traces(state: PairState, now: int) -> dict[ActKind, ActTrace]:
    if not state.kinds:
        return {}
    ids: dict[ActKind, list[bytes]] = {}
    for at, id_, kind in map(act_of, state.acts):
        if at <= now:
            ids.setdefault(kind, []).append(id_)
    return {
        kind: ActTrace(sums.number, sums.first * 1000, sums.last * 1000, tuple(ids.get(kind, ())[-EVIDENCE:]))
        for kind in ActKind
        if (sums := state.act_sums(kind)) is not None and sums.first * 1000 <= now
    }


def _affinity(kept: list[bytes], shown: list[Mark]) -> AffinityFigures:
    codes = b"".join(kept)[15 :: recent.LENGTH]
    if not any(codes):
        return _SCORED_NONE
    scores = [score for score in map(recent.affinity_of, codes) if score is not None]
    figures = aggregate(scores)
    near = [mark for mark in shown if mark.affinity >= recent.quantised(marks.AFFINITY_FROM)]
    names = [PHRASE_SIGNALS[mark.exemplar - 1] for mark in near if mark.exemplar]
    signal = max(sorted(set(names)), key=names.count, default="")
    evidence = tuple([mark.id for mark in near[-EVIDENCE:]])
    return AffinityFigures(len(scores), figures.mean, figures.top, figures.cusum, signal, evidence)
