"""Lists, their sealed entries, and the numbering of changes by which every process keeps its index fresh."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.lists.types import LARGEST_RADIUS, Algorithm, EntryState, ListStatus


class HashList(models.Model):
    """A set of known hashes and addresses from one source.

    ``version`` is the SHA-256 of the file that was last imported; ``rationale`` says why the radius is what it is,
    ``status_reason`` why the status is; ``trial_matches`` counts items that matched while it was on trial;
    ``import_token`` is the mark of the import that may write to the list (a later one takes it away).
    """

    name = models.CharField(max_length=100, unique=True)
    source = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=16, choices=ListStatus.choices)
    radius = models.PositiveSmallIntegerField(default=LARGEST_RADIUS)
    rationale = models.TextField(blank=True)
    status_reason = models.TextField(blank=True)
    version = models.CharField(max_length=64, blank=True)
    import_token = models.BigIntegerField(default=0)
    trial_matches = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(status__in=ListStatus.values), name="list_status_known"),
            models.CheckConstraint(condition=Q(radius__lte=LARGEST_RADIUS), name="list_radius_in_range"),
            models.CheckConstraint(condition=Q(trial_matches__gte=0), name="list_trial_matches_counted"),
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One entry: value, id and category sealed together, found by the blind index of its algorithm and value.

    ``changed`` is the number of the change that made it what it is, 0 while it is staged. ``pending`` is what the
    running import will make of it: the new sealed content, which takes effect with all others of the import at once.
    """

    list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="entries")
    algorithm = models.CharField(max_length=8, choices=Algorithm.choices)
    value_index = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    pending = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=EntryState.choices)
    changed = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["list", "value_index"], name="entry_once_a_list"),
            models.CheckConstraint(condition=Q(algorithm__in=Algorithm.values), name="entry_algorithm_known"),
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="entry_state_known"),
            models.CheckConstraint(
                condition=Q(state=EntryState.STAGED, changed=0, pending__isnull=False)
                | (~Q(state=EntryState.STAGED) & Q(changed__gt=0)),
                name="entry_staged_or_numbered",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["changed"], name="entry_by_change"),
            models.Index(fields=["list"], condition=Q(pending__isnull=False), name="entry_pending"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


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
