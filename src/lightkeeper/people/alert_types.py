"""The words of alerts: what they may be about, their states, how a contact is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertKind(models.TextChoices):
    """Everything that an alert may be about."""

    ADDRESS_RETURNED = "address_returned", _("An address that was gone is there again")
    AUDIT_BREAK = "audit_break", _("The audit trail does not verify")
    CALLBACK_DEAD = "callback_dead", _("A callback was given up after days of attempts")
    CALLBACK_PAUSED = "callback_paused", _("A platform's callback address is gone; its callbacks are held")
    DANGER_REPORT = "danger_report", _("A user says that a child is in danger, about something unknown here")
    DEAD_LETTERS = "dead_letters", _("Work was given up after its last attempt")
    ENTRY_FLOODED = "entry_flooded", _("An entry of a list matched too many uploads at once; it is quarantined")
    LEGAL_BASIS_LAPSING = "legal_basis_lapsing", _("The legal basis of a surface is about to lapse, or has lapsed")
    LIST_STALE = "list_stale", _("A list has not been renewed for too long")
    LIST_SYNC_FAILED = "list_sync_failed", _("A list could not be fetched from its source several times in a row")
    LOOKUP_BUDGET = "lookup_budget", _("A key has used up its look-ups of the day")
    MATCHING_REVIEW_DUE = (
        "matching_review",
        _("Hash matching is to be reviewed, as every six months"),
    )
    PROBING = "probing", _("An uploader sends near-duplicates, as if to try out what is found")
    REPORT_FAILED = "report_failed", _("A report was refused; a person must correct it")
    REPORT_HELD = "report_held", _("A report cannot be sent until something is mended")
    REPORT_SCHEMA_CHANGED = "report_schema", _("An authority's schema of reports has changed")
    REQUEST_EMERGENCY = "request_emergency", _("An authority asks for data because somebody is in danger now")
    REQUEST_OVERDUE = "request_overdue", _("A request of an authority is overdue")
    REQUEST_RUNS_OUT = "request_runs_out", _("What an authority asked to preserve runs out soon, or has")
    SETTLED_ALONE = "settled_alone", _("One person settled alone what waited for a second")
    TAKEDOWN_FAILED = "takedown_failed", _("A takedown notice could not be sent")
    TAKEDOWN_OVERDUE = "takedown_overdue", _("An address should be gone by now")
    TREND_RISE = "trend_rise", _("Something comes up more often than chance explains")
    URGENT_CASE = "urgent_case", _("An urgent case waits for a person")
    VAULT_DAMAGE = "vault_damage", _("An object of the vault is missing, altered or truncated")


class AlertState(models.TextChoices):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


ALERT_MOVES: Final[dict[AlertState, frozenset[AlertState]]] = {
    AlertState.OPEN: frozenset({AlertState.ACKNOWLEDGED, AlertState.CLOSED}),
    AlertState.ACKNOWLEDGED: frozenset({AlertState.CLOSED}),
    AlertState.CLOSED: frozenset(),
}
"""State -> states that may follow; each by a person with ``alert:acknowledge``."""


class Channel(models.TextChoices):
    """How a contact is told."""

    EMAIL = "email", _("e-mail")
    WEBHOOK = "webhook", _("signed webhook")


class DeliveryState(models.TextChoices):
    """How one telling went."""

    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OnCall:
    """How on-call stands: what the status page shows."""

    contacts: int
    open_alerts: int
    urgent_open: int
    oldest_open_at: datetime | None
    unanswered: int
    """Open alerts that went round the whole rota as often as they may."""

    @property
    def quiet(self) -> bool:
        """Whether nobody would hear of an alert."""
        return self.contacts == 0


class AlertError(Exception):
    """What was asked about an alert or the rota cannot be done; the message is a sentence for whoever asked."""
