"""Leases: a person's temporary sole claim on a case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.people.models import Person
from lightkeeper.review.models.case import Case
from lightkeeper.review.types import LeaseEnd


class Lease(models.Model):
    """Who has a case. A case has one open lease at most, a person one too; it is silent 60 s after ``beat_at``."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="leases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leases")
    taken_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=12, choices=LeaseEnd.choices, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended="") | Q(ended_at__isnull=False, ended__in=LeaseEnd.values),
                name="lease_ended_with_reason",
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="lease_one_a_case"),
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="lease_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"lease {self.pk}"
