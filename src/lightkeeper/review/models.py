"""Cases, what made them, and what there is to see of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.record.models import Item, VaultObject
from lightkeeper.review.states import CaseState
from lightkeeper.review.types import CaseReason, FindingKind, MediaKind


class Case(models.Model):
    """One item before a person. ``reason`` is why it was opened; each sighting has a reason of its own.

    ``imminent``: somebody says that a child is in danger now; such a case comes before all others.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.WAITING)
    reason = models.CharField(max_length=16, choices=CaseReason.choices)
    imminent = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(reason__in=CaseReason.values), name="case_reason_known"),
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED, closed_at__isnull=False)
                | (~Q(state=CaseState.CLOSED) & Q(closed_at__isnull=True)),
                name="case_closed_with_time",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state=CaseState.WAITING), name="case_one_waiting_an_item"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-imminent", "opened_at"], name="case_in_queue")
        ]

    def __str__(self) -> str:
        return f"case {self.public}"


class Sighting(models.Model):
    """One submission or user report that opened or joined a case.

    ``source`` is the blind index by which the submission is found. ``context`` is what came with it, sealed; None
    once it was erased. A withdrawn sighting stays: its case is for a person to close.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sightings")
    source = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=16, choices=CaseReason.choices)
    context = models.BinaryField(null=True)
    seen_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(reason__in=CaseReason.values), name="sighting_reason_known"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, context__isnull=False)
                | Q(erased_at__isnull=False, context__isnull=True),
                name="sighting_erased_without_context",
            ),
            models.UniqueConstraint(fields=["case", "source"], name="sighting_once_a_case"),
        ]

    def __str__(self) -> str:
        return f"sighting {self.pk}"


class Finding(models.Model):
    """Evidence of one detector: which entry of which list, how near. ``sealed`` holds the list's label and category."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=8, choices=FindingKind.choices)
    list_id = models.BigIntegerField(null=True)
    list_name = models.CharField(max_length=100)
    list_version = models.CharField(max_length=64, blank=True)
    entry = models.BigIntegerField(null=True)
    sealed = models.BinaryField()
    algorithm = models.CharField(max_length=8)
    distance = models.PositiveSmallIntegerField()
    variant = models.CharField(max_length=80, blank=True)
    tier = models.CharField(max_length=8)
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind_known"),
            models.CheckConstraint(condition=Q(distance__lte=256), name="finding_distance_in_range"),
            models.UniqueConstraint(fields=["case", "list_name", "entry", "algorithm"], name="finding_once_a_case"),
        ]

    def __str__(self) -> str:
        return f"finding {self.pk}"


class Media(models.Model):
    """An object of the vault that shows a case's item: the original, or one of its derivatives."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(max_length=8, choices=MediaKind.choices)
    vault_object = models.OneToOneField(VaultObject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=MediaKind.values), name="media_kind_known"),
            models.UniqueConstraint(fields=["case", "kind"], name="media_once_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of case {self.case_id}"
