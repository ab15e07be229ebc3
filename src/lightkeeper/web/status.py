"""What is degraded, in sentences: one function each, which asks its room and never breaks the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from lightkeeper.act import queries as act
from lightkeeper.intake import queries as intake
from lightkeeper.intake.surfaces import NOTICE
from lightkeeper.lists import queries as lists
from lightkeeper.lists.types import ListStatus
from lightkeeper.people import queries as people
from lightkeeper.record import queries as trail
from lightkeeper.record import services as record
from lightkeeper.runtime import queries as runtime

_logger = logging.getLogger(__name__)

SEALED_WITHIN: Final = timedelta(seconds=30)
"""A sealer that works needs 5 seconds; one that is late by this much does not work."""
WAITED: Final = timedelta(minutes=5)
"""Work that was due this long ago has too few workers."""
NAMED: Final = 5
"""Names in a sentence; more are counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``says`` are sentences; where ``ok`` is false they say who must do what."""

    name: str
    ok: bool
    says: tuple[str, ...]
    codes: tuple[str, ...] = ()
    page: str = ""
    """The name of the address where more is to be seen."""


def checks() -> list[Check]:
    """Look at everything, one after another; what cannot be looked at is a finding too."""
    return [_tolerant(name, look) for name, look in LOOKS.items()]


def _tolerant(name: str, look: Callable[[str], Check]) -> Check:
    try:
        return look(name)
    except Exception:
        _logger.exception("the state of %s could not be found out", name)
        return Check(
            name, ok=False, says=("This could not be found out; the server's log says why.",), codes=("unknown",)
        )


def authority(name: str) -> Check:
    """Whether a named person answers for keeping and showing."""
    if record.hash_only():
        says = (
            "Nobody has recorded yet under which authority suspected material is kept and shown.",
            "Until then bytes live only for the scan, and nobody sees any.",
            "Whoever may answer for the organisation runs “lightkeeper init” on the server and answers its questions.",
        )
        return Check(name, ok=False, says=says, codes=("hash_only",))
    answer = record.current_authority()
    since = f"{answer.answered_at:%Y-%m-%d}" if answer else "now"
    return Check(name, ok=True, says=(f"A named person answers for keeping and showing since {since}.",))


def workers(name: str) -> Check:
    """Whether any worker lives."""
    alive = len(runtime.alive_workers())
    if not alive:
        says = ("No worker has said for 20 seconds that it lives.", "Nothing is lost: submissions and callbacks wait.")
        return Check(
            name, ok=False, says=(*says, "The operator starts “lightkeeper worker” on a server."), codes=("no_worker",)
        )
    return Check(name, ok=True, says=(f"{_count(alive, 'worker')} at work.",))


def waiting_work(name: str) -> Check:
    """Whether work waits for too long."""
    rows = runtime.backlog()
    oldest = min((row.oldest for row in rows if row.oldest), default=None)
    due = sum(row.due for row in rows)
    if oldest is not None and timezone.now() - oldest > WAITED:
        says = f"{_count(due, 'piece')} of work wait, the oldest since {_moment(oldest)}."
        return Check(
            name, ok=False, says=(says, "The operator starts more workers."), codes=("backlog",), page="runtime:work"
        )
    return Check(name, ok=True, says=(f"{_count(due, 'piece')} of work due.",))


def failed_work(name: str) -> Check:
    """Whether anything failed for good."""
    dead, failing = runtime.dead_kinds(), runtime.failing_schedules()
    says = [f"{row.count} of {row.kind} failed for good, last at {_moment(row.newest)}." for row in dead]
    says += [f"The regular work {kind} failed at {_moment(at)}." for kind, _, at in failing]
    if says:
        says.append("An administrator looks at the cause and has it retried.")
        return Check(name, ok=False, says=tuple(says), codes=("dead_work",), page="runtime:work")
    return Check(name, ok=True, says=("Nothing has failed for good.",))


def callbacks(name: str) -> Check:
    """Whether callbacks reach the platforms."""
    state = act.delivering()
    says = []
    if state.dead:
        says.append(f"{_count(state.dead, 'callback')} could not be delivered in five days.")
    if state.held_clients:
        says.append(f"Callbacks of {_count(state.held_clients, 'client')} are held back.")
    if says:
        says.append("An administrator asks the platform for the cause, and sends them again.")
        return Check(name, ok=False, says=tuple(says), codes=("callbacks_dead",), page="act:callbacks")
    return Check(name, ok=True, says=(f"{_count(state.open, 'callback')} on the way.",))


def known_lists(name: str) -> Check:
    """Whether there is anything to match against, and whether this server has the newest."""
    freshness = lists.freshness()
    searched = [row for row in lists.all_lists() if row.status != ListStatus.QUARANTINED]
    if not searched:
        says = ("There is no list to match against, so nothing can be found.", "A list manager imports one.")
        return Check(name, ok=False, says=says, codes=("no_lists",), page="lists:lists")
    if freshness.as_of is None or freshness.stale:
        why = f" {freshness.why}" if freshness.why else ""
        says = (f"This server does not have the newest entries.{why}", "If this stays, the operator looks at its log.")
        return Check(name, ok=False, says=says, codes=("index_stale",), page="lists:lists")
    stale = lists.stale_lists()
    if stale:
        says = (
            f"Nothing was imported for too long (setting list_stale_days) into: {_names([row.name for row in stale])}.",
            "A list manager imports the newest file of each, or quarantines the list.",
        )
        return Check(name, ok=False, says=says, codes=("list_stale",), page="lists:lists")
    fine = [f"{_count(len(searched), 'list')} with {_count(freshness.entries, 'entry', 'entries')}."]
    imported = [row.imported_at for row in searched if row.imported_at]
    if imported:
        fine.append(f"The one that was imported longest ago: {_moment(min(imported))}.")
    return Check(name, ok=True, says=tuple(fine))


def legal_basis(name: str) -> Check:
    """Whether the legal basis of a searched surface has lapsed or soon does."""
    today = timezone.now().date()
    dated = [(row.name, row.basis_until) for row in intake.all_surfaces() if row.detection and row.basis_until]
    lapsed = [one for one, until in dated if until < today]
    soon = [one for one, until in dated if today <= until <= today + NOTICE]
    says, codes = [], []
    if lapsed:
        says.append(f"The legal basis has lapsed, so nothing is searched, on: {_names(lapsed)}.")
        codes.append("legal_basis_lapsed")
    if soon:
        says.append(f"The legal basis lapses within {NOTICE.days} days on: {_names(soon)}.")
        codes.append("legal_basis_lapsing")
    if says:
        says.append("A supervisor finds out whether it was renewed, and records until when.")
        return Check(name, ok=False, says=tuple(says), codes=tuple(codes), page="intake:surfaces")
    return Check(name, ok=True, says=("No legal basis lapses within the next days.",))


def audit_trail(name: str) -> Check:
    """Whether the sealer keeps up."""
    state = trail.trail_state()
    if state.unsealed_since is not None and timezone.now() - state.unsealed_since > SEALED_WITHIN:
        says = f"{_count(state.unsealed, 'event')} not sealed, the oldest of {_moment(state.unsealed_since)}."
        who = "They are safe, and sealed as soon as a worker runs."
        return Check(name, ok=False, says=(says, who), codes=("audit_unsealed",), page="record:audit")
    return Check(name, ok=True, says=("Every event is sealed within seconds.",))


def alerts(name: str) -> Check:
    """Whether somebody is on call, and whether alerts wait for them."""
    state = people.on_call()
    says, codes = [], []
    if state.open_alerts:
        since = f", the oldest since {_moment(state.oldest_open_at)}" if state.oldest_open_at else ""
        says.append(f"{_count(state.open_alerts, 'alert')} open, {state.urgent_open} of them urgent{since}.")
        codes.append("alerts_open")
    if state.unanswered:
        says.append(f"{_count(state.unanswered, 'alert')} went round everybody on call without an answer.")
        codes.append("alerts_unanswered")
    if says:
        says.append("Whoever is on call takes them up.")
    if not state.contacts:
        says.append("Nobody is on call: urgent cases at night reach no one. A supervisor adds people.")
        codes.append("nobody_on_call")
    if says:
        return Check(name, ok=False, says=tuple(says), codes=tuple(codes), page="people:alerts")
    return Check(name, ok=True, says=(f"{_count(state.contacts, 'contact')} on call, and no alert is open.",))


LOOKS: Final[dict[str, Callable[[str], Check]]] = {
    "authority": authority,
    "alerts": alerts,
    "lists": known_lists,
    "legal basis": legal_basis,
    "workers": workers,
    "waiting work": waiting_work,
    "failed work": failed_work,
    "callbacks": callbacks,
    "audit trail": audit_trail,
}


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _names(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(sorted(names)[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
