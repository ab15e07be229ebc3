"""Public reports, and the addresses that they name with the cases that came of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.intake.public_reports.states import BY_HAND, CloseReason, Danger, ReportState, SeenOn, Voice
from lightkeeper.people.models import Client, Person
from lightkeeper.record.models import Item
from lightkeeper.review.models import Case

_S = ReportState
_BY_KEY = Q(voice=Voice.TRUSTED)


class PublicReport(models.Model):
    """One report. ``content`` (addresses, description) and ``contact`` are sealed, each with its own end.

    ``ticket_index`` finds it by its ticket, ``reference_index`` a trusted reporter's by their own id, ``same_index``
    one without addresses by its words. ``suspected``: a field was filled in that people do not see; it opens no case
    until a person has looked. ``into`` is the report that this one repeats. ``looked_shown_at`` and ``closed_shown_at``
    are from when a ticket says so (``following.py``).
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.RECEIVED)
    voice = models.CharField(max_length=8, choices=Voice.choices)
    language = models.CharField(max_length=35)
    seen_on = models.CharField(max_length=8, choices=SeenOn.choices)
    danger = models.CharField(max_length=8, choices=Danger.choices)
    suspected = models.BooleanField(default=False)
    ticket_index = models.BinaryField(max_length=32, null=True, unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="+")
    reference_index = models.BinaryField(max_length=32, null=True, unique=True)
    body_index = models.BinaryField(max_length=32, null=True)
    same_index = models.BinaryField(max_length=32, null=True)
    content = models.BinaryField(null=True)
    contact = models.BinaryField(null=True)
    contact_until = models.DateTimeField(null=True)
    into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="folded")
    received_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    looked_shown_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_shown_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    close_reason = models.CharField(max_length=16, choices=CloseReason.choices, blank=True)

    class Meta:
        """Who has closed it is named where a person did, and a folded one says into what."""

        app_label = "intake"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=_S.values), name="publicreport_state_known"),
            models.CheckConstraint(condition=Q(voice__in=Voice.values), name="publicreport_voice_known"),
            models.CheckConstraint(condition=Q(seen_on__in=SeenOn.values), name="publicreport_seen_on_known"),
            models.CheckConstraint(condition=Q(danger__in=Danger.values), name="publicreport_danger_known"),
            models.CheckConstraint(
                condition=Q(
                    voice=Voice.TRUSTED, client__isnull=False, reference_index__isnull=False, body_index__isnull=False
                )
                | (~_BY_KEY & Q(client=None, reference_index=None, body_index=None, ticket_index__isnull=False)),
                name="publicreport_by_ticket_or_key",
            ),
            models.CheckConstraint(
                condition=Q(state=_S.FOLDED, into__isnull=False) | (~Q(state=_S.FOLDED) & Q(into=None)),
                name="publicreport_folded_into_one",
            ),
            models.CheckConstraint(
                condition=Q(state=_S.CLOSED, closed_at__isnull=False, closed_shown_at__isnull=False)
                | (~Q(state=_S.CLOSED) & Q(closed_at=None, closed_shown_at=None)),
                name="publicreport_closed_with_time",
            ),
            models.CheckConstraint(
                condition=Q(state=_S.CLOSED, close_reason=CloseReason.ASSESSED, closed_by=None)
                | Q(state=_S.CLOSED, close_reason__in=BY_HAND, closed_by__isnull=False)
                | (~Q(state=_S.CLOSED) & Q(close_reason="", closed_by=None)),
                name="publicreport_closed_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.LOOKED_AT) | Q(looked_at__isnull=False, looked_shown_at__isnull=False),
                name="publicreport_looked_at_with_time",
            ),
            models.CheckConstraint(
                condition=Q(contact=None) | Q(contact_until__isnull=False), name="publicreport_contact_ends"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "received_at"], name="publicreport_by_state"),
            models.Index(fields=["received_at"], name="publicreport_by_time"),
            models.Index(fields=["same_index"], condition=Q(same_index__isnull=False), name="publicreport_by_words"),
            models.Index(fields=["contact_until"], condition=Q(contact__isnull=False), name="publicreport_contact_due"),
        ]

    def __str__(self) -> str:
        return f"public report {self.public}"


class PublicReportAddress(models.Model):
    """An address of a report, by keyed index, with its item and the case that came of it (none while it waits)."""

    report = models.ForeignKey(PublicReport, on_delete=models.CASCADE, related_name="addresses")
    address_index = models.BinaryField(max_length=32, db_index=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """A report names an address once, and a case has an item."""

        app_label = "intake"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "address_index"], name="publicreportaddress_once"),
            models.CheckConstraint(
                condition=Q(case=None) | Q(item__isnull=False), name="publicreportaddress_case_of_item"
            ),
        ]

    def __str__(self) -> str:
        return f"address {self.pk} of public report {self.report_id}"
