"""What people fill in about lists as a whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.lists.checking import clean_reason
from lightkeeper.lists.governing import LONGEST_STALE, MOST_UPLOADERS
from lightkeeper.lists.services import LONGEST_NAME, LONGEST_REASON
from lightkeeper.lists.types import INDUSTRY, LARGEST_RADIUS, ListPurpose, ListRefused, ListStatus
from lightkeeper.people.models import Person

MEANINGS = {
    ListStatus.VETTED: _("vetted: matches are answered, and equal bytes may be withheld at once"),
    ListStatus.TRIAL: _("trial: matches are counted and told to nobody"),
    ListStatus.QUARANTINED: _("quarantined: not searched"),
}

PURPOSES = {
    ListPurpose.KNOWN: _("known: what it names is looked for"),
    ListPurpose.ALLOW: _("allow: it names harmless look-alikes, which win over what other lists find"),
}


class ReasonInput(forms.Textarea):
    """Gives back what was written, so that it can be mended; but nothing that seems to hold a value of an entry."""

    def format_value(self, value: Any) -> str | None:
        """The text to show."""
        try:
            return clean_reason(str(value)) if value else None
        except ListRefused:
            return None


def reason_field(longest: int = LONGEST_REASON) -> forms.CharField:
    """Why something is done."""
    return forms.CharField(
        label=_("Reason"), max_length=longest, widget=ReasonInput(attrs={"rows": 2}),
        help_text=_("Kept with it, under your name in the audit trail. Name no value of an entry."),
    )  # fmt: skip


def _radius(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=0, max_value=LARGEST_RADIUS, label=_("Radius"),
        help_text=_("Bits, 0 to 31, by which a picture's hash may differ from an entry and still match it."), **more,
    )  # fmt: skip


class StatusForm(forms.Form):
    """Another status for a list, with a reason."""

    status = forms.ChoiceField(choices=list(MEANINGS.items()), widget=forms.RadioSelect, label=_("Status"))
    reason = reason_field()


class RadiusForm(forms.Form):
    """Another radius for a list, with a reason."""

    radius = _radius()
    reason = reason_field()


class _People(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has no such argument
    """People by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj.name)


class OwnerForm(forms.Form):
    """Who answers for a list."""

    owner = _People(
        queryset=Person.objects.none(), required=False, label=_("Owner"), empty_label=_("nobody"),
        help_text=_("Whom others ask about this list. It gives no rights."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(is_active=True).order_by("name", "pk")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # it is the field of people above


class AlarmsForm(forms.Form):
    """When a list raises an alarm."""

    stale_days = forms.IntegerField(
        label=_("Days without news after which an alert comes"), min_value=0, max_value=LONGEST_STALE, required=False,
        help_text=_("Empty: as the setting says. 0: never."),
    )  # fmt: skip
    flood_uploaders = forms.IntegerField(
        label=_("Uploaders within an hour who have an entry quarantined"), min_value=0, max_value=MOST_UPLOADERS,
        help_text=_("An entry that so many different uploaders match at once is more likely wrong. 0: never."),
    )  # fmt: skip


class CategoriesForm(forms.Form):
    """What the source's categories are in ours, a line each."""

    lines = forms.CharField(
        label=_("Map of categories"), required=False, max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("A line each: the source's category, =, ours (A1, A2, B1 or B2). What is not named has none."),
    )  # fmt: skip

    def clean_lines(self) -> dict[str, str]:
        """The map."""
        found: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            native, equals, ours = (part.strip() for part in line.rpartition("="))
            if not line.strip():
                continue
            if not equals or not native or ours.upper() not in INDUSTRY:
                raise forms.ValidationError(
                    _("Line %(line)s is not “category = A1” (or A2, B1, B2)."), params={"line": number}
                )
            if native in found:
                raise forms.ValidationError(_("Line %(line)s names a category again."), params={"line": number})
            found[native] = ours
        return found


class NewListForm(forms.Form):
    """A new list, empty."""

    name = forms.CharField(label=_("Name of the list"), max_length=LONGEST_NAME)
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=list(PURPOSES.items()), widget=forms.RadioSelect, initial=ListPurpose.KNOWN,
        help_text=_("It never changes: a list of known material that became an allow-list would hide it."),
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("Status"), choices=list(MEANINGS.items()), widget=forms.RadioSelect, initial=ListStatus.TRIAL
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False, help_text=_("Who makes the list."))
    radius = _radius(initial=LARGEST_RADIUS)


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
