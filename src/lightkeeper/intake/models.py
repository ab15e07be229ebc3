"""Submissions, the surfaces they come from, corrections of entries, and what a demo takes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.act.types import DecisionKind
from lightkeeper.detect.conversations.thresholds import HIGHEST_REVIEW, LOWEST_REVIEW
from lightkeeper.detect.findings import Outcome
from lightkeeper.intake.states import CorrectionPhase, State
from lightkeeper.intake.types import Kind, LegalBasis, Reason
from lightkeeper.lists.models import Entry
from lightkeeper.lists.types import EntryState
from lightkeeper.people.models import Client, Person
from lightkeeper.people.types import Role
from lightkeeper.record.models import Item, VaultObject
from lightkeeper.review.models import Case

_FOUND = (Outcome.MATCH.value, Outcome.POSSIBLE.value)


class Surface(models.Model):
    """A place of the platform that submissions come from, and on what legal ground it is searched.

    A private one is searched only on a ground that was recorded with the last day on which it holds. ``review_from``:
    the score from which a conversation here comes before a person, null where it is as elsewhere.
    """

    name = models.CharField(max_length=64, unique=True)
    private = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=24, choices=LegalBasis.choices, default=LegalBasis.NONE)
    basis_until = models.DateField(null=True, blank=True)
    detection = models.BooleanField(default=False)
    review_from = models.FloatField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(legal_basis__in=LegalBasis.values), name="surface_basis_known"),
            models.CheckConstraint(
                condition=Q(detection=False) | ~Q(legal_basis=LegalBasis.NONE), name="surface_detection_has_basis"
            ),
            models.CheckConstraint(
                condition=Q(detection=False) | Q(private=False) | Q(basis_until__isnull=False),
                name="surface_private_basis_dated",
            ),
            models.CheckConstraint(
                condition=Q(review_from__isnull=True)
                | Q(review_from__gte=LOWEST_REVIEW, review_from__lte=HIGHEST_REVIEW),
                name="surface_review_in_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """One thing that arrived.

    ``reference_index`` is the blind index of client and caller's id; ``retained`` is sealed (``retained.py``) and all
    that is left of a clear one. ``uploader_day`` groups a day's submissions of one uploader and means nothing on
    another day. ``arrival`` is what came with it, sealed, while the scan is due. ``detail`` is whether the key that
    submitted it had that scope. ``decision`` is the last that a person made about its item, "" while there is none, and
    ``label`` its text. At ``purge_at`` one without a case goes; one with a case stays with it, and its id is as free as
    if it had gone: it is a ``former`` one then (``lifecycle.gone``).
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference_index = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    outcome = models.CharField(max_length=12, blank=True, choices=[(name.value, name.value) for name in Outcome])
    reason = models.CharField(max_length=24, choices=Reason.choices)
    withheld = models.BooleanField(default=False)
    decision = models.CharField(max_length=10, blank=True, choices=DecisionKind.choices)
    label = models.CharField(max_length=64, blank=True)
    detail = models.BooleanField(default=False)
    degraded = models.CharField(max_length=200, blank=True)
    lists_as_of = models.CharField(max_length=40, blank=True)
    surface = models.CharField(max_length=64, blank=True)
    uploader_day = models.BigIntegerField(null=True)
    retained = models.BinaryField(null=True)
    arrival = models.BinaryField(null=True)
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    vault_object = models.OneToOneField(VaultObject, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    purge_at = models.DateTimeField(null=True)
    former = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "reference_index"], condition=Q(former=False), name="submission_once_a_client"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="submission_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="submission_reason_known"),
            models.CheckConstraint(
                condition=Q(state=State.RECEIVED, finished_at__isnull=True)
                | (~Q(state=State.RECEIVED) & Q(finished_at__isnull=False)),
                name="submission_finished_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FINISHED) | ~Q(outcome=""), name="submission_finished_with_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FINISHED) | ~Q(outcome__in=_FOUND) | Q(case__isnull=False),
                name="submission_found_has_case",
            ),
            models.CheckConstraint(
                condition=Q(state=State.RECEIVED) | Q(arrival__isnull=True, vault_object__isnull=True),
                name="submission_bytes_only_while_due",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ERASED)
                | Q(retained__isnull=True, item__isnull=True, case__isnull=True, uploader_day__isnull=True),
                name="submission_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(withheld=False) | Q(outcome__in=_FOUND) | ~Q(decision="") | Q(state=State.ERASED),
                name="submission_withheld_was_found",
            ),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decision__in=DecisionKind.values), name="submission_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(label="") | Q(decision=DecisionKind.LABEL), name="submission_label_only_where_labelled"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["purge_at"], condition=Q(purge_at__isnull=False), name="submission_due_to_go"),
            models.Index(
                fields=["uploader_day"], condition=Q(uploader_day__isnull=False), name="submission_by_uploader_day"
            ),
            models.Index(fields=["state"], condition=Q(state=State.RECEIVED), name="submission_waiting"),
            models.Index(fields=["client", "reference_index"], condition=Q(former=True), name="submission_former_ids"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="submission_by_case"),
        ]

    def __str__(self) -> str:
        return f"submission {self.pk}"


class Correction(models.Model):
    """An entry of a list that a person proved wrong, and how far what rested on it has been put right.

    ``state`` is what the entry was put in, ``reason`` why, sealed; ``role`` the person's at that moment. ``cases`` and
    ``withholdings`` counted what rested on the entry then (items of cases; submissions to be reinstated);
    ``reinstated`` and ``reopened`` what has been done of it. ``position`` is the last item that was opened again.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=EntryState.choices)
    reason = models.BinaryField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    phase = models.CharField(max_length=12, choices=CorrectionPhase.choices, default=CorrectionPhase.REINSTATING)
    position = models.BigIntegerField(default=0)
    cases = models.PositiveIntegerField()
    withholdings = models.PositiveIntegerField()
    reinstated = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=[EntryState.DISPUTED, EntryState.WITHDRAWN]), name="correction_state_known"
            ),
            models.CheckConstraint(condition=Q(phase__in=CorrectionPhase.values), name="correction_phase_known"),
            models.CheckConstraint(
                condition=Q(phase=CorrectionPhase.DONE, done_at__isnull=False)
                | (~Q(phase=CorrectionPhase.DONE) & Q(done_at__isnull=True)),
                name="correction_done_with_time",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=~Q(phase=CorrectionPhase.DONE), name="correction_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"


class RescanMark(models.Model):
    """One row: how far the search of what clear items looked like has come, after which change of the lists."""

    change = models.BigIntegerField(default=0)
    target = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(id=1), name="rescan_mark_is_one_row"),
        ]

    def __str__(self) -> str:
        return f"searched up to change {self.change}"


class DemoDigest(models.Model):
    """The SHA-256 of a drawing that a demo takes."""

    sha256 = models.BinaryField(max_length=32, unique=True)

    def __str__(self) -> str:
        return f"drawing {self.pk}"


# Tables of a part of the room lie with it; Django looks for all of them here.
from lightkeeper.intake.conversations.models import (  # noqa: E402, F401
    ConversationCase,
    ConversationEvent,
    ConversationPack,
    ConversationState,
    ConversationTally,
)
from lightkeeper.intake.public_reports.models import PublicReport, PublicReportAddress  # noqa: E402, F401
