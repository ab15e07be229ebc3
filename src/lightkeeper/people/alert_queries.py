"""What other rooms and the pages ask about alerts and on-call."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, Min, Q

from lightkeeper.people.alert_types import AlertState, OnCall
from lightkeeper.people.models import Alert, AlertDelivery, Contact

MOST: Final = 200
"""Open alerts that a page shows."""


def on_call() -> OnCall:
    """Say how on-call stands, for the status page."""
    alerts = Alert.objects.filter(state=AlertState.OPEN).aggregate(
        open=Count("pk"),
        urgent=Count("pk", filter=Q(urgent=True)),
        oldest=Min("raised_at"),
        unanswered=Count("pk", filter=Q(unanswered_at__isnull=False)),
    )
    return OnCall(
        contacts=Contact.objects.filter(person__is_active=True).count(),
        open_alerts=alerts["open"],
        urgent_open=alerts["urgent"],
        oldest_open_at=alerts["oldest"],
        unanswered=alerts["unanswered"],
    )


def not_closed() -> list[Alert]:
    """Give the alerts that are open or acknowledged: urgent ones first, then the oldest."""
    rows = Alert.objects.exclude(state=AlertState.CLOSED).select_related("acknowledged_by")
    return list(rows.order_by("-state", "-urgent", "raised_at")[:MOST])


def lately_closed() -> list[Alert]:
    """Give the alerts that were closed last."""
    return list(Alert.objects.filter(state=AlertState.CLOSED).order_by("-closed_at")[:20])


def deliveries(alert_id: int) -> list[AlertDelivery]:
    """Give whom an alert was told to, in order."""
    return list(AlertDelivery.objects.filter(alert_id=alert_id).select_related("person").order_by("step"))


def rota() -> list[Contact]:
    """Give the rota in its order."""
    return list(Contact.objects.select_related("person").order_by("position"))
