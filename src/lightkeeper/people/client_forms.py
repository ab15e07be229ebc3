"""The forms about clients, keys and the rota. Rules stand in the services; here is only what a field looks like."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lightkeeper.people.alert_types import Channel
from lightkeeper.people.client_types import Scope
from lightkeeper.people.clients import LOOKUP_PER_DAY, RATE_PER_MINUTE
from lightkeeper.people.models import Person

SCOPES = {
    Scope.SUBMIT: _("submit pictures, videos, addresses and user reports"),
    Scope.LOOKUP: _("look up hashes and addresses"),
    Scope.DETAIL: _("be told what was found, not only whether it is withheld"),
    Scope.ERASE: _("withdraw and erase what was submitted"),
    Scope.STATUS: _("read the state of the service"),
    Scope.BANKS: _("add to our own lists and take out of them, as a caller of HMA"),
    Scope.CONVERSATIONS: _("send events of conversations"),
    Scope.PUBLIC_REPORTS: _("report addresses as a trusted reporter"),
}


class ClientForm(forms.Form):
    """A new client."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class KeyForm(forms.Form):
    """A new key."""

    scopes = forms.MultipleChoiceField(
        label=_("The key may"),
        choices=[(scope.value, format_lazy("{}: {}", scope.value, says)) for scope, says in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    rate_per_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=1_000_000, initial=RATE_PER_MINUTE
    )
    lookup_per_day = forms.IntegerField(
        label=_("Look-ups a day"), min_value=0, max_value=2_000_000_000, initial=LOOKUP_PER_DAY
    )
    expires_days = forms.IntegerField(
        label=_("Ends after so many days"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("Empty: it does not end."),
    )
    allow_both = forms.BooleanField(
        label=_("I mean it: one key for submit and lookup"),
        required=False,
        help_text=_("Whoever holds such a key can find out which pictures are known. The audit trail notes it."),
    )


class RotateForm(forms.Form):
    """How long the old key goes on working."""

    overlap_hours = forms.IntegerField(
        label=_("Hours that the old key works on"),
        min_value=0,
        max_value=2160,
        initial=24,
        help_text=_("0 ends it at once."),
    )


class ContactForm(forms.Form):
    """Somebody new on the rota."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    channel = forms.ChoiceField(label=_("Told by"), choices=Channel.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        help_text=_("Of the webhook; for e-mail leave it empty to use the person's own address."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    escalate_minutes = forms.IntegerField(
        label=_("Minutes until the next person is told"), min_value=1, max_value=1440, initial=15
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["person"]
        if isinstance(people, forms.ModelChoiceField):
            people.queryset = Person.objects.filter(is_active=True).order_by("name")
