"""Who calls the API: clients, their keys, and the meters that count what their keys spend."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Client(models.Model):
    """A platform (or a part of one) that calls the API, and where it wants to be called back."""

    name = models.CharField(max_length=80, unique=True)
    callback_url = models.CharField(max_length=500, default="", blank=True)
    callback_events = models.CharField(max_length=400, default="", blank=True)
    """The events that it takes, with spaces between, in order."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A client has a name, and events exactly where it has an address."""

        constraints = (
            models.CheckConstraint(
                condition=Q(callback_url="", callback_events="") | ~Q(callback_url="") & ~Q(callback_events=""),
                name="people_client_callbacks_whole",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="people_client_named"),
        )

    def __str__(self) -> str:
        return self.name


class Meter(models.Model):
    """What was taken from an allowance within the running period. A rotated key goes on with its old one's meters."""

    period = models.BigIntegerField(default=0)
    """Number of the minute or day since 1970 (UTC) that ``taken`` counts in; never goes back."""
    taken = models.BigIntegerField(default=0)
    alerted_period = models.BigIntegerField(default=-1)
    """The last period in which somebody was told that nothing is left."""

    class Meta:
        """Nothing is given back."""

        constraints = (models.CheckConstraint(condition=Q(taken__gte=0), name="people_meter_not_negative"),)

    def __str__(self) -> str:
        return f"meter {self.pk}"


class ApiKey(models.Model):
    """A key of a client. Its text is shown once; of it stays the public ``key_id`` and a digest."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="keys")
    key_id = models.CharField(max_length=16, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    """SHA-256 of the whole text of the key; its secret has 256 random bits, so nothing slower is needed."""
    scopes = models.CharField(max_length=80)
    """The scopes, with spaces between, by the alphabet."""
    both_allowed = models.BooleanField(default=False)
    """Somebody insisted that this key may both look up and submit."""
    rate_per_minute = models.PositiveIntegerField()
    lookup_per_day = models.PositiveIntegerField()
    request_meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")
    lookup_meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", db_index=False
    )

    class Meta:
        """What no key may be, whoever makes it."""

        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="people_key_expires_later",
            ),
            models.CheckConstraint(condition=~Q(scopes=""), name="people_key_scoped"),
            # Whoever can submit and look up can find out which of its own pictures are known.
            models.CheckConstraint(
                condition=Q(both_allowed=True) | ~(Q(scopes__contains="lookup") & Q(scopes__contains="submit")),
                name="people_key_lookup_apart",
            ),
            models.CheckConstraint(condition=Q(rate_per_minute__gte=1), name="people_key_rate"),
        )

    def __str__(self) -> str:
        return self.key_id
