"""The forms of who is who in a case, and of links between cases. Rules stand in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.queries import LONGEST_REASON, LookPurpose, PartyRole, Who


def _why_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept sealed. No content."),
    )  # fmt: skip


class WordForm(forms.Form):
    """What somebody says of an account of a case, and why."""

    account = forms.ChoiceField(label=gettext_lazy("Account"))
    role = forms.ChoiceField(label=gettext_lazy("It is"), choices=PartyRole.choices, widget=forms.RadioSelect)
    why = _why_field()

    def __init__(self, *args: Any, who: list[Who], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "word-%s", **kwargs})
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [(one.account.key, spoken_name(one)) for one in who if one.account is not None]

    def role_said(self) -> PartyRole:
        """The part, where the form is valid."""
        return PartyRole(self.cleaned_data["role"])


class WhyForm(forms.Form):
    """Why somebody writes a possible victim down, or writes anew what is known."""

    why = _why_field()


class ShowForm(forms.Form):
    """Why somebody looks at what is known of possible victims."""

    purpose = forms.ChoiceField(label=gettext_lazy("What you need it for"), choices=LookPurpose.choices)


class LinkForm(forms.Form):
    """Why a link between two cases is accepted or rejected; ``number`` tells the forms of a page apart."""

    why = _why_field()

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"link-{number}-%s", **kwargs})


def spoken_name(who: Who) -> str:
    """An account as a form and a table name it: never that of a possible victim."""
    if who.account is None:
        return _("an account that was erased")
    if who.is_victim:
        return _("a possible victim's account (%(client)s)") % {"client": who.account.client}
    return f"{who.name} ({who.account.client})"
