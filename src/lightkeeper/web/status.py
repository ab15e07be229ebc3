"""What is degraded, in sentences: one function each, which asks its room and never breaks the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from lightkeeper.act import queries as act
from lightkeeper.intake import queries as intake
from lightkeeper.intake.surfaces import NOTICE
from lightkeeper.lists import queries as lists
from lightkeeper.lists.types import ListStatus
from lightkeeper.people import queries as people
from lightkeeper.people.types import OnCall
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

    @property
    def title(self) -> str:
        """What it is called on the page."""
        return _(self.name)


def checks() -> list[Check]:
    """Look at everything, one after another; what cannot be looked at is a finding too."""
    return [_tolerant(name, look) for name, look in LOOKS.items()]


def _tolerant(name: str, look: Callable[[str], Check]) -> Check:
    try:
        return look(name)
    except Exception:
        _logger.exception("the state of %s could not be found out", name)
        return Check(
            name, ok=False, says=(_("This could not be found out; the server's log says why."),), codes=("unknown",)
        )


def authority(name: str) -> Check:
    """Whether a named person answers for keeping and showing."""
    if record.hash_only():
        says = (
            _("Nobody has recorded yet under which authority suspected material is kept and shown."),
            _("Until then bytes live only for the scan, and nobody sees any."),
            _("Whoever may answer for the organisation runs “lightkeeper init” on the server to answer its questions."),
        )
        return Check(name, ok=False, says=says, codes=("hash_only",))
    answer = record.current_authority()
    since = f"{answer.answered_at:%Y-%m-%d}" if answer else _("now")
    answered = _("A named person answers for keeping and showing since %(since)s.") % {"since": since}
    return Check(name, ok=True, says=(answered,))


def workers(name: str) -> Check:
    """Whether any worker lives."""
    alive = len(runtime.alive_workers())
    if not alive:
        says = (
            _("No worker has said for 20 seconds that it lives."),
            _("Nothing is lost: submissions and callbacks wait."),
            _("The operator starts “lightkeeper worker” on a server."),
        )
        return Check(name, ok=False, says=says, codes=("no_worker",))
    at_work = ngettext("%(count)d worker at work.", "%(count)d workers at work.", alive) % {"count": alive}
    return Check(name, ok=True, says=(at_work,))


def waiting_work(name: str) -> Check:
    """Whether work waits for too long."""
    rows = runtime.backlog()
    oldest = min((row.oldest for row in rows if row.oldest), default=None)
    due = sum(row.due for row in rows)
    if oldest is not None and timezone.now() - oldest > WAITED:
        waiting = ngettext(
            "%(count)d piece of work waits, the oldest since %(at)s.",
            "%(count)d pieces of work wait, the oldest since %(at)s.",
            due,
        ) % {"count": due, "at": _moment(oldest)}
        says = (waiting, _("The operator starts more workers."))
        return Check(name, ok=False, says=says, codes=("backlog",), page="runtime:work")
    fine = ngettext("%(count)d piece of work due.", "%(count)d pieces of work due.", due) % {"count": due}
    return Check(name, ok=True, says=(fine,))


def failed_work(name: str) -> Check:
    """Whether anything failed for good."""
    dead, failing = runtime.dead_kinds(), runtime.failing_schedules()
    says = [
        _("%(count)d of %(kind)s failed for good, last at %(at)s.")
        % {"count": row.count, "kind": row.kind, "at": _moment(row.newest)}
        for row in dead
    ]
    says += [
        _("The regular work %(kind)s failed at %(at)s.") % {"kind": kind, "at": _moment(at)}
        for kind, _code, at in failing
    ]
    if says:
        says.append(_("An administrator looks at the cause and has it retried."))
        return Check(name, ok=False, says=tuple(says), codes=("dead_work",), page="runtime:work")
    return Check(name, ok=True, says=(_("Nothing has failed for good."),))


def callbacks(name: str) -> Check:
    """Whether callbacks reach the platforms."""
    state = act.delivering()
    says = []
    if state.dead:
        dead = ngettext(
            "%(count)d callback could not be delivered in five days.",
            "%(count)d callbacks could not be delivered in five days.",
            state.dead,
        )
        says.append(dead % {"count": state.dead})
    if state.held_clients:
        held = ngettext(
            "Callbacks of %(count)d client are held back.",
            "Callbacks of %(count)d clients are held back.",
            state.held_clients,
        )
        says.append(held % {"count": state.held_clients})
    if says:
        says.append(_("An administrator asks the platform for the cause, and sends them again."))
        return Check(name, ok=False, says=tuple(says), codes=("callbacks_dead",), page="act:callbacks")
    fine = ngettext("%(count)d callback on the way.", "%(count)d callbacks on the way.", state.open)
    return Check(name, ok=True, says=(fine % {"count": state.open},))


def known_lists(name: str) -> Check:
    """Whether there is anything to match against, and whether this server has the newest."""
    freshness = lists.freshness()
    searched = [row for row in lists.all_lists() if row.status != ListStatus.QUARANTINED]
    if not searched:
        says = (_("There is no list to match against, so nothing can be found."), _("A list manager imports one."))
        return Check(name, ok=False, says=says, codes=("no_lists",), page="lists:lists")
    if freshness.as_of is None or freshness.stale:
        behind = _("This server does not have the newest entries.")
        why = f"{behind} {freshness.why}" if freshness.why else behind
        says = (why, _("If this stays, the operator looks at its log."))
        return Check(name, ok=False, says=says, codes=("index_stale",), page="lists:lists")
    stale = lists.stale_lists()
    if stale:
        says = (
            _("Nothing was imported for too long (setting list_stale_days) into: %(names)s.")
            % {"names": _names([row.name for row in stale])},
            _("A list manager imports the newest file of each, or quarantines the list."),
        )
        return Check(name, ok=False, says=says, codes=("list_stale",), page="lists:lists")
    with_entries = ngettext("%(count)d list with %(entries)s.", "%(count)d lists with %(entries)s.", len(searched))
    entries = ngettext("%(count)d entry", "%(count)d entries", freshness.entries) % {"count": freshness.entries}
    fine = [with_entries % {"count": len(searched), "entries": entries}]
    imported = [row.imported_at for row in searched if row.imported_at]
    if imported:
        fine.append(_("The one that was imported longest ago: %(at)s.") % {"at": _moment(min(imported))})
    return Check(name, ok=True, says=tuple(fine))


def legal_basis(name: str) -> Check:
    """Whether the legal basis of a searched surface has lapsed or soon does."""
    today = timezone.now().date()
    dated = [(row.name, row.basis_until) for row in intake.all_surfaces() if row.detection and row.basis_until]
    lapsed = [one for one, until in dated if until < today]
    soon = [one for one, until in dated if today <= until <= today + NOTICE]
    says, codes = [], []
    if lapsed:
        says.append(_("The legal basis has lapsed, so nothing is searched, on: %(names)s.") % {"names": _names(lapsed)})
        codes.append("legal_basis_lapsed")
    if soon:
        lapsing = _("The legal basis lapses within %(days)d days on: %(names)s.")
        says.append(lapsing % {"days": NOTICE.days, "names": _names(soon)})
        codes.append("legal_basis_lapsing")
    if says:
        says.append(_("A supervisor finds out whether it was renewed, and records until when."))
        return Check(name, ok=False, says=tuple(says), codes=tuple(codes), page="intake:surfaces")
    return Check(name, ok=True, says=(_("No legal basis lapses within the next days."),))


def audit_trail(name: str) -> Check:
    """Whether the sealer keeps up."""
    state = trail.trail_state()
    if state.unsealed_since is not None and timezone.now() - state.unsealed_since > SEALED_WITHIN:
        late = ngettext(
            "%(count)d event not sealed, the oldest of %(at)s.",
            "%(count)d events not sealed, the oldest of %(at)s.",
            state.unsealed,
        ) % {"count": state.unsealed, "at": _moment(state.unsealed_since)}
        says = (late, _("They are safe, and sealed as soon as a worker runs."))
        return Check(name, ok=False, says=says, codes=("audit_unsealed",), page="record:audit")
    return Check(name, ok=True, says=(_("Every event is sealed within seconds."),))


def alerts(name: str) -> Check:
    """Whether somebody is on call, and whether alerts wait for them."""
    state = people.on_call()
    says, codes = [], []
    if state.open_alerts:
        says.append(_open_alerts(state))
        codes.append("alerts_open")
    if state.unanswered:
        unanswered = ngettext(
            "%(count)d alert went round everybody on call without an answer.",
            "%(count)d alerts went round everybody on call without an answer.",
            state.unanswered,
        )
        says.append(unanswered % {"count": state.unanswered})
        codes.append("alerts_unanswered")
    if says:
        says.append(_("Whoever is on call takes them up."))
    if not state.contacts:
        says.append(_("Nobody is on call: urgent cases at night reach no one. A supervisor adds people."))
        codes.append("nobody_on_call")
    if says:
        return Check(name, ok=False, says=tuple(says), codes=tuple(codes), page="people:alerts")
    fine = ngettext(
        "%(count)d contact on call, and no alert is open.",
        "%(count)d contacts on call, and no alert is open.",
        state.contacts,
    )
    return Check(name, ok=True, says=(fine % {"count": state.contacts},))


def _open_alerts(state: OnCall) -> str:
    told = {"count": state.open_alerts, "urgent": state.urgent_open}
    if state.oldest_open_at is None:
        says = ngettext(
            "%(count)d alert open, %(urgent)d of them urgent.",
            "%(count)d alerts open, %(urgent)d of them urgent.",
            state.open_alerts,
        )
        return says % told
    says = ngettext(
        "%(count)d alert open, %(urgent)d of them urgent, the oldest since %(at)s.",
        "%(count)d alerts open, %(urgent)d of them urgent, the oldest since %(at)s.",
        state.open_alerts,
    )
    return says % {**told, "at": _moment(state.oldest_open_at)}


def conversations(name: str) -> Check:
    """Whether all that can be looked at of conversations is looked at."""
    sentences = {
        "no_scorer": _("Words are not compared with examples: the operator installs the extra “text”."),
        "scorer_budget": _(
            "Some words were not compared with examples: there was no time left in the request (setting"
            " conversation_scorer_ms)."
        ),
        "packs_unreviewed": _(
            "No pack of phrases was reviewed by a native speaker, so none lifts a pair above watch. The operator names"
            " who reviewed one: “lightkeeper conversations packs mark-reviewed”."
        ),
    }
    codes = intake.conversations_degraded()
    if codes:
        return Check(name, ok=False, says=tuple(sentences[code] for code in codes), codes=codes)
    return Check(name, ok=True, says=(_("All that was asked for is looked at."),))


LOOKS: Final[dict[str, Callable[[str], Check]]] = {
    gettext_noop("authority"): authority,
    gettext_noop("alerts"): alerts,
    gettext_noop("lists"): known_lists,
    gettext_noop("legal basis"): legal_basis,
    gettext_noop("workers"): workers,
    gettext_noop("waiting work"): waiting_work,
    gettext_noop("failed work"): failed_work,
    gettext_noop("callbacks"): callbacks,
    gettext_noop("audit trail"): audit_trail,
    gettext_noop("conversations"): conversations,
}


def _names(names: list[str]) -> str:
    more = len(names) - NAMED
    shown = ", ".join(sorted(names)[:NAMED])
    return _("%(names)s and %(count)d more") % {"names": shown, "count": more} if more > 0 else shown


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
