"""The forms of the page of a case's actions. Rules stand in the services; here is only what a field looks like."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.queries import (
    AGENCIES,
    CASE_KINDS,
    LONGEST_DAYS,
    LONGEST_REASON,
    LONGEST_REFERENCE,
    STATEMENTS,
    Account,
    Basis,
)
from lightkeeper.act.types import NoticeBasis, NoticeRule, ReversalGround

_WHY: Final = {"rows": 2}


class ProposalForm(forms.Form):
    """What is to be done about which account, and why. Choices are what the judgements of the case allow."""

    kind = forms.ChoiceField(label=_("What is to be done"))
    account = forms.ChoiceField(
        label=_("Account"), required=False, help_text=_("The platform's own name of it. Not for referring.")
    )
    statement = forms.ChoiceField(
        label=_("Statement of reasons"), help_text=_("A fixed sentence that the platform may give to its user.")
    )
    reference = forms.CharField(
        label=_("Law or rule"),
        required=False,
        max_length=LONGEST_REFERENCE,
        help_text=_("Such as “terms 4.2”. It goes to the platform: no content, and nothing about a person."),
    )
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=LONGEST_DAYS,
        help_text=_("For a restriction or a suspension; empty: until it is lifted."),
    )
    agency = forms.ChoiceField(label=_("Agency"), required=False, help_text=_("Only for referring."))

    def __init__(self, *args: Any, accounts: list[Account], bases: list[Basis], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": "action-%s"})
        weights = {basis.weight for basis in bases}
        none = [("", _("None"))]
        said = list(dict.fromkeys(code for basis in bases for code in basis.statements))
        self._choose("kind", [(kind.value, kind.label) for kind, row in CASE_KINDS.items() if row.after & weights])
        self._choose("account", none + [(one.key, f"{one.name} ({one.client})") for one in accounts])
        self._choose("statement", [(code, STATEMENTS[code].title) for code in said])
        self._choose("agency", [*none, *AGENCIES])
        if len(accounts) == 1:
            self.fields["account"].initial = accounts[0].key

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = choices


class DelayForm(forms.Form):
    """Users are not told: on what basis, how strictly, until when, and why."""

    basis = forms.ChoiceField(label=_("On what basis"), choices=NoticeBasis.choices)
    rule = forms.ChoiceField(label=_("Users"), choices=[one for one in NoticeRule.choices if one[0] != NoticeRule.NOW])
    until = forms.DateTimeField(
        label=_("Until (UTC)"),
        help_text=_("At most 14 days from now for safeguarding, 90 for an authority; it can be extended then."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    note = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, help_text=_("Kept sealed. Who asked for it, and by what."),
        widget=forms.Textarea(attrs=_WHY),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": "delay-%s"})


class UntilForm(forms.Form):
    """Another end of a delay."""

    until = DelayForm.base_fields["until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": "other-end-%s"})


class ReversalForm(forms.Form):
    """Why something is reversed. ``of`` tells the forms of a page apart."""

    ground = forms.ChoiceField(label=_("Because"), choices=ReversalGround.choices)
    note = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, help_text=_("Kept sealed."), widget=forms.Textarea(attrs=_WHY)
    )

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": f"reverse-{of}-%s"})


class RefusalForm(forms.Form):
    """Why a second person refuses."""

    why = forms.CharField(label=_("Why it is refused"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs=_WHY))

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": f"refuse-{of}-%s"})
