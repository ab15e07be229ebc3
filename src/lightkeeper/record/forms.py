"""The forms of the pages. Rules stand in the services; here is only what a field looks like."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.record.events import Event
from lightkeeper.record.queries import Filter
from lightkeeper.record.types import ActorKind, HoldBasis, HoldSubject, LiftReason

_ANY = [("", gettext_lazy("any"))]
_ACTORS = {
    ActorKind.PERSON: gettext_lazy("a person"),
    ActorKind.CLIENT: gettext_lazy("a client of the API"),
    ActorKind.SYSTEM: gettext_lazy("the service itself"),
    ActorKind.OPERATOR: gettext_lazy("the command line"),
}


class FilterForm(forms.Form):
    """Which events of the trail are wanted."""

    event = forms.ChoiceField(
        label=gettext_lazy("Event"), required=False, choices=_ANY + [(one.value, one.value) for one in Event]
    )
    actor_kind = forms.ChoiceField(
        label=gettext_lazy("Who acted"), required=False, choices=_ANY + list(_ACTORS.items())
    )
    actor_id = forms.CharField(label=gettext_lazy("their number"), required=False, max_length=64)
    subject_kind = forms.CharField(label=gettext_lazy("On what"), required=False, max_length=32)
    subject_id = forms.CharField(label=gettext_lazy("its number"), required=False, max_length=64)
    before = forms.IntegerField(required=False, min_value=1, max_value=(1 << 63) - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A number alone names nothing."""
        data = super().clean() or self.cleaned_data
        for name, kind in (("actor_id", "actor_kind"), ("subject_id", "subject_kind")):
            if data.get(name) and not data.get(kind):
                self.add_error(name, _("Say also of what kind."))
        return data

    def filter(self) -> Filter:
        """What was asked for; everything where the form is not valid."""
        return Filter(**self.cleaned_data) if self.is_valid() else Filter()


class PlaceHoldForm(forms.Form):
    """A new legal hold."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=HoldSubject.choices)
    number = forms.RegexField(
        r"^\s*[0-9]{1,18}\s*\Z",
        label=gettext_lazy("Its number"),
        help_text=gettext_lazy(
            "As the audit trail names it: digits, not the platform's id or the case_id of an answer."
        ),
        error_messages={
            "invalid": gettext_lazy("Write its number, in digits: a hold on anything else would hold nothing.")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    basis = forms.ChoiceField(label=gettext_lazy("Why"), choices=HoldBasis.choices)
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=200,
        help_text=gettext_lazy("What the one who asks calls the matter. It is kept encrypted."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LiftHoldForm(forms.Form):
    """The end of a legal hold."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=[one for one in LiftReason.choices if one[0] != LiftReason.LIFTED_BEFORE]
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=200,
        help_text=gettext_lazy("The letter or decision that allows it. It is kept encrypted."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
