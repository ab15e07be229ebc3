"""Texts and guidance of this installation: what is shipped, and over it what the operator's directory has.

Read once a process, checked whole: a language that lacks one text is refused, so nobody meets a gap.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from lightkeeper.intake.moments.files import Node, by_name, documents
from lightkeeper.intake.moments.types import Audience, Choice, Country, Group, Language, Moment, Resource, Text

FALLBACK_LANGUAGE: Final = "en"
FALLBACK_COUNTRY: Final = "international"
LONGEST_TITLE: Final = 60
LONGEST_TEXT: Final = 280
LONGEST_LABEL: Final = 24
_COUNTRY: Final = re.compile(rf"[A-Z]{{2}}|{FALLBACK_COUNTRY}")
_PHONE: Final = re.compile(r"[0-9+][0-9 +()-]{1,30}")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Shown:
    """All that may be shown: texts by language, guidance by country."""

    languages: dict[str, Language]
    countries: dict[str, Country]

    def language(self, asked: str) -> Language:
        """The texts of a language (``de-AT``, else ``de``), else English."""
        return self.languages[best(asked, self.languages)]

    def country(self, asked: str) -> Country:
        """The guidance of a country, else what there is for any."""
        return self.countries.get(asked.upper(), self.countries[FALLBACK_COUNTRY])


def best(asked: str, there: dict[str, Language] | dict[str, str]) -> str:
    """The language of these that comes nearest: the same, its first part, English."""
    low = asked.lower()
    return next((one for one in (low, low.partition("-")[0]) if one in there), FALLBACK_LANGUAGE)


def shown() -> Shown:
    """What this installation shows. Raises MomentsError, saying which file and what to do."""
    return read(settings.LIGHTKEEPER["moments_dir"])


@functools.lru_cache(maxsize=4)
def read(own: Path | None) -> Shown:
    """What is shipped, and over it what a directory has; its files replace a language or a country whole."""
    languages = {one.language: one for one in map(_language, documents("texts", own))}
    countries = {one.country: one for one in map(_country, documents("guidance", own))}
    return Shown(languages, countries)


def _language(node: Node) -> Language:
    fields = node.fields("format", "language", "version", "labels", "texts")
    fields["format"].is_format("lightkeeper-moments-texts")
    labels = by_name({one.value: one for one in Choice}, fields["labels"])
    texts = {}
    for moment, groups in by_name({one.value: one for one in Moment}, fields["texts"]).items():
        for group, place in by_name({one.value: one for one in Group}, groups).items():
            said = place.fields("title", "text")
            texts[moment, group] = Text(
                f"{moment.value}.{group.value}", said["title"].text(LONGEST_TITLE), said["text"].text(LONGEST_TEXT)
            )
    return Language(
        fields["language"].language(),
        fields["version"].text(40),
        texts,
        {choice: place.text(LONGEST_LABEL) for choice, place in labels.items()},
    )


def _country(node: Node) -> Country:
    fields = node.fields("format", "country", "emergency", "resources")
    fields["format"].is_format("lightkeeper-guidance")
    country = fields["country"].text(20)
    if not _COUNTRY.fullmatch(country):
        raise fields["country"].wrong(f"must be two capital letters (ISO 3166-1, quote NO), or {FALLBACK_COUNTRY}.")
    resources = tuple(map(_resource, fields["resources"].items()))
    if len({one.id for one in resources}) < len(resources):
        raise fields["resources"].wrong("has two of one id.")
    for audience in Audience:
        if not any(audience in one.audiences for one in resources):
            raise fields["resources"].wrong(f"must have something for the audience {audience.value}.")
    return Country(country, _phone(fields["emergency"]), resources)


def _resource(node: Node) -> Resource:
    fields = node.fields("id", "audiences", "name", "says", "phone", "url", "source", "checked")
    if not _ID.fullmatch(fields["id"].text(64)):
        raise fields["id"].wrong("must be small letters, digits and -.")
    says = {name.lower(): place.text(200) for name, place in fields["says"].mapping().items()}
    if FALLBACK_LANGUAGE not in says:
        raise fields["says"].wrong("must have English (en), which is shown where a language is not there.")
    phone, url = _phone(fields["phone"]), _url(fields["url"])
    if not (phone or url):
        raise node.wrong("must have a phone or a url.")
    return Resource(
        fields["id"].text(64),
        frozenset(map(_audience, fields["audiences"].items())),
        fields["name"].text(80),
        says,
        phone,
        url,
        fields["source"].text(200),
        _checked(fields["checked"]),
    )


def _audience(node: Node) -> Audience:
    try:
        return Audience(node.text(10))
    except ValueError:
        raise node.wrong("must be child or parent.") from None


def _phone(node: Node) -> str:
    found = node.text(32, empty=True)
    if found and not _PHONE.fullmatch(found):
        raise node.wrong('must be a telephone number such as "116 111", or "".')
    return found


def _url(node: Node) -> str:
    found = node.text(300, empty=True)
    if found and (urlsplit(found).scheme != "https" or not urlsplit(found).hostname or " " in found):
        raise node.wrong('must be an address that begins with https://, or "".')
    return found


def _checked(node: Node) -> str | None:
    if node.value is None:
        return None
    if type(node.value) is dt.date:
        return node.value.isoformat()
    raise node.wrong("must be a date such as 2026-11-23 (no quotes), or null where nobody has checked it.")
