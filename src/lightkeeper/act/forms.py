"""The forms of the pages. Rules stand in the services; here is only what a field looks like."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.types import CALLBACK_EVENTS


class AddressForm(forms.Form):
    """Where a client is called back, and for what."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        help_text=_("Such as https://platform.example/hooks/lightkeeper. Empty: no callbacks."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Called back when"),
        choices=[(event, _(says)) for event, says in CALLBACK_EVENTS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ConversationAddressForm(forms.Form):
    """Where a client is asked for the words of a conversation."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        help_text=_("Such as https://platform.example/words. Empty: reviewers judge without words."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )


class ReplayForm(forms.Form):
    """From when on callbacks are sent again."""

    since = forms.DateTimeField(
        label=_("Since (UTC)"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
