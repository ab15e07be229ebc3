"""The forms of the pages of requests. Rules stand in the services; here is how a field looks and is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.requests.registering import NewRequest
from lightkeeper.act.requests.sealed import (
    LONGEST_BASIS,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_TEXT,
    Handed,
    Says,
)
from lightkeeper.act.requests.states import ENDS, Authority, RequestKind, RequestState, Way
from lightkeeper.act.requests.subjects import About
from lightkeeper.people.models import Client
from lightkeeper.review.models import Case

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s,;]+")
_TEXT: Final = {"autocomplete": "off"}


def _moment(**more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        **more,
    )


def _line(**more: Any) -> forms.CharField:
    return forms.CharField(**{"max_length": LONGEST_NAME, "widget": forms.TextInput(attrs=_TEXT), **more})


class _Form(forms.Form):
    """Several stand on one page: the ids of each one's fields begin with its name."""

    of = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.of}-%s", **kwargs})


class AboutForm(_Form):
    """What a request is about."""

    of = "about"
    cases = _line(
        label=gettext_lazy("Cases"), required=False, max_length=4000,
        help_text=gettext_lazy("Numbers, or addresses of their pages, with spaces between them."),
    )  # fmt: skip
    items = _line(
        label=gettext_lazy("Items"), required=False, max_length=2000,
        help_text=gettext_lazy("Numbers, as the audit trail names them."),
    )  # fmt: skip
    submissions = _line(
        label=gettext_lazy("Submissions"), required=False, max_length=2000,
        help_text=gettext_lazy("Numbers, as the audit trail names them; not the platform's ids."),
    )  # fmt: skip
    client = forms.ChoiceField(label=gettext_lazy("Platform of the accounts"), required=False)
    accounts = forms.CharField(
        label=gettext_lazy("Accounts"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "The platform's own ids, one a line. They are kept as a keyed index; the cases that are known of them are"
            " added."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "client", [("", _("None")), *Client.objects.order_by("name").values_list("pk", "name")])

    def clean(self) -> dict[str, Any]:
        """Accounts are a platform's."""
        data = super().clean() or self.cleaned_data
        if data.get("accounts", "").strip() and not data.get("client"):
            self.add_error("client", _("Say whose accounts these are."))
        return data

    def clean_cases(self) -> tuple[int, ...]:
        """Cases by number."""
        return tuple(self._case(word) for word in _words(self.cleaned_data["cases"]))

    def clean_items(self) -> tuple[int, ...]:
        """Items by number."""
        return _numbers(self.cleaned_data["items"])

    def clean_submissions(self) -> tuple[int, ...]:
        """Submissions by number."""
        return _numbers(self.cleaned_data["submissions"])

    def about(self) -> About:
        """What was named, where the form is valid."""
        data = self.cleaned_data
        names = [line.strip() for line in data["accounts"].splitlines() if line.strip()]
        accounts = tuple((int(data["client"]), name) for name in names)
        return About(data["cases"], data["items"], data["submissions"], accounts)

    def _case(self, word: str) -> int:
        named = _UUID.search(word)
        if named is None:
            return _number(word)
        number = Case.objects.filter(public=UUID(named[0])).values_list("pk", flat=True).first()
        if number is None:
            raise forms.ValidationError(_("There is no case with this address: %(word)s") % {"word": named[0]})
        return number


class RegisterForm(AboutForm):
    """A request as it came."""

    of = "id"
    kind = forms.ChoiceField(label=gettext_lazy("What is asked for"), choices=RequestKind.choices)
    authority = forms.ChoiceField(label=gettext_lazy("What kind of authority"), choices=Authority.choices)
    who = _line(
        label=gettext_lazy("Who asks"),
        help_text=gettext_lazy("The authority, and the official with a way to reach them. Kept sealed."),
    )
    reference = _line(
        label=gettext_lazy("Reference"), help_text=gettext_lazy("What they call the matter. Kept sealed.")
    )
    country = _line(
        label=gettext_lazy("Country"),
        max_length=2,
        help_text=gettext_lazy("Two letters, such as GB or DE."),
    )
    legal_basis = _line(
        label=gettext_lazy("Legal basis"), max_length=LONGEST_BASIS,
        help_text=gettext_lazy("The law that the request names, and how you know that it is genuine. Kept sealed."),
    )  # fmt: skip
    way = forms.ChoiceField(label=gettext_lazy("How it came"), choices=Way.choices)
    received_at = _moment(label=gettext_lazy("Received (UTC)"))
    due_at = _moment(
        label=gettext_lazy("Due (UTC)"), required=False,
        help_text=gettext_lazy("As the request says. Empty: in one hour for an emergency, 14 days for an order, else a"
                               " day."),
    )  # fmt: skip
    until = _moment(
        label=gettext_lazy("Until (UTC)"), required=False,
        help_text=gettext_lazy(
            "For how long to preserve, or not to tell. Empty: the term of the country, for preserving alone."
        ),
    )  # fmt: skip
    follows = forms.ChoiceField(
        label=gettext_lazy("It ends"), required=False,
        help_text=gettext_lazy("Only where a user may be told again: the request not to tell them."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("What it says"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("Kept sealed. No content of the case."),
    )  # fmt: skip
    field_order = (
        "kind", "authority", "who", "reference", "country", "legal_basis", "way", "received_at", "due_at", "until",
        "follows", "text", "cases", "items", "submissions", "client", "accounts",
    )  # fmt: skip

    def __init__(self, *args: Any, delays: Sequence[tuple[AuthorityRequest, Says]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delays = {str(row.public): row for row, _says in delays}
        shown = [(str(row.public), f"{says.reference} ({row.received_at:%Y-%m-%d})") for row, says in delays]
        _choose(self, "follows", [("", _("None")), *shown])

    def new(self) -> NewRequest:
        """What was entered, where the form is valid."""
        data = self.cleaned_data
        return NewRequest(
            kind=RequestKind(data["kind"]), authority=Authority(data["authority"]), country=data["country"],
            way=Way(data["way"]), received_at=data["received_at"], due_at=data["due_at"], until=data["until"],
            says=Says(data["who"], data["reference"], data["legal_basis"], data["text"]), about=self.about(),
            follows=self.delays.get(data["follows"]),
        )  # fmt: skip


def _note(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept sealed. No content."),
    )  # fmt: skip


class ExtendForm(_Form):
    """Another due date."""

    of = "extend"
    due_at = _moment(label=gettext_lazy("Due (UTC)"))
    note = _note(gettext_lazy("Why"))


class RenewForm(_Form):
    """A renewal by the authority."""

    of = "renew"
    until = _moment(
        label=gettext_lazy("Until (UTC)"), required=False,
        help_text=gettext_lazy("Empty: for the term of the country again, for preserving alone."),
    )  # fmt: skip
    note = _note(gettext_lazy("How it was renewed"))


class EndForm(_Form):
    """How it ends."""

    of = "end"
    end = forms.ChoiceField(
        label=gettext_lazy("It is"), choices=[(end, end.label) for end in ENDS], widget=forms.RadioSelect
    )
    note = _note(gettext_lazy("With what is it answered, or why is it refused"))

    def state(self) -> RequestState:
        """How it ends, where the form is valid."""
        return RequestState(self.cleaned_data["end"])


class WithdrawForm(_Form):
    """The authority withdrew it."""

    of = "withdraw"
    note = _note(gettext_lazy("How the authority withdrew it"))


class BackForm(_Form):
    """A second person does not agree."""

    of = "back"
    note = _note(gettext_lazy("Why it goes back"))


class HandForm(_Form):
    """What was handed over."""

    of = "hand"
    what = _note(gettext_lazy("What was handed over"))
    to = _line(label=gettext_lazy("To whom"), help_text=gettext_lazy("Kept sealed."))
    way = forms.ChoiceField(label=gettext_lazy("By which way"), choices=Way.choices)
    count = forms.IntegerField(label=gettext_lazy("How many files or records"), min_value=1, max_value=1_000_000)
    handed_at = _moment(label=gettext_lazy("When (UTC)"))
    digests = forms.CharField(
        label=gettext_lazy("SHA-256 of the files"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, as sha256sum writes them."),
    )  # fmt: skip

    def handed(self) -> Handed:
        """What was entered, where the form is valid."""
        data = self.cleaned_data
        lines = [line.split()[0] for line in data["digests"].splitlines() if line.strip()]
        return Handed(data["what"], data["to"], tuple(lines))


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
    field.choices = choices


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text.strip()) if word]


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(_number(word) for word in _words(text))


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise forms.ValidationError(_("“%(word)s” is no number.") % {"word": word[:40]})
    return int(word)
