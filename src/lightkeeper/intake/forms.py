"""The form of the room's page. The rules stand in ``surfaces.py``; here is only what a field looks like."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.intake.types import LegalBasis


class SurfaceForm(forms.Form):
    """A surface and its legal switch."""

    name = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]{0,63}\Z",
        label=_("Name"),
        help_text=_("As the platform's submissions name it: small letters, digits, - and _."),
        error_messages={"invalid": _("Use up to 64 small letters, digits, - and _, beginning with a letter or digit.")},
    )
    private = forms.BooleanField(label=_("Private messages, or other content that is not public"), required=False)
    legal_basis = forms.ChoiceField(label=_("Legal basis"), choices=[("", _("Choose one")), *LegalBasis.choices])
    basis_until = forms.DateField(
        label=_("Last day on which it holds"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("A private surface needs one; after this day its submissions are refused."),
    )
    detection = forms.BooleanField(label=_("Search what comes from here"), required=False)
    review_from = forms.FloatField(
        label=_("Score from which conversations here come before a person"),
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
        help_text=_("Empty: as elsewhere, by how many people can look at in a day."),
    )
