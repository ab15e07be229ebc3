"""The form by which an entry is proved wrong. The rules stand in ``intake``; here is only what a field looks like."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.lists.types import EntryState


class CorrectionForm(forms.Form):
    """What the entry becomes, and why."""

    state = forms.ChoiceField(
        label=_("What becomes of the entry"),
        choices=[
            (EntryState.DISPUTED.value, _("Disputed: it is still found, and brings what it finds before a person")),
            (EntryState.WITHDRAWN.value, _("Withdrawn: it is not looked for any more")),
        ],
        widget=forms.RadioSelect,
        initial=EntryState.DISPUTED.value,
    )
    reason = forms.CharField(
        label=_("Why it is wrong"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Up to 200 characters, kept sealed; shown on the cases that are opened again. No values, no names."
        ),
    )
