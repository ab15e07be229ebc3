"""The form of what is known of somebody: how it is entered, read from what was entered, and shown again."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.queries import Identity, IpEvent
from lightkeeper.record.services import COUNTRIES

MOST_LINES: Final = 20
IP_EVENTS: Final = ("Login", "Registration", "Purchase", "Upload", "Other", "Unknown")
"""What can have happened at an address, as authorities' forms call it."""
_TEXT: Final = {"autocomplete": "off"}
_T = TypeVar("_T")
_web_address = URLValidator(schemes=["http", "https"])


def _line(label: Any, longest: int = 255) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=_TEXT))


def _lines(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, **_TEXT})
    return forms.CharField(label=label, required=False, max_length=4000, widget=widget, help_text=help_text)


class IdentityForm(forms.Form):
    """What is known of somebody, in the fields that authorities take; none of them is required."""

    screen_name = _line(gettext_lazy("Screen name"))
    display_names = _lines(gettext_lazy("Other names shown"), gettext_lazy("One a line."))
    first_name = _line(gettext_lazy("First name"))
    last_name = _line(gettext_lazy("Last name"))
    age = forms.IntegerField(label=gettext_lazy("Age, in years"), required=False, min_value=0, max_value=120)
    date_of_birth = forms.DateField(
        label=gettext_lazy("Date of birth"), required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", **_TEXT}, format="%Y-%m-%d"),
    )  # fmt: skip
    emails = _lines(gettext_lazy("E-mail addresses"), gettext_lazy("One a line."))
    phones = _lines(gettext_lazy("Telephone numbers"), gettext_lazy("One a line, with the code of the country."))
    street = _line(gettext_lazy("Street and number"))
    city = _line(gettext_lazy("City"))
    zip_code = _line(gettext_lazy("Postal code"), 32)
    country = _line(gettext_lazy("Country (two letters)"), 2)
    school = _line(gettext_lazy("School"))
    profile_urls = _lines(gettext_lazy("Addresses of profiles"), gettext_lazy("One a line, with https://."))
    ip_events = _lines(
        gettext_lazy("Addresses on the Internet"),
        gettext_lazy("One a line: address, event, time with its zone, port. Such as: 192.0.2.7, Login,"
                     " 2026-11-01T10:00Z, 443. All but the address may be left out."),
    )  # fmt: skip
    devices = _lines(gettext_lazy("Devices"), gettext_lazy("One a line, such as: IMEI: 35-209900-176148-1"))
    note = forms.CharField(
        label=gettext_lazy("What else is known"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("No content of the case."),
    )  # fmt: skip

    def clean_country(self) -> str:
        """A code that there is."""
        code = str(self.cleaned_data["country"]).upper()
        if code and code not in COUNTRIES:
            raise ValidationError(_("There is no country with this code."))
        return code

    def clean_display_names(self) -> tuple[str, ...]:
        """A tuple."""
        return self._each("display_names", _checked_text)

    def clean_emails(self) -> tuple[str, ...]:
        """Addresses."""
        return self._each("emails", _checked_email)

    def clean_phones(self) -> tuple[str, ...]:
        """A tuple."""
        return self._each("phones", _checked_text)

    def clean_profile_urls(self) -> tuple[str, ...]:
        """Addresses."""
        return self._each("profile_urls", _checked_url)

    def clean_ip_events(self) -> tuple[IpEvent, ...]:
        """Addresses on the Internet with what happened there."""
        return self._each("ip_events", _ip_event)

    def clean_devices(self) -> tuple[tuple[str, str], ...]:
        """Pairs."""
        return self._each("devices", _device)

    def identity(self) -> Identity:
        """What was entered, where the form is valid; the account is not this form's to say."""
        said = {name: self.cleaned_data[name] for name in IdentityForm.base_fields}
        born: date | None = said.pop("date_of_birth")
        return Identity(date_of_birth="" if born is None else born.isoformat(), **said)

    def _each(self, name: str, read: Callable[[str], _T]) -> tuple[_T, ...]:
        found = [line.strip() for line in str(self.cleaned_data[name]).splitlines() if line.strip()]
        if len(found) > MOST_LINES:
            raise ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        return tuple(read(line) for line in found)


def entered(identity: Identity) -> dict[str, Any]:
    """An identity as the form has it before anything is changed."""
    return {
        **{name: getattr(identity, name) for name in IdentityForm.base_fields},
        **{name: "\n".join(lines) for name, lines in _written(identity).items()},
    }


def facts(identity: Identity) -> Iterator[tuple[str, list[str]]]:
    """What is known, for reading: the name of each field that says something, and its lines."""
    if identity.account:
        yield _("Account"), [identity.account]
    written = _written(identity)
    for name, field in IdentityForm.base_fields.items():
        value = getattr(identity, name)
        if value not in ("", (), None):
            yield str(field.label), written.get(name, [str(value)])


def _written(identity: Identity) -> dict[str, list[str]]:
    return {
        **{name: list(getattr(identity, name)) for name in ("display_names", "emails", "phones", "profile_urls")},
        "ip_events": [_as_line(one) for one in identity.ip_events],
        "devices": [f"{kind}: {value}" for kind, value in identity.devices],
    }


def _as_line(one: IpEvent) -> str:
    parts = [one.address, one.event, one.at, "" if one.port is None else str(one.port)]
    return ", ".join(parts).rstrip(", ")


def _checked_text(text: str) -> str:
    if len(text) > 255:
        raise ValidationError(_("A line has at most 255 characters."))
    return text


def _checked_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValidationError(_("“%(text)s” is no e-mail address.") % {"text": text[:80]}) from None
    return text


def _checked_url(text: str) -> str:
    try:
        _web_address(text)
    except ValidationError:
        raise ValidationError(_("“%(text)s” is no address of a page.") % {"text": text[:80]}) from None
    return text


def _device(line: str) -> tuple[str, str]:
    kind, colon, value = line.partition(":")
    if not (colon and kind.strip() and value.strip()):
        raise ValidationError(_("Write the kind of the device, a colon, and its number."))
    return _checked_text(kind.strip()), _checked_text(value.strip())


def _ip_event(line: str) -> IpEvent:
    address, event, at, port = ([part.strip() for part in line.split(",")] + [""] * 3)[:4]
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise ValidationError(_("“%(text)s” is no address on the Internet.") % {"text": address[:80]}) from None
    if event and event not in IP_EVENTS:
        raise ValidationError(_("What happened is one of: %(events)s.") % {"events": ", ".join(IP_EVENTS)})
    if line.count(",") > 3 or (at and not _is_moment(at)):
        raise ValidationError(_("Write the time as 2026-11-01T10:00Z, with its zone, and nothing after the port."))
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 1 << 16):
        raise ValidationError(_("A port is a number from 1 to 65535."))
    return IpEvent(address, event, at, int(port) if port else None)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
