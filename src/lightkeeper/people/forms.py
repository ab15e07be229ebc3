"""The forms of the pages. Rules stand in the services; here is only what a field looks like."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.people.types import Role

_NEW = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    new = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=200,
        strip=False,
        widget=_NEW,
        help_text=gettext_lazy("At least 12 characters, such as four words that do not belong together."),
    )
    again = forms.CharField(label=gettext_lazy("The same once more"), max_length=200, strip=False, widget=_NEW)

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or self.cleaned_data
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two passwords differ."))
        return data


class EnrolForm(forms.Form):
    """The first one-time code."""

    code = forms.CharField(
        label=gettext_lazy("Code that your app shows"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "code"}
        ),
    )


class InviteForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)


class GrantForm(forms.Form):
    """Why somebody may see content."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("For instance: trained on 3 March, contract with confidentiality signed."),
    )
