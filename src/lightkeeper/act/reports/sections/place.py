"""Where it happened: pages, chats, games, telephones, networks, and places that are not on the Internet."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.reports.ncmec.report import (
    CellPhone,
    Chat,
    EmailIncident,
    Gaming,
    InternetDetails,
    Newsgroup,
    NonInternet,
    PeerToPeer,
    Report,
    WebPage,
)
from lightkeeper.act.reports.sections.base import Section, as_maybe, line, lines, maybe, text

_KINDS: Final[dict[str, type[Any]]] = {
    "web_page": WebPage, "email": EmailIncident, "newsgroup": Newsgroup, "chat": Chat, "gaming": Gaming,
    "cell_phone": CellPhone, "non_internet": NonInternet, "peer_to_peer": PeerToPeer,
}  # fmt: skip
_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "page_urls": ("web_page", "urls"),
    "page_hosted_elsewhere": ("web_page", "third_party_hosted_content"),
    "page_info": ("web_page", "additional_info"),
    "chat_service": ("chat", "chat_client"),
    "chat_room": ("chat", "chat_room_name"),
    "chat_info": ("chat", "additional_info"),
    "game": ("gaming", "game_name"),
    "console": ("gaming", "console"),
    "mail_addresses": ("email", "email_addresses"),
    "phone_number": ("cell_phone", "phone_number"),
    "newsgroup": ("newsgroup", "name"),
    "network": ("peer_to_peer", "client"),
    "network_files": ("peer_to_peer", "file_names"),
    "offline_place": ("non_internet", "location_name"),
    "offline_info": ("non_internet", "additional_info"),
}
"""For each field the kind of place, and what it says of the first place of that kind."""
_web_address = URLValidator(schemes=["http", "https", "ftp"])


def checked_url(address: str) -> None:
    """Refuse what is no address of a page."""
    try:
        _web_address(address)
    except ValidationError:
        raise ValidationError(_("“%(text)s” is no address of a page.") % {"text": address[:80]}) from None


def checked_email(address: str) -> None:
    """Refuse what is no e-mail address."""
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("“%(text)s” is no e-mail address.") % {"text": address[:80]}) from None


class WhereItHappened(Section):
    """Where it happened; of each kind of place the first is asked for, and others stay as they were drafted."""

    title = gettext_lazy("Where it happened")
    page_urls = lines(gettext_lazy("Addresses of pages"), gettext_lazy("One a line, with https://."), 2083, checked_url)
    page_hosted_elsewhere = maybe(gettext_lazy("It lies with somebody else, and is only linked here"))
    page_info = text(gettext_lazy("What else is known of these pages"), 3000)
    chat_service = line(gettext_lazy("Name of the chat or its program"))
    chat_room = line(gettext_lazy("Room or conversation"))
    chat_info = text(gettext_lazy("What else is known of the chat"), 3000, gettext_lazy("No words of it."))
    game = line(gettext_lazy("Name of the game"))
    console = line(gettext_lazy("Console or device of the game"))
    mail_addresses = lines(
        gettext_lazy("E-mail addresses from which it was sent"),
        gettext_lazy("One a line. Each also stands with the reported account or somebody else of the report."), 255,
        checked_email,
    )  # fmt: skip
    phone_number = line(gettext_lazy("Telephone number over which it was sent"), 50)
    newsgroup = line(gettext_lazy("Newsgroup"))
    network = line(gettext_lazy("Program of a file-sharing network"))
    network_files = text(gettext_lazy("Names of files in that network"), 3000)
    offline_place = line(gettext_lazy("Place that is not on the Internet"))
    offline_info = text(gettext_lazy("What else is known of that place"), 3000)

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now."""
        return {name: _entered(_value(report, *where)) for name, where in _FIELDS.items()}

    def changed(self, report: Report) -> Report:
        """The report with what the form says; everything else as it was."""
        details = list(report.internet_details)
        for kind, made in _KINDS.items():
            said = {attribute: self.cleaned_data[name] or _nothing(self.cleaned_data[name])
                    for name, (of, attribute) in _FIELDS.items() if of == kind}  # fmt: skip
            _put(details, kind, made, said)
        return dataclasses.replace(report, internet_details=tuple(details))


def _value(report: Report, kind: str, attribute: str) -> Any:
    place = next((held for one in report.internet_details if (held := getattr(one, kind)) is not None), None)
    return None if place is None else getattr(place, attribute)


def _entered(value: Any) -> Any:
    return as_maybe(value) if isinstance(value, bool) else "" if value is None else value


def _nothing(said: Any) -> Any:
    """What an empty field means: False is a word, "" and () are none."""
    return said if isinstance(said, bool | tuple) else None


def _put(details: list[InternetDetails], kind: str, made: type[Any], said: dict[str, Any]) -> None:
    """Have the first place of a kind say this; take it out where nothing is left of it."""
    at = next((number for number, one in enumerate(details) if getattr(one, kind) is not None), None)
    after = dataclasses.replace(made() if at is None else getattr(details[at], kind), **said)
    if at is None and after != made():
        details.append(InternetDetails(**{kind: after}))
    elif at is not None and after == made():
        del details[at]
    elif at is not None:
        details[at] = InternetDetails(**{kind: after})
