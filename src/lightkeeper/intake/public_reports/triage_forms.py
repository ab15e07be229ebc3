"""The forms of triage. Rules stand in the services; here is how a field looks and is read."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.intake.public_reports import cleaning
from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.states import BY_HAND, CloseReason

LONGEST_NOTE: Final = 1000


class _Form(forms.Form):
    """Several stand on one page: the ids of each one's fields begin with its name."""

    of = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.of}-%s", **kwargs})


class PassOnForm(_Form):
    """Addresses that a report is about."""

    of = "pass_on"
    addresses = forms.CharField(
        label=gettext_lazy("Addresses"), required=False, max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("One a line. Empty: those that the reporter named. They are not opened from here."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note for whoever assesses it"), required=False, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("Kept sealed. No content."),
    )  # fmt: skip

    def clean_addresses(self) -> tuple[str, ...]:
        """The addresses, each once."""
        found = cleaning.addresses(self.cleaned_data["addresses"])
        if found.wrong_line is not None:
            raise forms.ValidationError(_("Line %(line)d is not the address of a page.") % {"line": found.wrong_line})
        if found.too_many:
            raise forms.ValidationError(_("Enter at most %(most)d addresses.") % {"most": cleaning.MOST_ADDRESSES})
        return found.typed

    def clean_note(self) -> str:
        """The note without what does not show."""
        return cleaning.lines(self.cleaned_data["note"])


class FoldForm(_Form):
    """Another report that says the same."""

    of = "fold"
    number = forms.IntegerField(
        label=gettext_lazy("Number of the other report"), min_value=1, max_value=(1 << 63) - 1,
        help_text=gettext_lazy("It must be open. This one's ticket then goes its way."),
    )  # fmt: skip

    def other(self) -> PublicReport | None:
        """The other report, None where there is none of this number."""
        return PublicReport.objects.filter(pk=self.cleaned_data["number"]).first()


def is_id(text: str) -> bool:
    """Whether a text is the id of a report."""
    try:
        return bool(UUID(text))
    except ValueError:
        return False


class CloseForm(_Form):
    """Why a report is closed."""

    of = "close"
    why = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=[(one, one.label) for one in BY_HAND], widget=forms.RadioSelect,
        help_text=gettext_lazy("Whoever reported is told that it is closed, and never why."),
    )  # fmt: skip

    def reason(self) -> CloseReason:
        """The reason, where the form is valid."""
        return CloseReason(self.cleaned_data["why"])
