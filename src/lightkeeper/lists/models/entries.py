"""Entries of lists: sealed, found by the blind index of their value."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.lists.models.lists import HashList
from lightkeeper.lists.types import Algorithm, EntryState


class Entry(models.Model):
    """One entry: value, id and the source's category sealed together, found by the blind index of algorithm and value.

    ``record_index`` is the blind index of the source's record that it is part of, empty where the source has no records
    (a file): a record has several values, and one value can stand in several records of a source; each is an entry, so
    that what one member withdraws stays searched for as long as another member has it.

    ``changed`` is the number of the change that made it what it is, 0 while it is staged. ``pending`` is what the
    running import will make of it: the new sealed content, which takes effect with all others of the import at once,
    as do ``pending_category`` and ``pending_confidence``. ``category`` is ours, "" where the source's has none;
    ``confidence`` from 0 to 100, None where the source says none; ``upvotes`` and ``downvotes`` are those of the
    source's other members. ``state_reason`` says why a person (or the breaker of floods) made the state what it is, ""
    where the source did; it holds no value.
    """

    list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="entries")
    algorithm = models.CharField(max_length=12, choices=Algorithm.choices)
    value_index = models.BinaryField(max_length=32)
    record_index = models.BinaryField(max_length=32, default=b"")
    sealed = models.BinaryField()
    pending = models.BinaryField(null=True)
    state = models.CharField(max_length=12, choices=EntryState.choices)
    state_reason = models.CharField(max_length=300, default="", blank=True)
    category = models.CharField(max_length=16, default="", blank=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    pending_category = models.CharField(max_length=16, default="", blank=True)
    pending_confidence = models.PositiveSmallIntegerField(null=True)
    upvotes = models.PositiveSmallIntegerField(default=0)
    downvotes = models.PositiveSmallIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    state_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["list", "value_index", "record_index"], name="entry_once_a_record"),
            models.CheckConstraint(condition=Q(algorithm__in=Algorithm.values), name="entry_algorithm_known"),
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="entry_state_known"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__lte=100), name="entry_confidence_in_range"
            ),
            models.CheckConstraint(
                condition=Q(state=EntryState.STAGED, changed=0, pending__isnull=False)
                | (~Q(state=EntryState.STAGED) & Q(changed__gt=0)),
                name="entry_staged_or_numbered",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["changed"], name="entry_by_change"),
            models.Index(fields=["list", "record_index"], condition=~Q(record_index=b""), name="entry_by_record"),
            models.Index(fields=["list"], condition=Q(pending__isnull=False), name="entry_pending"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
