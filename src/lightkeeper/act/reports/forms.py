"""The form of a draft. What it does not ask stays as it was drafted; the rules stand with the authority's adapter."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.reports.ncmec.batches import said_of
from lightkeeper.act.reports.ncmec.common import Email, Person, Phone
from lightkeeper.act.reports.ncmec.people import Reported
from lightkeeper.act.reports.ncmec.reading import retold
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.ncmec.storing import dump
from lightkeeper.act.reports.ncmec.xsd import ReportSchema
from lightkeeper.act.reports.services import Draft

PLAIN = {
    "Child Pornography (possession, manufacture, and distribution)": _(
        "Child sexual abuse material (legal term: Child Pornography)"
    ),
}
"""What staff reads in place of the statute's word."""


class _WhatHappened(forms.Form):
    """What happened and when: what every draft says."""

    incident_type = forms.ChoiceField(label=_("What happened"))
    incident_date_time = forms.DateTimeField(
        label=_("When (UTC)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
    )
    incident_date_time_description = forms.CharField(
        label=_("What this time means"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: the upload, the first message, when it was found."),
    )  # fmt: skip

    def __init__(self, *args: Any, report: Report, schema: ReportSchema, **more: Any) -> None:
        super().__init__(*args, **{"initial": self.known(report), **more})
        self.report = report
        self.fields["incident_type"].choices = [(one, PLAIN.get(one, one)) for one in schema.values("incidentType")]  # type: ignore[attr-defined]

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now."""
        return {
            "incident_type": report.summary.incident_type,
            "incident_date_time": report.summary.incident_date_time,
            "incident_date_time_description": report.summary.incident_date_time_description or "",
        }

    def changed(self) -> Report:
        """The report with what the form says; everything else as it was."""
        said = self.cleaned_data
        summary = dataclasses.replace(
            self.report.summary,
            incident_type=said["incident_type"],
            incident_date_time=said["incident_date_time"],
            incident_date_time_description=said["incident_date_time_description"] or None,
        )
        return dataclasses.replace(self.report, summary=summary)

    def applied(self, kept: Draft) -> Draft:
        """The draft with what the form says, and where it says something else, that whoever drafted wrote it."""
        changed = self.changed()
        return dataclasses.replace(kept, report=dump(changed), sources=retold(self.report, changed, kept.sources))


class DraftForm(_WhatHappened):
    """What a person adds to a draft: of the account that is reported, and what the authority should know."""

    annotations = forms.MultipleChoiceField(
        label=_("Annotations"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("As the authority's schema names them."),
    )  # fmt: skip
    escalate_to_high_priority = forms.CharField(
        label=_("A child is in danger now: why"), max_length=3000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Anything here has the report read first. Leave it empty otherwise."),
    )  # fmt: skip
    screen_name = forms.CharField(label=_("Screen name of the reported account"), max_length=256, required=False)
    email = forms.EmailField(label=_("E-mail address of the reported account"), max_length=255, required=False)
    phone = forms.CharField(label=_("Telephone number of the reported account"), max_length=50, required=False)
    additional_info = forms.CharField(
        label=_("What else helps an investigator"), max_length=10_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, report: Report, schema: ReportSchema, **more: Any) -> None:
        super().__init__(*args, report=report, schema=schema, **more)
        self.fields["annotations"].choices = [(one, one) for one in schema.flags("reportAnnotations")]  # type: ignore[attr-defined]

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now."""
        return {**super().known(report), **_initial(report)}

    def changed(self) -> Report:
        """The report with what the form says; everything else as it was."""
        said, report = self.cleaned_data, super().changed()
        summary = dataclasses.replace(
            report.summary,
            annotations=frozenset(said["annotations"]),
            escalate_to_high_priority=said["escalate_to_high_priority"] or None,
        )
        return dataclasses.replace(
            report, summary=summary, reported=self._reported(),
            additional_info=said["additional_info"] or None,
        )  # fmt: skip

    def _reported(self) -> tuple[Reported, ...]:
        said, known = self.cleaned_data, self.report.reported
        if not known and not any(said[name] for name in ("screen_name", "email", "phone")):
            return ()
        first = known[0] if known else Reported()
        person = first.person or Person()
        person = dataclasses.replace(
            person,
            emails=(Email(text=said["email"]),) if said["email"] else (),
            phones=(Phone(text=said["phone"]),) if said["phone"] else (),
        )
        empty = person == Person()
        changed = dataclasses.replace(first, screen_name=said["screen_name"] or None, person=None if empty else person)
        return (changed, *known[1:])


def _initial(report: Report) -> dict[str, Any]:
    who = report.reported[0] if report.reported else Reported()
    person = who.person or Person()
    return {
        "annotations": sorted(report.summary.annotations),
        "escalate_to_high_priority": report.summary.escalate_to_high_priority or "",
        "screen_name": who.screen_name or "",
        "email": person.emails[0].text if person.emails else "",
        "phone": person.phones[0].text if person.phones else "",
        "additional_info": report.additional_info or "",
    }


class BatchForm(_WhatHappened):
    """What a person adds to a batched draft, which says little: that its file is passed around, and how."""

    flags = forms.MultipleChoiceField(
        label=_("The file is"), choices=[("viral", _("Viral")), ("potentialMeme", _("Possibly a meme"))],
        widget=forms.CheckboxSelectMultiple, help_text=_("A batched report says one of these, or both."),
    )  # fmt: skip

    def __init__(self, *args: Any, flags: Iterable[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["flags"] = sorted(flags)

    def applied(self, kept: Draft) -> Draft:
        """The draft with what the form says."""
        flags = frozenset(self.cleaned_data["flags"])
        files = tuple(dataclasses.replace(file, details=said_of(file.details, flags)) for file in kept.files)
        return dataclasses.replace(super().applied(kept), files=files)


class ApprovalForm(forms.Form):
    """The word that whoever approves types: TEST or LIVE."""

    typed = forms.CharField(
        label=_("Type the mode"), max_length=8, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
