"""What the figures keep: who reviewed how well hash matching serves."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lightkeeper.people.models import Person


class MatchingReview(models.Model):
    """That a person looked at how well hash matching serves, what it showed, and what they concluded; never changed.

    ``shown`` is the record as it stood (``matching.record``); the three texts are the person's own: why the sets of
    hashes are appropriate, why the balance of precision and recall is, why so much is reviewed by people.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="matching_reviews")
    made_at = models.DateTimeField()
    shown = models.JSONField()
    why_lists = models.TextField()
    why_balance = models.TextField()
    why_share = models.TextField()
    next_due = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(next_due__gt=F("made_at")), name="figures_review_due_later"),
            models.CheckConstraint(
                condition=~Q(why_lists="") & ~Q(why_balance="") & ~Q(why_share=""), name="figures_review_said_why"
            ),
        ]

    def __str__(self) -> str:
        return f"review of hash matching {self.pk}"
