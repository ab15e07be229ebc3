"""What the figures keep: what is counted, years that are closed, who reviewed how well hash matching serves."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lightkeeper.figures.kinds import Unit
from lightkeeper.people.models import Person

FACTS = (Unit.REPORT, Unit.URL, Unit.IMAGE, Unit.VIDEO, Unit.NOTICE, Unit.PAIR)
"""The units of which a fact is one."""


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


class Fact(models.Model):
    """One thing that is counted, plain and without a name: what it is, when, and what people found of it.

    ``subject`` is the number of the case's item, of a ``notice`` its own, by which a fact is written anew or goes; None
    where nobody can be asked any more. Codes are those of the hotline's vocabulary, "" where a question does not apply.
    ``at`` is when the judgement was final, a ``report``'s too: it is assessed then; of a ``notice`` when it was sent.
    ``domain`` is the blind index of the name that somebody registered; ``hours`` how long after a notice it was gone.
    """

    unit = models.CharField(max_length=8, choices=[(one.value, one.value) for one in FACTS])
    at = models.DateTimeField()
    subject = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=20)
    source = models.CharField(max_length=24, blank=True)
    category = models.CharField(max_length=16, blank=True)
    age_bracket = models.CharField(max_length=8, blank=True)
    sex = models.CharField(max_length=12, blank=True)
    creation = models.CharField(max_length=20, blank=True)
    site_type = models.CharField(max_length=16, blank=True)
    access = models.CharField(max_length=16, blank=True)
    commercial = models.CharField(max_length=16, blank=True)
    hosting_country = models.CharField(max_length=8, blank=True)
    tld = models.CharField(max_length=63, blank=True)
    domain = models.BinaryField(max_length=32, null=True)
    hours = models.PositiveIntegerField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "at"], name="figures_fact_counted"),
            models.Index(fields=["subject"], name="figures_fact_of"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.pk}"


class ClosedYear(models.Model):
    """A year whose numbers do not change any more: who closed it, and a digest of all that its report says."""

    year = models.PositiveSmallIntegerField(unique=True)
    organisation = models.CharField(max_length=200)
    threshold = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"figures of {self.year}"


class FrozenChart(models.Model):
    """A chart of a closed year as it was printed: its cells with unit, definition and query, and no record."""

    year = models.ForeignKey(ClosedYear, on_delete=models.CASCADE, related_name="charts")
    place = models.PositiveSmallIntegerField()
    content = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["year", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["year", "place"], name="figures_chart_once")
        ]

    def __str__(self) -> str:
        return f"chart {self.place} of {self.year_id}"
