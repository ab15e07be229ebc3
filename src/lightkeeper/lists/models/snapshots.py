"""Snapshots: all that is searched as it was after one change, encrypted and signed, from which a node starts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Snapshot(models.Model):
    """One snapshot. ``stamp`` is its change's; ``signature`` is over all that stands here and the parts' digests."""

    change = models.BigIntegerField(unique=True)
    stamp = models.UUIDField()
    format = models.PositiveSmallIntegerField()
    entries = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    parts = models.PositiveIntegerField()
    data_key = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    made_at = models.DateTimeField()
    complete = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"snapshot of change {self.change}"


class SnapshotPart(models.Model):
    """A part of a snapshot, encrypted; they are read in the order of their numbers, from 0."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="snapshotpart_once"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of snapshot {self.snapshot_id}"
