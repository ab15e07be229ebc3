"""Exchanges: where a list is fetched from, each fetch that was made, and the records that could not be used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.lists.models.lists import HashList
from lightkeeper.lists.types import ExchangeKind, RunOutcome


class Exchange(models.Model):
    """Where a list comes from, and how far it was fetched.

    ``options`` are those of the kind (environment, address, mapping), never a secret; ``credentials`` are sealed.
    ``checkpoint`` is where the next fetch goes on, as the source has it, None before the first; ``failures`` counts
    runs in a row that did not end well. ``feedback``: what people grade is told to the source.
    """

    list = models.OneToOneField(HashList, on_delete=models.PROTECT, related_name="exchange")
    kind = models.CharField(max_length=16, choices=ExchangeKind.choices)
    options = models.JSONField(default=dict)
    credentials = models.BinaryField(null=True)
    enabled = models.BooleanField(default=True)
    feedback = models.BooleanField(default=False)
    every_minutes = models.PositiveIntegerField(default=60)
    checkpoint = models.JSONField(null=True)
    failures = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    complete_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=ExchangeKind.values), name="exchange_kind_known"),
            models.CheckConstraint(condition=Q(every_minutes__gt=0), name="exchange_every_positive"),
        ]

    def __str__(self) -> str:
        return f"exchange {self.pk}"


class SyncRun(models.Model):
    """One fetch: what came of it, in counts and one sentence (``problem``) that holds no value.

    ``unsearched`` counts values of kinds that are not searched for here (PhotoDNA and others): no fault of anybody.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="runs")
    outcome = models.CharField(max_length=12, choices=RunOutcome.choices, default=RunOutcome.RUNNING)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)
    records = models.PositiveBigIntegerField(default=0)
    added = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    withdrawn = models.PositiveBigIntegerField(default=0)
    set_aside = models.PositiveBigIntegerField(default=0)
    unsearched = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(outcome__in=RunOutcome.values), name="syncrun_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=RunOutcome.RUNNING, ended_at__isnull=True)
                | (~Q(outcome=RunOutcome.RUNNING) & Q(ended_at__isnull=False)),
                name="syncrun_ended_with_time",
            ),
            models.UniqueConstraint(
                fields=["exchange"], condition=Q(outcome=RunOutcome.RUNNING), name="syncrun_one_at_a_time"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exchange", "-begun_at"], name="syncrun_by_exchange"),
        ]

    def __str__(self) -> str:
        return f"sync run {self.pk}"


class SetAside(models.Model):
    """A record of a source that could not be used: where it stood and what is wrong with it, never its value.

    ``record`` is the source's own id of it if it has one that can be shown (a number or a short code), else "".
    """

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="set_asides")
    page = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    record = models.CharField(max_length=64, default="", blank=True)
    problem = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"record {self.position} of page {self.page}"
