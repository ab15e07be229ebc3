"""Reports to authorities, their files, every request that was made for them, and the receipts, word for word."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lightkeeper.act.reports.states import ENDED, Mode, ReportState, StepEnd, StepKind
from lightkeeper.people.models import Person
from lightkeeper.record.models import VaultObject
from lightkeeper.review.models import Case, CaseItem


class Report(models.Model):
    """A report. ``content`` is the draft, ``document`` what was approved and is sent: both sealed.

    ``external_id`` is the authority's name for it while it is open there and ever after. ``problem`` is a code of what
    a person has to mend. ``openings`` counts how often it was begun at the authority. ``supplements``: the filed report
    that this one adds to. ``destroyed_at``: its content was destroyed on its day, and both are empty; its number at the
    authority, its way and its receipt stay.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.CharField(max_length=16)
    mode = models.CharField(max_length=4, choices=Mode.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    supplements = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supplemented_by")
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    held_from = models.CharField(max_length=10, blank=True, choices=ReportState.choices)
    urgent = models.BooleanField(default=False)
    content = models.BinaryField()
    document = models.BinaryField(null=True)
    schema = models.CharField(max_length=64, blank=True)
    policy = models.PositiveIntegerField()
    external_id = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=32, blank=True)
    openings = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reports_drafted")
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="reports_reviewed")
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="reports_approved")
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(condition=Q(mode__in=[Mode.TEST, Mode.LIVE]), name="report_mode_sends"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="report_ended_with_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ReportState.DRAFT, ReportState.REVIEWED, ReportState.DISCARDED])
                | Q(document__isnull=False, approved_by__isnull=False, approved_at__isnull=False),
                name="report_sent_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.FINISHED) | ~Q(external_id=""), name="report_filed_has_id"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReportState.HELD, ReportState.FAILED]) | ~Q(problem=""),
                name="report_stopped_with_problem",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.HELD) & ~Q(held_from="") | ~Q(state=ReportState.HELD) & Q(held_from=""),
                name="report_held_from_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None) & ~Q(content=b"")
                | Q(destroyed_at__isnull=False, content=b"") & (Q(document=None) | Q(document=b"")),
                name="report_destroyed_is_empty",
            ),
            models.UniqueConstraint(
                fields=["case", "authority"],
                condition=Q(supplements=None) & ~Q(state__in=ENDED),
                name="report_one_on_its_way_a_case",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-changed_at"], name="report_by_state"),
        ]

    def __str__(self) -> str:
        return f"report {self.public}"


class ReportFile(models.Model):
    """One file of a report. ``details`` is what is said of it, sealed; ``file_id`` the authority's name for it.

    ``vault_object`` is what is sent; a file that is sent must not be destroyed before its report is filed.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    case_item = models.ForeignKey(CaseItem, on_delete=models.PROTECT, null=True, related_name="report_files")
    vault_object = models.ForeignKey(VaultObject, on_delete=models.PROTECT, related_name="+")
    md5 = models.CharField(max_length=32)
    details = models.BinaryField()
    file_id = models.CharField(max_length=64, blank=True)
    described = models.BooleanField(default=False)

    class Meta:
        app_label = "act"
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "position"], name="reportfile_position_once"),
            models.CheckConstraint(condition=Q(described=False) | ~Q(file_id=""), name="reportfile_described_was_sent"),
        ]

    def __str__(self) -> str:
        return f"file {self.position} of report {self.report_id}"


class ReportStep(models.Model):
    """One request, written before it is made; what came of it is written once. ``opening`` counts from 1.

    One without an end that is not the newest, or whose worker is gone, may have happened.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="steps")
    opening = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=StepKind.choices)
    position = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, blank=True, choices=StepEnd.choices)
    code = models.CharField(max_length=32, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__gte=F("began_at")) & ~Q(end="")),
                name="reportstep_ended_whole",
            ),
            models.UniqueConstraint(fields=["report"], condition=Q(ended_at=None), name="reportstep_one_at_a_time"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["report", "id"], name="reportstep_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of report {self.report_id}"


class Receipt(models.Model):
    """What the authority answered to the step that filed a report, word for word, sealed. It is never changed."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="receipt")
    step = models.OneToOneField(ReportStep, on_delete=models.PROTECT, related_name="receipt")
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        app_label = "act"

    def __str__(self) -> str:
        return f"receipt of report {self.report_id}"


class FetchedSchema(models.Model):
    """An authority's schema as the operator fetched it; the newest of a mode is what reports are checked by."""

    authority = models.CharField(max_length=16)
    mode = models.CharField(max_length=4, choices=Mode.choices)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    fetched_at = models.DateTimeField()

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["authority", "mode", "digest"], name="fetchedschema_once"),
        ]

    def __str__(self) -> str:
        return f"schema {self.digest[:8]} of {self.authority}"
