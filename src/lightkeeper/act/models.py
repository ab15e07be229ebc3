"""The tables of the room: callbacks, whether a client's are held, and the keys that sign them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lightkeeper.act.states import OPEN, CallbackState, Pause, SigningKeyState
from lightkeeper.people.models import Client

OPEN_STATES = Q(state__in=[state.value for state in OPEN])


class Callback(models.Model):
    """One message to a platform. What it says is sealed; what the platform answers is a number and never its text."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="callbacks")
    subject_index = models.BinaryField(max_length=32)
    """What it is about, as a blind index: callbacks with the same one are sent one after the other."""
    sequence = models.PositiveBigIntegerField()
    """Its place among the callbacks about the same thing: grows, with gaps."""
    event = models.CharField(max_length=60)
    payload = models.BinaryField()
    idempotency_id = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.WAITING)
    turn = models.BooleanField(default=False)
    """It is the one that is being sent of those about the same thing: a row of work is about it, or it is held."""
    held = models.BooleanField(default=False)
    """Its turn came while its client's callbacks were paused."""
    attempts = models.PositiveIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_code = models.CharField(max_length=64, default="", blank=True)
    """Why the last attempt failed where there was no answer."""
    created_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Order and state are the database's to keep."""

        constraints = (
            models.UniqueConstraint(fields=["client", "subject_index", "sequence"], name="act_callback_order"),
            models.CheckConstraint(condition=Q(state__in=CallbackState.values), name="act_callback_state"),
            models.CheckConstraint(
                condition=OPEN_STATES & Q(finished_at__isnull=True) | ~OPEN_STATES & Q(finished_at__isnull=False),
                name="act_callback_finished_whole",
            ),
            models.UniqueConstraint(
                fields=["client", "subject_index"], condition=Q(turn=True), name="act_callback_one_turn"
            ),
            models.CheckConstraint(condition=Q(turn=False) | OPEN_STATES, name="act_callback_turn_open"),
            models.CheckConstraint(condition=Q(held=False) | Q(turn=True), name="act_callback_held_in_turn"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="act_callback_sequence"),
            models.CheckConstraint(condition=Q(give_up_at__gt=F("created_at")), name="act_callback_give_up_later"),
        )
        indexes = (
            models.Index(fields=["client", "subject_index"], condition=OPEN_STATES, name="act_callback_open"),
            models.Index(fields=["client", "state", "-id"], name="act_callback_browse"),
            models.Index(fields=["state", "finished_at"], name="act_callback_prune"),
        )

    def __str__(self) -> str:
        return f"callback {self.pk}"


class Channel(models.Model):
    """Whether a client's callbacks are held, and since when its address says that it is gone."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="channel", primary_key=True)
    gone_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=10, choices=Pause.choices, default="", blank=True)

    class Meta:
        """A pause has a time and a reason."""

        constraints = (
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_why="")
                | Q(paused_at__isnull=False, paused_why__in=Pause.values),
                name="act_channel_pause_whole",
            ),
        )

    def __str__(self) -> str:
        return f"channel of client {self.pk}"


class SigningKey(models.Model):
    """A key that signs a client's callbacks. Its text is shown once and kept sealed; when retired it is destroyed."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="signing_keys")
    key_id = models.CharField(max_length=16, unique=True)
    secret = models.BinaryField()
    state = models.CharField(max_length=8, choices=SigningKeyState.choices)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """One key signs, one may be next, and a retired one is no secret any more."""

        constraints = (
            models.UniqueConstraint(
                fields=["client", "state"], condition=~Q(state="retired"), name="act_signing_key_one_each"
            ),
            models.CheckConstraint(
                condition=Q(state="retired", secret=b"", retired_at__isnull=False)
                | Q(state__in=["current", "next"], retired_at__isnull=True) & ~Q(secret=b""),
                name="act_signing_key_state",
            ),
        )

    def __str__(self) -> str:
        return self.key_id
