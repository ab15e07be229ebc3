"""The numbering of changes by which every process keeps its index fresh."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Clock(models.Model):
    """One row: the newest change. Whoever changes lists locks it first, so changes commit in the order of numbers."""

    number = models.BigIntegerField(default=0)
    stamp = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(id=1), name="clock_is_one_row"),
        ]

    def __str__(self) -> str:
        return f"change {self.number}"


class Change(models.Model):
    """One change that committed. Its stamp tells a process whether its index belongs to this history at all.

    After a restore of an older database the same numbers are given again; the stamps are others.
    """

    number = models.BigIntegerField(primary_key=True)
    stamp = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(number__gt=0), name="change_number_positive"),
        ]

    def __str__(self) -> str:
        return f"change {self.number}"
