"""What other rooms and the pages ask about alerts and on-call."""

from __future__ import annotations

from django.db.models import Count, Min, Q

from lightkeeper.people.alert_types import AlertState, OnCall
from lightkeeper.people.models import Alert, Contact


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
