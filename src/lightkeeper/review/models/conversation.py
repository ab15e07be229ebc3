"""What is known of a conversation before a person: its signals, the words that were asked for, marks and verdicts."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.people.models import Person
from lightkeeper.review.models.case import CaseItem
from lightkeeper.review.models.grade import Grade
from lightkeeper.review.types import Band, TextState


class Conversation(models.Model):
    """What the engine says of the pair: the highest band and score of any finding that came to the case.

    ``peers``: both are minors, so all of it is about safety and support. ``degraded``: codes of what the engine could
    not use. The ids of the two, as their platform writes them, are in the sealed context of the sighting.
    """

    case_item = models.OneToOneField(CaseItem, on_delete=models.CASCADE, related_name="conversation")
    client_id = models.BigIntegerField()
    band = models.CharField(max_length=8, choices=Band.choices)
    score = models.FloatField()
    fast = models.BooleanField(default=False)
    peers = models.BooleanField(default=False)
    degraded = models.JSONField(default=list)
    engine = models.CharField(max_length=64)
    findings = models.PositiveIntegerField(default=1)
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(band__in=Band.values), name="conversation_band_known"),
        ]

    def __str__(self) -> str:
        return f"conversation of case item {self.case_item_id}"


class ConversationSignal(models.Model):
    """One signal of one family as evidence: what was asked in words stands beside what was asked without them.

    ``evidence`` is keyed ids of messages and acts, 16 bytes each, one after the other.
    """

    case_item = models.ForeignKey(CaseItem, on_delete=models.CASCADE, related_name="signals")
    signal = models.CharField(max_length=40)
    family = models.CharField(max_length=16)
    contribution = models.FloatField()
    evidence = models.BinaryField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case_item", "signal", "family"], name="signal_once_a_family"),
            models.CheckConstraint(condition=Q(last_at__gte=models.F("first_at")), name="signal_times_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} of case item {self.case_item_id}"


class ConversationText(models.Model):
    """One asking for the words of a conversation, written before it was sent; ``sealed`` is what came, until purged.

    One asking at a time; one text at a time is kept for an item. ``messages`` counts what came.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case_item = models.ForeignKey(CaseItem, on_delete=models.CASCADE, related_name="texts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TextState.choices, default=TextState.ASKED)
    sealed = models.BinaryField(null=True)
    messages = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=TextState.values), name="text_state_known"),
            models.CheckConstraint(
                condition=Q(state=TextState.ASKED, ended_at=None)
                | (~Q(state=TextState.ASKED) & Q(ended_at__isnull=False)),
                name="text_ended_with_time",
            ),
            models.CheckConstraint(
                condition=Q(state=TextState.KEPT, sealed__isnull=False) | (~Q(state=TextState.KEPT) & Q(sealed=None)),
                name="text_sealed_while_kept",
            ),
            models.CheckConstraint(
                condition=Q(state=TextState.PURGED, purged_at__isnull=False)
                | (~Q(state=TextState.PURGED) & Q(purged_at=None)),
                name="text_purged_with_time",
            ),
            models.UniqueConstraint(
                fields=["case_item"], condition=Q(state=TextState.ASKED), name="text_asked_once_at_a_time"
            ),
            models.UniqueConstraint(fields=["case_item"], condition=Q(state=TextState.KEPT), name="text_kept_once"),
        ]

    def __str__(self) -> str:
        return f"text of case item {self.case_item_id}"


class EvidenceMark(models.Model):
    """A message that a reviewer marked as evidence, by its keyed id. Everybody marks for themselves: it is blind."""

    case_item = models.ForeignKey(CaseItem, on_delete=models.CASCADE, related_name="evidence_marks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    message = models.BinaryField(max_length=16)
    marked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case_item", "person", "message"], name="evidence_marked_once"),
        ]

    def __str__(self) -> str:
        return f"mark of case item {self.case_item_id}"


class SignalVerdict(models.Model):
    """Whether a signal was right, as whoever graded said with the grade; it counts if the grade does."""

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="verdicts")
    signal = models.CharField(max_length=40)
    right = models.BooleanField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["grade", "signal"], name="verdict_once_a_signal"),
        ]

    def __str__(self) -> str:
        return f"verdict on {self.signal} with grade {self.grade_id}"
