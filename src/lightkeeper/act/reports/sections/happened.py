"""What happened and when: what every draft says; and how grave it is."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.ncmec.xsd import ReportSchema
from lightkeeper.act.reports.sections.base import SHOWN_TIME, Section, over, same_second, text

PLAIN = {
    "Child Pornography (possession, manufacture, and distribution)": gettext_lazy(
        "Child sexual abuse material (legal term: Child Pornography)"
    ),
}
"""What staff reads in place of the statute's word."""


class WhatHappened(Section):
    """What happened and when."""

    title = gettext_lazy("What happened and when")
    incident_type = forms.ChoiceField(label=gettext_lazy("What happened"))
    incident_date_time = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=SHOWN_TIME),
    )
    incident_zone = forms.CharField(
        label=gettext_lazy("Time zone of this time"), max_length=64, required=False, initial="UTC",
        help_text=gettext_lazy("As its area and city, such as Europe/Berlin or America/New_York; UTC otherwise."),
    )  # fmt: skip
    incident_date_time_description = text(
        gettext_lazy("What this time means"), 3000,
        gettext_lazy("Such as: the upload, the first message, when it was found."),
    )  # fmt: skip

    def offer(self, schema: ReportSchema) -> None:
        """The kinds of incident."""
        kinds = [(one, PLAIN.get(one, one)) for one in schema.values("incidentType")]
        self.fields["incident_type"].choices = kinds  # type: ignore[attr-defined]

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now."""
        return {
            "incident_type": report.summary.incident_type,
            "incident_date_time": report.summary.incident_date_time,
            "incident_zone": "UTC",
            "incident_date_time_description": report.summary.incident_date_time_description or "",
        }

    def clean_incident_zone(self) -> str:
        """A zone that there is."""
        name = str(self.cleaned_data["incident_zone"]) or "UTC"
        try:
            _zone(name)
        except (ValueError, KeyError, OSError):
            raise forms.ValidationError(
                _("There is no such time zone. Write it as Europe/Berlin is written, or UTC.")
            ) from None
        return name

    def clean(self) -> dict[str, Any]:
        """The time in its zone, as a moment that was."""
        said: dict[str, Any] = super().clean() or {}
        at, zone = said.get("incident_date_time"), said.get("incident_zone")
        if isinstance(at, datetime) and zone:
            try:
                said["incident_date_time"] = _moment(make_naive(at), _zone(zone))
                over(said["incident_date_time"])
            except forms.ValidationError as wrong:
                self.add_error("incident_date_time", wrong)
        return said

    def changed(self, report: Report) -> Report:
        """The report with what the form says; everything else as it was."""
        said, known = self.cleaned_data, report.summary
        at = same_second(said["incident_date_time"], known.incident_date_time)
        summary = dataclasses.replace(
            known, incident_type=said["incident_type"], incident_date_time=at or known.incident_date_time,
            incident_date_time_description=said["incident_date_time_description"] or None,
        )  # fmt: skip
        return dataclasses.replace(report, summary=summary)


class HowGrave(Section):
    """What the authority should know before all else."""

    title = gettext_lazy("Danger, and what kind of case it is")
    escalate_to_high_priority = text(
        gettext_lazy("A child is in danger now: why"), 3000,
        gettext_lazy("Anything here has the report read first. Leave it empty otherwise."),
    )  # fmt: skip
    annotations = forms.MultipleChoiceField(
        label=gettext_lazy("Annotations"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("As the authority's schema names them."),
    )  # fmt: skip
    additional_info = text(gettext_lazy("What else helps an investigator"), 10_000, rows=4)

    def offer(self, schema: ReportSchema) -> None:
        """The annotations."""
        self.fields["annotations"].choices = [(one, one) for one in schema.flags("reportAnnotations")]  # type: ignore[attr-defined]

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now."""
        return {
            "escalate_to_high_priority": report.summary.escalate_to_high_priority or "",
            "annotations": sorted(report.summary.annotations),
            "additional_info": report.additional_info or "",
        }

    def changed(self, report: Report) -> Report:
        """The report with what the form says; everything else as it was."""
        said = self.cleaned_data
        summary = dataclasses.replace(
            report.summary, annotations=frozenset(said["annotations"]),
            escalate_to_high_priority=said["escalate_to_high_priority"] or None,
        )  # fmt: skip
        return dataclasses.replace(report, summary=summary, additional_info=said["additional_info"] or None)


def _zone(name: str) -> tzinfo:
    """A zone by its name; UTC is there even where the machine knows no other."""
    return UTC if name.upper() == "UTC" else ZoneInfo(name)


def _moment(wall: datetime, zone: tzinfo) -> datetime:
    """What a clock on the wall showed, as a moment. Raises ValidationError where it showed that never, or twice."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        raise forms.ValidationError(_("There was no such time in this zone: the clocks were put forward."))
    if first != second:
        raise forms.ValidationError(
            _("There was this time twice in this zone, as the clocks were put back: give it in UTC.")
        )
    return first
