"""Raising, acknowledging and closing alerts. How contacts are told is ``on_call.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.people.alert_types import ALERT_MOVES, AlertError, AlertKind, AlertState
from lightkeeper.people.models import Alert
from lightkeeper.record.events import DETAIL_CODE, Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Detail, Details, Subject
from lightkeeper.runtime.services import add_work

if TYPE_CHECKING:
    from lightkeeper.people.models import Person

NOTIFY: Final = "people:notify"
"""The work of telling the next contact of an alert; its subject is the alert."""
COUNTED_EVERY: Final = timedelta(minutes=1)


@transaction.atomic
def raise_alert(
    kind: AlertKind, *, key: str, urgent: bool, path: str, details: Mapping[str, Detail] | None = None
) -> int:
    """Tell whoever is on call that something must be looked at; gives the alert's row. In the caller's transaction.

    While an alert with this key is not closed, only its count goes up (and it may become urgent). ``path`` is where in
    the console it can be looked at; ``details`` are codes and numbers. Raises ValueError if they are anything else.
    """
    details = dict(details or {})
    if any(isinstance(value, str) and not DETAIL_CODE.fullmatch(value) for value in details.values()):
        raise ValueError("details of an alert are codes and numbers")
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("the path of an alert is within the console")
    known = _again(key, urgent=urgent)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            now = timezone.now()
            alert = Alert.objects.create(
                kind=kind, key=key, urgent=urgent, path=path, details=details, raised_at=now, last_raised_at=now
            )
    except IntegrityError:  # somebody raised it in this moment
        known = _again(key, urgent=urgent)
        if known is None:
            raise
        return known
    shown: Details = {"kind": kind.value, "urgent": urgent}
    write_event(Event.PEOPLE_ALERT_RAISED, actor=Actor.system(), subject=_subject(alert.pk), details=shown)
    tell(alert)
    return alert.pk


@transaction.atomic
def acknowledge_alert(*, alert_id: int, by: Person, actor: Actor) -> None:
    """Somebody has taken the alert up: nobody else is told. Raises AlertError if it is not open any more."""
    alert = _move(alert_id, AlertState.ACKNOWLEDGED)
    alert.acknowledged_at = timezone.now()
    alert.acknowledged_by = by
    alert.save(update_fields=["state", "acknowledged_at", "acknowledged_by"])
    write_event(Event.PEOPLE_ALERT_ACKNOWLEDGED, actor=actor, subject=_subject(alert_id))


@transaction.atomic
def close_alert(*, alert_id: int, actor: Actor) -> None:
    """The matter is settled; if it comes up again, it is a new alert. Raises AlertError if it is closed already."""
    alert = _move(alert_id, AlertState.CLOSED)
    alert.closed_at = timezone.now()
    alert.save(update_fields=["state", "closed_at"])
    write_event(Event.PEOPLE_ALERT_CLOSED, actor=actor, subject=_subject(alert_id))


def tell(alert: Alert) -> None:
    """Have the next contact told at once. What was planned for later then finds that it is too early."""
    Alert.objects.filter(pk=alert.pk).update(next_at=timezone.now())
    add_work(NOTIFY, subject=alert.pk)


def _again(key: str, *, urgent: bool) -> int | None:
    alert = Alert.objects.filter(key=key).exclude(state=AlertState.CLOSED).first()
    if alert is None:
        return None
    now = timezone.now()
    if alert.last_raised_at <= now - COUNTED_EVERY:
        Alert.objects.filter(pk=alert.pk).update(times=F("times") + 1, last_raised_at=now)
    if (
        urgent
        and alert.state == AlertState.OPEN
        and Alert.objects.filter(pk=alert.pk, urgent=False).update(urgent=True)
    ):
        alert.urgent = True
        tell(alert)
    return alert.pk


def _move(alert_id: int, state: AlertState) -> Alert:
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise AlertError(_("There is no such alert."))
    if state not in ALERT_MOVES[AlertState(alert.state)]:
        raise AlertError(_("This alert is %(state)s already.") % {"state": alert.state})
    alert.state = state
    return alert


def _subject(alert_id: int) -> Subject:
    return Subject("alert", str(alert_id))
