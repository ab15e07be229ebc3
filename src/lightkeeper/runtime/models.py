"""The tables of the room: keys under the master key, work rows, and which workers are alive."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lightkeeper.runtime.work.states import WorkState


class KeyRow(models.Model):
    """One version of one purpose's key, wrapped by a master key. Never deleted: what it sealed would be lost."""

    purpose = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="runtime_key_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="runtime_key_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} version {self.version}"


class Work(models.Model):
    """One thing to be done: what kind, about which row, when, how often tried, and who is doing it."""

    kind = models.CharField(max_length=60)
    subject = models.BigIntegerField(null=True)
    key = models.CharField(max_length=160, null=True, unique=True)  # NULL: need not be the only one
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, default="")
    last_error = models.CharField(max_length=100, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Whole ones: SQLite uses a partial index only where the state is written into the query.
            models.Index(fields=["state", "due_at", "id"], name="runtime_work_due"),
            models.Index(fields=["state", "lease_until"], name="runtime_work_leases"),
            models.Index(fields=["state", "finished_at"], name="runtime_work_finished"),
            models.Index(fields=["kind", "subject"], name="runtime_work_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WorkState.values), name="runtime_work_state"),
            models.CheckConstraint(
                condition=Q(state="leased", lease_until__isnull=False) & ~Q(leased_by="")
                | ~Q(state="leased") & Q(lease_until__isnull=True, leased_by=""),
                name="runtime_work_lease_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "dead"], finished_at__isnull=False)
                | Q(state__in=["waiting", "leased"], finished_at__isnull=True),
                name="runtime_work_finished_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class WorkerPresence(models.Model):
    """A worker that says every few seconds that it lives."""

    name = models.CharField(max_length=80, unique=True)
    version = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
