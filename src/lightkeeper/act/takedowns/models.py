"""Takedown notices: to whom, what was sent, what came back, and whether the address is there."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.act.takedowns.states import RecipientKind, ReplyKind, TakedownState, Way
from lightkeeper.people.models import Person
from lightkeeper.review.models import CaseItem

_SENT_WHOLE = Q(sent_at__isnull=True, way="") | Q(sent_at__isnull=False, way__in=Way.values)


class TakedownRecipient(models.Model):
    """Somebody who can be written to. ``hours``: within which it should be gone; ``language`` of what they are sent.

    ``country``: two letters, "" where it is in none. One that is ended is written to no more, and stays.
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=RecipientKind.choices)
    country = models.CharField(max_length=2, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8)
    hours = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="takedown_recipients")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "act"
        ordering: ClassVar[list[str]] = ["kind", "name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=RecipientKind.values), name="takedown_recipient_kind_known"),
            models.CheckConstraint(condition=Q(hours__gte=1), name="takedown_recipient_in_time"),
        ]

    def __str__(self) -> str:
        return self.name


class Takedown(models.Model):
    """One notice about one address. ``content`` is its subject and text with the address, sealed; empty once destroyed.

    ``message_id`` is the same however often it is sent: who gets it twice can see that. ``problem`` is a code of why it
    could not be sent. ``gone_at``: when it was first seen or said to be gone; ``due_at``: by when it should be.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case_item = models.ForeignKey(CaseItem, on_delete=models.PROTECT, related_name="takedowns")
    recipient = models.ForeignKey(TakedownRecipient, on_delete=models.PROTECT, related_name="takedowns")
    state = models.CharField(max_length=9, choices=TakedownState.choices, default=TakedownState.PREPARED)
    content = models.BinaryField()
    message_id = models.CharField(max_length=100, unique=True)
    way = models.CharField(max_length=4, choices=Way.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=64, blank=True)
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="takedowns_prepared")
    prepared_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="takedowns_sent")
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=TakedownState.values), name="takedown_state_known"),
            models.CheckConstraint(condition=_SENT_WHOLE, name="takedown_sent_whole"),
            models.CheckConstraint(
                condition=~Q(state__in=[TakedownState.GONE, TakedownState.RETURNED]) | Q(gone_at__isnull=False),
                name="takedown_gone_when",
            ),
            models.UniqueConstraint(
                fields=["case_item", "recipient"], condition=~Q(state=TakedownState.WITHDRAWN), name="takedown_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_at"], name="takedown_browse")]

    def __str__(self) -> str:
        return f"takedown {self.pk}"


class TakedownReply(models.Model):
    """What a recipient replied, as a person noted it; the note is sealed."""

    takedown = models.ForeignKey(Takedown, on_delete=models.CASCADE, related_name="replies")
    kind = models.CharField(max_length=8, choices=ReplyKind.choices)
    note = models.BinaryField(default=b"")
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="takedown_replies")
    noted_at = models.DateTimeField()

    class Meta:
        app_label = "act"
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"reply {self.pk} to takedown {self.takedown_id}"


class AddressLook(models.Model):
    """One look at whether an address answers: its status, or a code of why there was none. Nothing of what it holds."""

    takedown = models.ForeignKey(Takedown, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=32, blank=True)

    class Meta:
        app_label = "act"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status__isnull=False, problem="") | (Q(status=None) & ~Q(problem="")),
                name="address_look_whole",
            )
        ]

    def __str__(self) -> str:
        return f"look {self.pk} of takedown {self.takedown_id}"
