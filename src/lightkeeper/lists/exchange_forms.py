"""What people fill in about where a list is fetched from: what all kinds have, what each has, and its credentials."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lightkeeper.lists.exchanges.clients import has_clients
from lightkeeper.lists.exchanges.feed_options import FIELDS, FORMATS
from lightkeeper.lists.exchanges.registry import KINDS
from lightkeeper.lists.exchanges.setting import LONGEST, SHORTEST
from lightkeeper.lists.types import Algorithm, ExchangeKind

SECRETS: Final = {
    "username": _("User name"),
    "password": _("Password"),
    "subscription_key": _("Subscription key"),
    "fetch_key": _("Function key for fetching"),
    "feedback_key": _("Function key for feedback"),
    "token": _("Access token (app id|app secret)"),
    "header_value": _("Value of the header"),
}
FIELD_SAYS: Final = {
    "value": _("Field of the value"),
    "algorithm": _("Field of the algorithm"),
    "id": _("Field of the id"),
    "category": _("Field of the category"),
    "confidence": _("Field of the confidence"),
    "deleted": _("Field that says that a record is deleted"),
    "time": _("Field of the time of the last change"),
}


def _text(label: Any, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, required=required, **more)


class ExchangeForm(forms.Form):
    """What all kinds have."""

    every_minutes = forms.IntegerField(
        label=_("Fetched every so many minutes"), min_value=SHORTEST, max_value=LONGEST, initial=60
    )
    enabled = forms.BooleanField(label=_("Fetch it"), required=False, initial=True)
    feedback = forms.BooleanField(
        label=_("Tell the source what people grade"), required=False,
        help_text=_("Only after a grade stands; each is shown with the exchange."),
    )  # fmt: skip
    kind: ExchangeKind

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not KINDS[self.kind].tells:
            del self.fields["feedback"]
        if settings.LIGHTKEEPER["outbound_allow"] and self.kind in _TESTED:
            self.fields["address"] = _text(
                _("Address of a test server"), help_text=_("Only hosts that LIGHTKEEPER_OUTBOUND_ALLOW names.")
            )

    def options(self) -> dict[str, Any]:
        """The kind's options as they were filled in, without those that were left empty."""
        common = {"every_minutes", "enabled", "feedback"}
        return {name: value for name, value in self.cleaned_data.items() if name not in common and value != ""}

    @classmethod
    def initial_of(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        """What the form begins with for these options."""
        return dict(options)


_TESTED: Final = {ExchangeKind.NCMEC, ExchangeKind.STOPNCII, ExchangeKind.THREATEXCHANGE}


class NcmecForm(ExchangeForm):
    """NCMEC hash sharing."""

    kind = ExchangeKind.NCMEC
    environment = forms.ChoiceField(label=_("Environment"), help_text=_("As NCMEC named it when it gave you access."))
    negative_reason = _text(
        _("NCMEC's reason for votes against entries"),
        help_text=_("By its name or code; used where nobody gave one. Needed only for feedback."),
    )  # fmt: skip
    field_order = ("environment", "negative_reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, name.replace("_", " ")) for name in _environments()]
        self.fields["environment"].choices = choices  # type: ignore[attr-defined]  # it is the field of choices above


def _environments() -> list[str]:
    """The names of NCMEC's environments, none without its client."""
    if not has_clients():
        return []
    return [one.name for one in import_module("lightkeeper.lists.exchanges.ncmec").NCMECEnvironment]


class StopNciiForm(ExchangeForm):
    """StopNCII has no options of its own."""

    kind = ExchangeKind.STOPNCII


class ThreatExchangeForm(ExchangeForm):
    """One privacy group of ThreatExchange."""

    kind = ExchangeKind.THREATEXCHANGE
    privacy_group = forms.RegexField(
        r"\A\d{1,19}\Z", label=_("Privacy group"), error_messages={"invalid": _("A number.")},
        help_text=_("Its number."),
    )  # fmt: skip
    field_order = ("privacy_group",)


class FileForm(ExchangeForm):
    """A file of this machine."""

    kind = ExchangeKind.FILE
    path = _text(
        _("Path"), required=True,
        help_text=_("Within the folder list-files of the data directory. It is read whole whenever it is another."),
    )  # fmt: skip
    field_order = ("path",)


class FeedForm(ExchangeForm):
    """A CSV or JSON feed: where it is, and which of its fields say what."""

    kind = ExchangeKind.FEED
    address = _text(_("Address"), required=True, help_text=_("It begins with https://."))
    format = forms.ChoiceField(label=_("Format"), choices=[(name, name.replace("_", " ")) for name in FORMATS])
    algorithm = forms.ChoiceField(
        label=_("Algorithm of all values"), required=False, help_text=_("Where no field names it."),
        choices=[("", _("as a field says")), *((name, name) for name in Algorithm.values)],
    )  # fmt: skip
    algorithms = forms.CharField(
        label=_("Its names of algorithms"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("A line each: the feed's name, =, ours; where they are others."),
    )  # fmt: skip
    records = _text(_("Path to the records"), help_text=_("JSON only: names with dots between them."))
    whole = forms.BooleanField(
        label=_("It is always the whole list"), required=False, initial=True,
        help_text=_("What it does not have any more is withdrawn."),
    )  # fmt: skip
    header = _text(_("Name of a header with a credential"))
    cursor_path = _text(_("Path to the cursor of the next page"))
    cursor_parameter = _text(_("Parameter that takes the cursor"))
    since_parameter = _text(_("Parameter that asks for changes since a time"))
    field_order = ("address", "format", *(f"field_{name}" for name in FIELD_SAYS))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FIELD_SAYS.items():
            self.fields[f"field_{name}"] = _text(label, required=name == "value")
        self.order_fields(self.field_order)

    def clean_algorithms(self) -> dict[str, str]:
        """The feed's names with ours."""
        pairs = [line.rpartition("=") for line in self.cleaned_data["algorithms"].splitlines() if line.strip()]
        found = {theirs.strip(): ours.strip().lower() for theirs, _equals, ours in pairs}
        if "" in found or any(ours not in Algorithm.values for ours in found.values()):
            raise forms.ValidationError(_("Each line gives one of our algorithms: name = pdq."))
        return found

    def options(self) -> dict[str, Any]:
        """With the fields in one."""
        options = super().options()
        return {
            **{name: value for name, value in options.items() if not name.startswith("field_")},
            "fields": {name: options[f"field_{name}"] for name in FIELDS if options.get(f"field_{name}")},
        }

    @classmethod
    def initial_of(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        """With a text for the map of algorithms, and a field for each field."""
        lines = "\n".join(f"{theirs} = {ours}" for theirs, ours in options.get("algorithms", {}).items())
        fields = {f"field_{name}": value for name, value in options.get("fields", {}).items()}
        return {**options, **fields, "algorithms": lines}


FORMS: Final[Mapping[ExchangeKind, type[ExchangeForm]]] = {
    form.kind: form for form in (NcmecForm, StopNciiForm, ThreatExchangeForm, FeedForm, FileForm)
}


class CredentialsForm(forms.Form):
    """What the source knows us by; never shown again, not even after an error."""

    def __init__(self, *args: Any, of: ExchangeKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = KINDS[of]
        for name in (*kind.required, *kind.optional):
            self.fields[name] = forms.CharField(
                label=SECRETS.get(name, name), required=name in kind.required, max_length=1000,
                widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
            )  # fmt: skip


class ConfirmForm(forms.Form):
    """An act that is confirmed."""

    sure = forms.BooleanField(label=_("Yes, I mean it"))
