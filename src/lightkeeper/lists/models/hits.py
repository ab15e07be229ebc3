"""Hits: which entry matched which item, for how often and from how many uploaders an entry matches."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lightkeeper.lists.models.entries import Entry


class Hit(models.Model):
    """An entry matched an item, last at this time.

    ``item`` and ``uploader`` are blind indexes; where no uploader is known the submission's own stands for one.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="hits")
    item = models.BinaryField(max_length=32)
    uploader = models.BinaryField(max_length=32)
    distance = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "item", "uploader"], name="hit_once_an_uploader"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entry", "at"], name="hit_by_time"),
        ]

    def __str__(self) -> str:
        return f"hit {self.pk}"
