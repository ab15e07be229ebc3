"""What people fill in about lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.lists.services import LONGEST_NAME, LONGEST_REASON
from lightkeeper.lists.types import LARGEST_RADIUS, ListStatus

MEANINGS = {
    ListStatus.VETTED: _("vetted: matches are answered, and equal bytes may be withheld at once"),
    ListStatus.TRIAL: _("trial: matches are counted and told to nobody"),
    ListStatus.QUARANTINED: _("quarantined: not searched"),
}


def _radius(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=0, max_value=LARGEST_RADIUS, label=_("Radius"),
        help_text=_("Bits, 0 to 31, by which a picture's hash may differ from an entry and still match it."), **more,
    )  # fmt: skip


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the list, under your name in the audit trail. Name no value of an entry."),
    )  # fmt: skip


class StatusForm(forms.Form):
    """Another status for a list, with a reason."""

    status = forms.ChoiceField(choices=list(MEANINGS.items()), widget=forms.RadioSelect, label=_("Status"))
    reason = _reason()


class RadiusForm(forms.Form):
    """Another radius for a list, with a reason."""

    radius = _radius()
    reason = _reason()


class ImportForm(forms.Form):
    """A list file, and which list it goes into."""

    file = forms.FileField(
        label=_("List file"),
        required=False,
        help_text=_("CSV with the columns algorithm, value, id, category. It is kept in memory only."),
    )
    name = forms.CharField(
        label=_("Name of the list"), max_length=LONGEST_NAME, help_text=_("One that is there, or a new one.")
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, required=False, help_text=_("Who made the list. For a new list.")
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("as it is (a new list: trial)")), *MEANINGS.items()]
    )
    radius = _radius(required=False)
    replace = forms.BooleanField(
        label=_("Withdraw entries of the list that the file does not have"),
        required=False,
        help_text=_("For a file that is the whole list, not an addition."),
    )
