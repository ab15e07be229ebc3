"""The form of somebody's own protection. What may be chosen is said by ``protection``, not here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.review.protection import OPT_OUTS, Protecting

OPT_OUT_LABELS = {
    "still": _("Still pictures"),
    "motion": _("Moving pictures"),
    "sound": _("Sound"),
    "text": _("Text of user reports"),
    "critical": _("Cases of critical severity"),
    "high": _("Cases of high severity"),
}


class ProtectionForm(forms.Form):
    """How much is shown, how, and what this person takes no part in."""

    highest_level = forms.ChoiceField(
        label=_("The most that is shown"),
        choices=[
            ("tile", _("A small grey tile")),
            ("grey", _("Grey, half the size")),
            ("full", _("All of it, in colour")),
        ],
    )
    steps = forms.BooleanField(label=_("Each level only after the one below it"), required=False)
    parts_first = forms.BooleanField(label=_("Colour in parts first, the whole afterwards"), required=False)
    hold_seconds = forms.IntegerField(label=_("Veil by itself after so many seconds"))
    idle_seconds = forms.IntegerField(label=_("Veil after so many seconds without a touch"))
    toggle = forms.BooleanField(
        label=_("Press to show, press again to veil"),
        required=False,
        help_text=_("For people who cannot hold a key. Time limits stay as they are."),
    )
    opt_outs = forms.MultipleChoiceField(
        label=_("Do not give me"),
        choices=[(code, OPT_OUT_LABELS[code]) for code in OPT_OUTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("“Take next” leaves out such cases. Nobody asks why."),
    )


def initial(protecting: Protecting) -> dict[str, Any]:
    """What is in force, for the form."""
    names = ("highest_level", "steps", "parts_first", "hold_seconds", "idle_seconds", "toggle")
    return {**{name: getattr(protecting, name) for name in names}, "opt_outs": sorted(protecting.opt_outs)}
