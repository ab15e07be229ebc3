"""Grades: what a person judged an item to be."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.people.models import Person
from lightkeeper.review.models.case import CaseItem
from lightkeeper.review.states import GradeState
from lightkeeper.review.types import Confidence, GradePart


class Grade(models.Model):
    """One judgement of one person. Once it stands it never changes; who thinks otherwise later writes another.

    The words are those of the vocabulary of that version (``review/vocabularies``); ``creation`` and ``annotations``
    are lists of codes. ``seen``: the highest level revealed to this person before, "" where nothing was: the record
    of what was not viewed. ``offered``: the grade that was offered and confirmed. ``note`` is sealed. ``label``: the
    text that goes with what is proposed, "" where it has none.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case_item = models.ForeignKey(CaseItem, on_delete=models.PROTECT, related_name="grades")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grades")
    part = models.CharField(max_length=9, choices=GradePart.choices)
    state = models.CharField(max_length=8, choices=GradeState.choices, default=GradeState.PENDING)
    vocabulary = models.CharField(max_length=24)
    policy = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20)
    uk_category = models.CharField(max_length=16, blank=True)
    industry_class = models.CharField(max_length=8, blank=True)
    interpol_baseline = models.CharField(max_length=8, blank=True)
    age_bracket = models.CharField(max_length=8, blank=True)
    sex = models.CharField(max_length=12, blank=True)
    creation = models.JSONField(default=list)
    annotations = models.JSONField(default=list)
    imminent = models.BooleanField(default=False)
    confidence = models.CharField(max_length=8, choices=Confidence.choices)
    reason = models.CharField(max_length=32, blank=True)
    note = models.BinaryField(null=True)
    proposed = models.CharField(max_length=16)
    label = models.CharField(max_length=64, blank=True)
    seen = models.CharField(max_length=8, blank=True)
    offered = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="confirmations")
    made_at = models.DateTimeField()
    stands_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=GradeState.values), name="grade_state_known"),
            models.CheckConstraint(condition=Q(part__in=GradePart.values), name="grade_part_known"),
            models.CheckConstraint(condition=Q(confidence__in=Confidence.values), name="grade_confidence_known"),
            models.CheckConstraint(
                condition=Q(state=GradeState.PENDING, ended_at=None)
                | (~Q(state=GradeState.PENDING) & Q(ended_at__isnull=False)),
                name="grade_ended_with_time",
            ),
            models.UniqueConstraint(
                fields=["case_item"], condition=Q(state=GradeState.PENDING), name="grade_one_pending_an_item"
            ),
            models.UniqueConstraint(
                fields=["case_item", "part"],
                condition=Q(state=GradeState.STANDING, part__in=[GradePart.FIRST, GradePart.SECOND]),
                name="grade_one_of_each_part",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-made_at"], name="grade_by_person"),
        ]

    def __str__(self) -> str:
        return f"grade {self.public}"
