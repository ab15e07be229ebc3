"""Feedback: what a person's grade says of an entry, on its way to the source."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.lists.models.entries import Entry
from lightkeeper.lists.types import FeedbackState, Opinion


class Feedback(models.Model):
    """One opinion of an entry that the source is told. ``grade`` is the key of the grade it follows from.

    ``reason`` is one of the source's codes, needed where an opinion is negative.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="feedback")
    grade = models.BigIntegerField()
    opinion = models.CharField(max_length=8, choices=Opinion.choices)
    reason = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=8, choices=FeedbackState.choices, default=FeedbackState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, default="", blank=True)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(opinion__in=Opinion.values), name="feedback_opinion_known"),
            models.CheckConstraint(condition=Q(state__in=FeedbackState.values), name="feedback_state_known"),
            models.CheckConstraint(
                condition=Q(state=FeedbackState.QUEUED, ended_at__isnull=True)
                | (~Q(state=FeedbackState.QUEUED) & Q(ended_at__isnull=False)),
                name="feedback_ended_with_time",
            ),
            models.UniqueConstraint(fields=["entry", "grade"], name="feedback_once_a_grade"),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"
