"""What protects the people who look: how much they saw, what they will not see, when they must rest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lightkeeper.people.models import Person


class DayExposure(models.Model):
    """How often and how long (seconds) somebody saw something at a level, on one day (UTC), over all devices."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="exposures")
    day = models.DateField()
    level = models.CharField(max_length=8)
    count = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "day", "level"], name="dayexposure_once")
        ]

    def __str__(self) -> str:
        return f"exposure of person {self.person_id}"


class Protection(models.Model):
    """How somebody strengthened the organisation's floor, and what they will not take: see ``review.protection``."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="protection")
    values = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"protection of person {self.person_id}"


class Shift(models.Model):
    """Where somebody is in their day: since when they look without a break, until when they rest, what is revealed.

    The row is also what a reveal locks, so that caps hold across devices. ``reveal``: the view log's open row.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="shift")
    looking_since = models.DateTimeField(null=True)
    last_looked_at = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    reveal = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"shift of person {self.person_id}"
