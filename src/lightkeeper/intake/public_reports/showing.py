"""What a public page is made of: the language and the country that a browser asks for, and who helps there."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from lightkeeper.intake.moments.reading import FALLBACK_COUNTRY
from lightkeeper.intake.moments.types import Audience, Country
from lightkeeper.intake.public_reports import cleaning
from lightkeeper.intake.public_reports.states import Danger, SeenOn, Voice
from lightkeeper.intake.public_reports.words import Words, all_words, countries, fill, nearest

_LONGEST_QUERY: Final = 200
_AUDIENCES = {Voice.CHILD: (Audience.CHILD,), Voice.ADULT: (Audience.PARENT,)}


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who helps, in the page's language, or marked by the one that there is (``language``)."""

    name: str
    says: str
    language: str
    phone: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page for one reader."""

    words: Words
    voice: Voice | None
    country: Country
    languages: tuple[tuple[str, str, str], ...]
    countries: tuple[tuple[str, str], ...]
    query: str

    @property
    def say(self) -> Mapping[str, str]:
        """The sentences that are the same for all."""
        return self.words.common

    @property
    def speak(self) -> Mapping[str, Any]:
        """The sentences of this page's voice, with their numbers."""
        spoken = self.words.voices[self.voice or Voice.ADULT]
        days = settings.LIGHTKEEPER["public_contact_days"]
        numbers = {
            "addresses_help": fill(spoken["addresses_help"], most=cleaning.MOST_ADDRESSES),
            "contact_help": fill(spoken["contact_help"], days=days),
        }
        return {**spoken, **numbers}

    @property
    def organisation(self) -> str:
        """Whose page this is."""
        return str(settings.LIGHTKEEPER["report_service"]) or "Lightkeeper"

    @property
    def emergency(self) -> str:
        """The emergency number in a sentence, "" where none is known."""
        number = self.country.emergency
        return fill(self.words.common["danger_number"], number=number) if number else ""

    @property
    def helpers(self) -> list[tuple[str, list[Helper]]]:
        """Who helps, under a heading for each kind of reader that the page speaks to."""
        wanted = _AUDIENCES.get(self.voice, tuple(Audience)) if self.voice else tuple(Audience)
        return [(self.say[f"help_{one.value}"], self._of(one)) for one in wanted]

    def _of(self, audience: Audience) -> list[Helper]:
        found = []
        for one in self.country.resources:
            if audience in one.audiences:
                language = next(
                    (lang for lang in (self.words.language, self.words.language.partition("-")[0]) if lang in one.says),
                    "en",
                )
                found.append(Helper(one.name, one.says[language], language, one.phone, one.url))
        return found

    @property
    def seen_on(self) -> list[tuple[str, str]]:
        """Where something can have been seen, and what that is called."""
        return [(one.value, self.say[f"seen_on_{one.value}"]) for one in SeenOn]

    @property
    def dangers(self) -> list[tuple[str, str]]:
        """The answers to whether a child is in danger."""
        return [(one.value, str(self.speak[f"danger_{one.value}"])) for one in Danger]

    @property
    def other_addresses(self) -> int:
        """How many addresses fit into one report."""
        return cleaning.MOST_ADDRESSES


def page_for(request: HttpRequest, voice: Voice | None = None) -> Page:
    """The page in the language and for the country that are asked for, by the address or by the browser."""
    accepted = [tag for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500].lower())]
    there, helping, sent = all_words(), countries(), _query(request)
    words = _words(sent.get("lang", ""), accepted, there)
    country = _country(sent.get("country", ""), accepted, helping)
    known: dict[str, Container[str]] = {"lang": there, "country": helping}
    asked = {name: sent[name] for name, ones in known.items() if sent.get(name) in ones}  # nothing else, in our links
    languages = tuple(
        (one.language, one.name, "?" + urlencode({**asked, "lang": one.language})) for one in there.values()
    )
    named = sorted((words.country(code), code) for code in helping if code != FALLBACK_COUNTRY)
    listed = (*((code, name) for name, code in named), (FALLBACK_COUNTRY, words.common["country_any"]))
    return Page(words, voice, country, languages, listed, f"?{urlencode(asked)}" if asked else "")


def _query(request: HttpRequest) -> dict[str, str]:
    """What the address asks for; nothing where it is longer than any of ours, so that it costs nothing."""
    query = str(request.META.get("QUERY_STRING", ""))
    return {} if len(query) > _LONGEST_QUERY else dict(parse_qsl(query, errors="replace"))


def _words(asked: str, accepted: list[str], there: Mapping[str, Words]) -> Words:
    if asked in there:
        return there[asked]
    known = next((tag for tag in accepted if tag in there or tag.partition("-")[0] in there), "en")
    return nearest(known, there)


def _country(asked: str, accepted: list[str], helping: Mapping[str, Country]) -> Country:
    """The country that was asked for, else that of the first language that names one (``de-AT``), else any."""
    regions = (tag.rpartition("-")[2].upper() for tag in accepted if "-" in tag)
    found = next((code for code in (asked, *regions) if code in helping), FALLBACK_COUNTRY)
    return helping[found]
