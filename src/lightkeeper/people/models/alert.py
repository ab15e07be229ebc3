"""What a person must hear of soon, whom it is told to, and how that went."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lightkeeper.people.alert_types import AlertKind, AlertState, Channel, DeliveryState


class Alert(models.Model):
    """Something a person must look at. It holds codes and an address within the console, never content."""

    kind = models.CharField(max_length=40, choices=AlertKind.choices)
    key = models.CharField(max_length=120)
    """What it is about; while an alert is not closed, raising another one with its key changes only its count."""
    urgent = models.BooleanField()
    path = models.CharField(max_length=200)
    details = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=AlertState.choices, default=AlertState.OPEN)
    times = models.PositiveIntegerField(default=1)
    """How often it was raised; counted at most once a minute."""
    step = models.PositiveIntegerField(default=0)
    """How many contacts were tried."""
    next_at = models.DateTimeField(default=timezone.now)
    """When the next contact is told, at the earliest."""
    unanswered_at = models.DateTimeField(null=True)
    """When the last round through the rota ended without an answer."""
    raised_at = models.DateTimeField(default=timezone.now)
    last_raised_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="acknowledged_alerts"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """One open alert of a key; a state and its times go together."""

        indexes = (models.Index(fields=["state", "-raised_at"], name="people_alert_state"),)
        constraints = (
            models.UniqueConstraint(fields=["key"], condition=~Q(state="closed"), name="people_alert_one_open"),
            models.CheckConstraint(condition=Q(state__in=AlertState.values), name="people_alert_state_known"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="people_alert_acknowledged_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="open", acknowledged_at__isnull=True, closed_at__isnull=True)
                | Q(state="acknowledged", acknowledged_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="people_alert_state_whole",
            ),
            models.CheckConstraint(condition=Q(last_raised_at__gte=F("raised_at")), name="people_alert_times"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Contact(models.Model):
    """One place of the rota: a person, how they are told, and how long they have before the next one is told."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contacts")
    position = models.PositiveIntegerField(unique=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=500)
    """An e-mail address, or the webhook's URL."""
    secret = models.BinaryField(default=b"")
    """A webhook's signing key, sealed."""
    escalate_minutes = models.PositiveSmallIntegerField(default=15)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The rota in its order; a webhook has a key, an e-mail address has none."""

        ordering = ("position",)
        constraints = (
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="people_contact_channel"),
            models.CheckConstraint(
                condition=Q(channel="email", secret=b"") | Q(channel="webhook") & ~Q(secret=b""),
                name="people_contact_secret",
            ),
            models.CheckConstraint(
                condition=Q(escalate_minutes__gte=1, escalate_minutes__lte=1440), name="people_contact_minutes"
            ),
        )

    def __str__(self) -> str:
        return f"contact {self.position}"


class AlertDelivery(models.Model):
    """One telling of one contact: that it went out, or a code that says why it did not."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")
    step = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    code = models.CharField(max_length=64, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One telling a step."""

        constraints = (
            models.UniqueConstraint(fields=["alert", "step"], name="people_delivery_step"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="people_delivery_state"),
        )

    def __str__(self) -> str:
        return f"{self.alert} step {self.step}"
