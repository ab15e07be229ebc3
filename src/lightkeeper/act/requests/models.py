"""Requests from authorities: the request, what it is about, each step, and what was handed over."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lightkeeper.act.requests.states import (
    DATED,
    ENDED,
    ENDS,
    Authority,
    RequestKind,
    RequestState,
    StepKind,
    Way,
)
from lightkeeper.people.models import Client, Person
from lightkeeper.record.models import Hold
from lightkeeper.record.types import HoldSubject

_S = RequestState
ACCOUNT = "account"
"""What a request is about besides what a hold can stand on."""


class AuthorityRequest(models.Model):
    """One request. ``content`` is what it says, sealed: authority, reference, legal basis, text.

    ``reference_index`` finds it by the authority's reference. ``until`` is the time that a preservation or a delay asks
    for, ``renewals`` how often that was put off. ``follows`` is an earlier one that this belongs to. ``handler`` took
    it up; ``proposed_by`` says how it ends (``proposed``), and ``ended_by`` ended it: where ``second`` is set, another
    person. ``confirmed_at``: the authority was told that it was received. ``policy``: the version by which it ended.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=RequestKind.choices)
    authority = models.CharField(max_length=10, choices=Authority.choices)
    country = models.CharField(max_length=2)
    way = models.CharField(max_length=10, choices=Way.choices)
    content = models.BinaryField()
    reference_index = models.BinaryField(max_length=32)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.RECEIVED)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    renewals = models.PositiveSmallIntegerField(default=0)
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requests_registered")
    registered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    handler = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="requests_handled")
    proposed = models.CharField(max_length=10, blank=True, choices=RequestState.choices)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="requests_proposed")
    second = models.BooleanField(default=False)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="requests_ended")
    ended_at = models.DateTimeField(null=True)
    policy = models.PositiveIntegerField(null=True)

    class Meta:
        """Whoever ends a request is named, and where two are asked they are two."""

        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="request_kind_known"),
            models.CheckConstraint(condition=Q(authority__in=Authority.values), name="request_authority_known"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="request_way_known"),
            models.CheckConstraint(condition=Q(state__in=_S.values), name="request_state_known"),
            models.CheckConstraint(condition=Q(due_at__gte=F("received_at")), name="request_due_later"),
            models.CheckConstraint(
                condition=Q(kind__in=DATED, until__isnull=False) | (~Q(kind__in=DATED) & Q(until=None)),
                name="request_until_where_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[_S.RECEIVED, _S.WITHDRAWN]) | Q(handler__isnull=False),
                name="request_handled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[_S.WAITING, *ENDS], proposed__in=ENDS, proposed_by__isnull=False)
                | Q(state__in=[_S.RECEIVED, _S.LOOKED_AT, _S.WITHDRAWN], proposed="", proposed_by=None),
                name="request_proposed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ENDS) | Q(proposed=F("state"), policy__isnull=False),
                name="request_ends_as_proposed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False, ended_by__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at=None, ended_by=None)),
                name="request_ended_whole",
            ),
            models.CheckConstraint(
                condition=Q(second=False) | (Q(state__in=ENDS) & ~Q(ended_by=F("proposed_by"))),
                name="request_second_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(kind=RequestKind.END_DELAY) | Q(follows__isnull=False), name="request_end_of_a_delay"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_at"], name="request_by_state"),
            models.Index(fields=["reference_index"], name="request_by_reference"),
        ]

    def __str__(self) -> str:
        return f"request {self.public}"


class RequestSubject(models.Model):
    """Something that a request is about: an item, a submission or a case by number, or an account by keyed index.

    ``hold`` is the legal hold that a preservation request placed on it; ``found`` that we found it, by an account.
    """

    request = models.ForeignKey(AuthorityRequest, on_delete=models.PROTECT, related_name="subjects")
    kind = models.CharField(max_length=10, choices=[*HoldSubject.choices, (ACCOUNT, ACCOUNT)])
    number = models.PositiveBigIntegerField(null=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="+")
    account_index = models.BinaryField(max_length=32, null=True)
    found = models.BooleanField(default=False)
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """Each is named once."""

        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind=ACCOUNT, number=None, client__isnull=False, account_index__isnull=False, hold=None)
                | Q(kind__in=HoldSubject.values, number__isnull=False, client=None, account_index=None),
                name="requestsubject_named",
            ),
            models.UniqueConstraint(fields=["request", "kind", "number"], name="requestsubject_number_once"),
            models.UniqueConstraint(fields=["request", "account_index"], name="requestsubject_account_once"),
        ]

    def __str__(self) -> str:
        return f"subject {self.pk} of request {self.request_id}"


class RequestStep(models.Model):
    """One thing that somebody did about a request, and why. ``note`` is sealed; ``until`` a time that it set."""

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(AuthorityRequest, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=StepKind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    note = models.BinaryField(null=True)

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="requeststep_kind_known"),
        ]

    def __str__(self) -> str:
        return f"step {self.pk} of request {self.request_id}"


class Handover(models.Model):
    """What was handed over once: when, by whom, by which way; ``content`` sealed: what, to whom, digests of files."""

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(AuthorityRequest, on_delete=models.PROTECT, related_name="handovers")
    handed_at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers")
    noted_at = models.DateTimeField()
    way = models.CharField(max_length=10, choices=Way.choices)
    count = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(way__in=Way.values), name="handover_way_known"),
            models.CheckConstraint(condition=Q(count__gte=1), name="handover_of_something"),
            models.CheckConstraint(condition=Q(handed_at__lte=F("noted_at")), name="handover_noted_after"),
        ]

    def __str__(self) -> str:
        return f"handover {self.pk} of request {self.request_id}"
