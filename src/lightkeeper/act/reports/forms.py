"""The form of a draft, part by part. What it does not ask stays as it was drafted; the rules are the authority's."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.reports.ncmec.batches import said_of
from lightkeeper.act.reports.ncmec.drafts import graded_as
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.ncmec.xsd import ReportSchema
from lightkeeper.act.reports.sections.base import Section
from lightkeeper.act.reports.sections.files import FileSection
from lightkeeper.act.reports.sections.happened import HowGrave, WhatHappened
from lightkeeper.act.reports.sections.place import WhereItHappened
from lightkeeper.act.reports.sections.police import Police
from lightkeeper.act.reports.sections.reported import ReportedAccount
from lightkeeper.act.reports.services import Draft

_SECTIONS: tuple[type[Section], ...] = (WhatHappened, HowGrave, ReportedAccount, WhereItHappened, Police)


class DraftForm:
    """All that a person adds to a draft, in sections that are sent together. Possible victims are none of them."""

    def __init__(self, data: Any, *, kept: Draft, report: Report, schema: ReportSchema) -> None:
        self.report = report
        self.told: Sequence[Section] = [section(data, report=report, schema=schema) for section in _SECTIONS]
        self.files: Sequence[FileSection] = [
            FileSection(data, number=number, file=file, graded=graded_as(file, schema))
            for number, file in enumerate(kept.files, start=1)
        ]

    @property
    def sections(self) -> list[forms.Form]:
        """Every section, as it is shown."""
        return [*self.told, *self.files]

    @property
    def errors(self) -> bool:
        """Whether something that was sent is wrong."""
        return any(section.errors for section in self.sections)

    def is_valid(self) -> bool:
        """Whether all that was sent is right; all of it is looked at."""
        wrong = [section for section in self.sections if not section.is_valid()]
        return not wrong

    @property
    def urgent(self) -> bool:
        """Whether the form says that a child is in danger now."""
        return any(bool(one.cleaned_data.get("escalate_to_high_priority")) for one in self.told)

    def applied(self, kept: Draft) -> Draft:
        """The draft with what the form says; what it says otherwise was written by whoever drafted."""
        report = self.report
        for section in self.told:
            kept, report = section.applied(kept, report)
        for file in self.files:
            kept = file.applied(kept)
        return kept


class _BatchSection(WhatHappened):
    """A batched draft says little: that its file is passed around, and how."""

    flags = forms.MultipleChoiceField(
        label=_("The file is"), choices=[("viral", _("Viral")), ("potentialMeme", _("Possibly a meme"))],
        widget=forms.CheckboxSelectMultiple, help_text=_("A batched report says one of these, or both."),
    )  # fmt: skip

    def __init__(self, *args: Any, flags: Iterable[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["flags"] = sorted(flags)


class BatchForm:
    """What a person adds to a batched draft."""

    urgent = False

    def __init__(self, data: Any, *, kept: Draft, report: Report, schema: ReportSchema) -> None:
        flags = {flag for one in kept.files for flag in one.details.get("annotations", ())}
        self.report = report
        self.section = _BatchSection(data, report=report, schema=schema, flags=flags)

    @property
    def sections(self) -> list[forms.Form]:
        """The only section."""
        return [self.section]

    @property
    def errors(self) -> bool:
        """Whether something that was sent is wrong."""
        return bool(self.section.errors)

    def is_valid(self) -> bool:
        """Whether what was sent is right."""
        return self.section.is_valid()

    def applied(self, kept: Draft) -> Draft:
        """The draft with what the form says."""
        flags = frozenset(self.section.cleaned_data["flags"])
        files = tuple(dataclasses.replace(file, details=said_of(file.details, flags)) for file in kept.files)
        changed, _report = self.section.applied(kept, self.report)
        return dataclasses.replace(changed, files=files)


class ApprovalForm(forms.Form):
    """The word that whoever approves types: TEST or LIVE."""

    typed = forms.CharField(
        label=_("Type the mode"), max_length=8, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
