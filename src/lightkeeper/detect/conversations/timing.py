"""Signals of when and how often the sender writes, and in which order things are said."""

from __future__ import annotations

from typing import Final

from lightkeeper.detect.conversations.events import ActKind
from lightkeeper.detect.conversations.shown import Shown, at_now
from lightkeeper.detect.conversations.view import PairView

HOUR: Final = 3_600_000
ENOUGH: Final = 8
"""Messages before a share of them says something."""
NIGHT: Final = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
TRUST: Final = frozenset({"flattery", "personal_probe", "gift_offer"})
RISK: Final = frozenset({"alone_probe", "off_platform_move"})
APART: Final = frozenset({"secrecy_request", "isolation"})
ASKING: Final = frozenset({"image_request", "call_request", "meet_request", "pressure_or_threat", "money_demand"})


def asymmetry(view: PairView) -> Shown | None:
    """The sender writes at least four times as much as the other."""
    sent, answered = view.to.total, view.back.total
    if sent < ENOUGH or sent < 4 * max(1, answered):
        return None
    return at_now(min(1.0, sent / (8 * max(1, answered))), view.now)


def burst(view: PairView) -> Shown | None:
    """At least ten messages within an hour to somebody first written to within two days."""
    times, first = view.to.times, view.to.first_at
    if len(times) < 10 or first is None or view.now - first > 48 * HOUR:
        return None
    quickest = min(later - earlier for earlier, later in zip(times, times[9:], strict=False))
    return at_now(1.0 if quickest <= HOUR // 2 else 0.6, view.now) if quickest <= HOUR else None


def late_hours(view: PairView) -> Shown | None:
    """A third of at least eight messages came at night by the other's clock."""
    hours = [hour for at in view.to.times if (hour := view.local_hour(at)) is not None]
    if len(hours) < ENOUGH:
        return None
    share = sum(hour in NIGHT for hour in hours) / len(hours)
    return at_now(min(1.0, 1.5 * share), view.now) if share >= 1 / 3 else None


def persistence(view: PairView) -> Shown | None:
    """The sender wrote or asked on after the other declined or blocked: seen without a word being read."""
    said = [fact.at for fact in view.acts if not fact.by_sender and fact.kind in {ActKind.DECLINE, ActKind.BLOCK}]
    if not said:
        return None
    asked = [(one.at, one.id) for one in view.acts if one.by_sender and one.kind is not ActKind.UNFOLLOW]
    marked = {one.at: one.id for one in view.to.marked}
    return _after(min(said), [*asked, *((at, marked.get(at, b"")) for at in view.to.times)])


def persistence_in_words(view: PairView) -> Shown | None:
    """The sender went on with what shows a sign after the other said no or stop."""
    said = [at for at, _id in view.back.refusals]
    signs = [one for one in view.to.marked if one.signals]
    found = _after(min(said), [(one.at, one.id) for one in signs]) if said else None
    if found is None:
        return None
    return found._replace(reviewed=any(one.reviewed for one in signs if one.at > min(said)))


def _after(said: int, acts: list[tuple[int, bytes]]) -> Shown | None:
    """What came after a no, more of it the stronger."""
    after = sorted(one for one in acts if one[0] > said)
    if not after:
        return None
    evidence = tuple(id_ for _at, id_ in after if id_)[-8:]
    return Shown(min(1.0, 0.5 + 0.25 * (len(after) - 1)), evidence, after[0][0], after[-1][0])


def stages(view: PairView) -> Shown | None:
    """Signs of at least three kinds, the last of them a request: stages are varied, so their order counts half."""
    met = [view.stages.index(names[0]) for group in (TRUST, RISK, APART, ASKING) if (names := _of(view, group))]
    if len(met) < 3 or not _of(view, ASKING):
        return None
    ordered = met == sorted(met)
    traces = [view.traces[name] for name in view.stages]
    evidence = tuple(trace.evidence[0] for trace in traces if trace.evidence)[:8]
    reviewed = any(trace.reviewed for trace in traces)
    strength = 1.0 if ordered else 0.5
    return Shown(strength, evidence, traces[0].first_at, max(one.last_at for one in traces), reviewed)


def _of(view: PairView, group: frozenset[str]) -> list[str]:
    """The signals of a group that were seen, the first first."""
    return [name for name in view.stages if name in group]
