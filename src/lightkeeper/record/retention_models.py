"""The tables of dated destruction: clocks, and the proofs of what was destroyed when one was due."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lightkeeper.record.retention_types import Blocked, Bound, Cause, ClockState, ClockSubject, Covers, ExtensionBasis

_BY_A_PERSON = Q(cause=Cause.PERSON)


class RetentionClock(models.Model):
    """One rule that runs about one case or report since a moment. A new rule, or a person's word, is another row.

    ``rule`` is a code of ``retention_rules``; ``policy`` the version in force at its start. ``blocked`` says why what
    is due was not destroyed at the last try, ``hold`` by which hold. Of one that a person started: who, on what basis,
    and why, sealed in ``note``.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_kind = models.CharField(max_length=16, choices=ClockSubject.choices)
    subject_id = models.CharField(max_length=64)
    rule = models.CharField(max_length=32)
    cause = models.CharField(max_length=16, choices=Cause.choices)
    covers = models.CharField(max_length=16, choices=Covers.choices)
    bound = models.CharField(max_length=16, choices=Bound.choices)
    policy = models.PositiveIntegerField()
    began_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=ClockState.choices, default=ClockState.RUNNING)
    ended_at = models.DateTimeField(null=True)
    blocked = models.CharField(max_length=16, choices=Blocked.choices, blank=True)
    hold = models.ForeignKey("record.Hold", models.PROTECT, null=True, related_name="+")
    placed_by = models.CharField(max_length=64, blank=True)
    basis = models.CharField(max_length=32, choices=ExtensionBasis.choices, blank=True)
    note = models.BinaryField(null=True)

    class Meta:
        """A rule runs once about a subject; a person's word is whole; an ended clock says when."""

        app_label = "record"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(state="running"), name="clock_due"),
            models.Index(fields=["subject_kind", "subject_id"], name="clock_by_subject"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(cause__in=Cause.values, covers__in=Covers.values, bound__in=Bound.values),
                name="clock_words_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None) | Q(state="destroyed", ended_at__isnull=False, blocked=""),
                name="clock_ended_with_time",
            ),
            models.CheckConstraint(
                condition=Q(blocked="hold", hold__isnull=False) | (~Q(blocked="hold") & Q(hold=None)),
                name="clock_blocked_by_which_hold",
            ),
            models.CheckConstraint(
                condition=(_BY_A_PERSON & ~Q(placed_by="") & ~Q(basis="") & Q(note__isnull=False, bound="at_least"))
                | (~_BY_A_PERSON & Q(placed_by="", basis="", note=None)),
                name="clock_by_name",
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "rule"],
                condition=Q(state="running") & ~_BY_A_PERSON,
                name="clock_once_a_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"clock {self.pk}"


class DestructionProof(models.Model):
    """What was destroyed on its day: numbers, and names that mean nothing by themselves; never content. Append-only.

    ``counts`` and ``objects`` are canonical JSON: how many of each kind; pairs of an object's UUID and its keyed index.
    ``digest`` is of all of it (``proofs.py``), and stands in the audit event as well. ``clock`` None: a restore
    destroyed again what the destruction log names.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    clock = models.ForeignKey(RetentionClock, models.PROTECT, null=True, related_name="proofs")
    subject_kind = models.CharField(max_length=16, choices=ClockSubject.choices)
    subject_id = models.CharField(max_length=64)
    rule = models.CharField(max_length=32)
    policy = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    destroyed_at = models.DateTimeField()
    counts = models.TextField()
    objects_destroyed = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        """Read by subject, and the newest first."""

        app_label = "record"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_id"], name="proof_by_subject")
        ]

    def __str__(self) -> str:
        return f"proof {self.public}"
