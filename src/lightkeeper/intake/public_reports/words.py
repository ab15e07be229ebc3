"""The words of the form: one file a language, shipped in ``report-form/``, and an operator's over it.

Read once a process and checked whole: a language that lacks a sentence is refused, so nobody meets a gap. An operator's
files lie in ``report-form/`` below ``moments_dir``; one of a shipped language replaces it whole, any other adds one.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error

from lightkeeper.intake.moments.files import Node, documents
from lightkeeper.intake.moments.reading import FALLBACK_LANGUAGE, shown
from lightkeeper.intake.moments.reading import read as read_moments
from lightkeeper.intake.moments.types import Country, MomentsError
from lightkeeper.intake.public_reports.states import SeenOn, Voice

FOLDER: Final = "report-form"
PACKAGE: Final = "lightkeeper.intake.public_reports"
LONGEST: Final = 400
VOICES: Final = (Voice.CHILD, Voice.ADULT)
"""Those to whom the page speaks."""

COMMON: Final = (
    "title", "intro", "skip", "danger_title", "danger_text", "danger_number", "choose", "to_child", "to_adult",
    "to_start", "to_ticket", "languages", "help_title", "help_intro", "help_country", "help_show", "help_child",
    "help_parent", "country_any", "privacy", "optional", "trap", "seen_on",
    *(f"seen_on_{one.value}" for one in SeenOn),
    "error_title", "error_nothing", "error_line", "error_many", "error_long", "error_choice", "error_demo",
    "error_expired", "error_unreadable", "error_large", "error_file", "error_busy", "error_try", "done_title",
    "done_danger", "done_ticket", "done_keep", "done_use", "done_more", "ticket_title", "ticket_field", "ticket_help",
    "ticket_send", "ticket_received", "ticket_looked_at", "ticket_closed", "ticket_unknown", "ticket_never",
)  # fmt: skip
SPOKEN: Final = (
    "title", "intro", "steps_title", "never_title", "addresses", "addresses_help", "description", "description_help",
    "danger", "danger_no", "danger_unsure", "danger_yes", "contact", "contact_help", "send", "thanks",
)  # fmt: skip
LISTED: Final = ("steps", "never")

_logger = logging.getLogger(__name__)
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_FORMAT: Final = "lightkeeper-report-form"


@dataclass(frozen=True, slots=True)
class Words:
    """All sentences of one language. ``common`` and each voice by the names above; ``countries`` by ISO code."""

    language: str
    name: str
    version: str
    countries: Mapping[str, str]
    common: Mapping[str, str]
    voices: Mapping[Voice, Mapping[str, Any]]

    def country(self, code: str) -> str:
        """What a country is called; its code where no name was given."""
        return self.countries.get(code, code)


def fill(text: str, **values: object) -> str:
    """A sentence with values in the place of ``{names}``; anything else in it stays as it is."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def all_words() -> Mapping[str, Words]:
    """Every language of this installation; what is shipped where an operator's files cannot be used."""
    try:
        return read(settings.LIGHTKEEPER["moments_dir"])
    except MomentsError as error:
        _logger.error("words of the report form cannot be used: %s", error)  # noqa: TRY400  # the sentence says all
        return read(None)


def countries() -> Mapping[str, Country]:
    """Who helps, by country: the same as children are shown at the four moments."""
    try:
        return shown().countries
    except MomentsError as error:
        _logger.error("guidance cannot be used: %s", error)  # noqa: TRY400  # the sentence says all
        return read_moments(None).countries


@functools.lru_cache(maxsize=4)
def read(own: Path | None) -> Mapping[str, Words]:
    """What is shipped, and over it what a directory has."""
    return {one.language: one for one in map(_words, documents(FOLDER, own, package=PACKAGE))}


def nearest(asked: str, there: Mapping[str, Words]) -> Words:
    """The language that comes nearest: the same (``de-AT``), its first part (``de``), English."""
    low = asked.lower()
    return next((there[one] for one in (low, low.partition("-")[0]) if one in there), there[FALLBACK_LANGUAGE])


def own_words(**_: Any) -> list[CheckMessage]:
    """Django's check: an error where an operator's words cannot be used."""
    own = settings.LIGHTKEEPER["moments_dir"]
    if own is None:
        return []
    try:
        read(own)
    except MomentsError as error:
        return [Error(str(error), id="lightkeeper.report_form")]
    return []


def _words(node: Node) -> Words:
    fields = node.fields("format", "language", "name", "version", "countries", "common", *map(str, VOICES))
    fields["format"].is_format(_FORMAT)
    return Words(
        fields["language"].language(),
        fields["name"].text(40),
        fields["version"].text(40),
        {_code(code, place): place.text(60) for code, place in fields["countries"].mapping().items()},
        {name: place.text(LONGEST) for name, place in fields["common"].fields(*COMMON).items()},
        {voice: _voice(fields[voice.value]) for voice in VOICES},
    )


def _voice(node: Node) -> dict[str, Any]:
    fields = node.fields(*SPOKEN, *LISTED)
    texts: dict[str, Any] = {name: fields[name].text(LONGEST) for name in SPOKEN}
    return texts | {name: [one.text(LONGEST) for one in fields[name].items()] for name in LISTED}


def _code(code: str, place: Node) -> str:
    if not _COUNTRY.fullmatch(code):
        raise place.wrong("its name must be two capital letters (ISO 3166-1, quote NO).")
    return code
