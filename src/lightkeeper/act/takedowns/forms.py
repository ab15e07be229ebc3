"""The forms of the pages of takedown notices; rules stand in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lightkeeper.act.notes import LONGEST_NOTE
from lightkeeper.act.takedowns.models import TakedownRecipient
from lightkeeper.act.takedowns.queries import recipients
from lightkeeper.act.takedowns.states import RecipientKind, ReplyKind
from lightkeeper.act.takedowns.writing import LANGUAGES


class RecipientForm(forms.Form):
    """Somebody who can be written to."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("What they are"), choices=RecipientKind.choices)
    country = forms.CharField(
        label=gettext_lazy("Country, two letters"), max_length=2, min_length=2, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("E-mail address for notices"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of notices"), choices=list(LANGUAGES.items()))
    hours = forms.IntegerField(
        label=gettext_lazy("Hours within which it should be gone"), min_value=1, max_value=24 * 90, initial=24
    )

    def clean_country(self) -> str:
        """In capital letters."""
        return str(self.cleaned_data["country"]).upper()


class PrepareForm(forms.Form):
    """To whom a notice is written."""

    recipient = forms.ModelChoiceField(label=gettext_lazy("To"), queryset=TakedownRecipient.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].queryset = recipients()  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """What came back."""

    kind = forms.ChoiceField(label=gettext_lazy("What they reply"), choices=ReplyKind.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept sealed. Write no address."),
    )  # fmt: skip
