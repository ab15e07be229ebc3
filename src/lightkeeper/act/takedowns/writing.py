"""What a notice says: the address, what it holds by category, when, whom to ask; never what is seen there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from lightkeeper.act.takedowns.states import RecipientKind
from lightkeeper.runtime.services import seal, unseal

PURPOSE: Final = "act:takedown"
LANGUAGES: Final = {"en": _("English"), "de": _("German")}


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject, which goes through many hands and so names no address, and a text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a letter may tell."""

    kind: RecipientKind
    addresses: tuple[str, ...]
    category: str
    assessed_at: datetime
    country: str
    reference: str
    organisation: str
    contact: str
    hours: int


_CATEGORIES: Final = {
    "en": {
        "A": "category A (most severe)", "B": "category B", "C": "category C", "prohibited_image": "a prohibited image",
        "": "child sexual abuse material",
    },
    "de": {
        "A": "Kategorie A (am schwersten)", "B": "Kategorie B", "C": "Kategorie C",
        "prohibited_image": "eine verbotene Darstellung", "": "Darstellungen sexuellen Kindesmissbrauchs",
    },
}  # fmt: skip
_SUBJECT: Final = {
    "en": {"host": "Notice {reference}: illegal content on your servers", "": "Referral {reference}: illegal content"},
    "de": {"host": "Hinweis {reference}: illegale Inhalte auf Ihren Servern", "": "Weiterleitung {reference}"},
}
_HOST_EN: Final = """\
{organisation} assessed the following on {date} (UTC)
as child sexual abuse material, {category}.
It answers from a server of yours{hosted}.

{addresses}

Please stop access to it within {hours} hours, keep what the law asks you
to keep for the authorities, and tell us what you did. Do not open, copy or
forward what is there more than you must.

Reference: {reference}
Questions: {contact}
"""
_REFERRAL_EN: Final = """\
{organisation} assessed the following on {date} (UTC)
as child sexual abuse material, {category}{hosted}.
We refer it to you so that it can be removed where it is.

{addresses}

Please tell us within {hours} hours what became of it. This letter holds no
picture.

Reference: {reference}
Questions: {contact}
"""
_HOST_DE: Final = """\
{organisation} hat Folgendes am {date} (UTC)
als Darstellung sexuellen Kindesmissbrauchs bewertet, {category}.
Es antwortet von einem Ihrer Server{hosted}.

{addresses}

Bitte sperren Sie den Zugang innerhalb von {hours} Stunden, bewahren Sie auf,
was das Gesetz für die Behörden verlangt, und teilen Sie uns mit, was Sie
getan haben. Öffnen, kopieren und versenden Sie nichts davon, wenn Sie nicht
müssen.

Zeichen: {reference}
Fragen: {contact}
"""
_REFERRAL_DE: Final = """\
{organisation} hat Folgendes am {date} (UTC)
als Darstellung sexuellen Kindesmissbrauchs bewertet, {category}{hosted}.
Wir leiten es an Sie weiter, damit es dort entfernt wird, wo es liegt.

{addresses}

Bitte teilen Sie uns innerhalb von {hours} Stunden mit, was daraus geworden
ist. Dieses Schreiben enthält kein Bild.

Zeichen: {reference}
Fragen: {contact}
"""
_TEXTS: Final = {"en": {"host": _HOST_EN, "": _REFERRAL_EN}, "de": {"host": _HOST_DE, "": _REFERRAL_DE}}
_HOSTED: Final = {"en": " (country of the host: {country})", "de": " (Land des Servers: {country})"}


def written(facts: Facts, language: str) -> Letter:
    """A letter in one of ``LANGUAGES``; KeyError for another."""
    texts, place = _TEXTS[language], "host" if facts.kind == RecipientKind.HOST else ""
    known = facts.country not in {"", "unknown"}
    words = {
        "organisation": facts.organisation, "date": f"{facts.assessed_at:%Y-%m-%d %H:%M}",
        "category": _CATEGORIES[language].get(facts.category) or _CATEGORIES[language][""],
        "hosted": _HOSTED[language].format(country=facts.country) if known else "",
        "addresses": "\n".join(facts.addresses), "hours": facts.hours, "reference": facts.reference,
        "contact": facts.contact,
    }  # fmt: skip
    return Letter(_SUBJECT[language][place].format(**words), texts[place].format(**words))


def sealed(letter: Letter, context: bytes) -> bytes:
    """A letter as a row keeps it."""
    said = json.dumps([letter.subject, letter.text], ensure_ascii=False).encode()
    return seal(PURPOSE, said, context=context)


def letter_of(content: bytes | memoryview, context: bytes) -> Letter | None:
    """The letter again; None once it was destroyed. Raises SealError."""
    if not content:
        return None
    subject, text = json.loads(unseal(PURPOSE, bytes(content), context=context))
    return Letter(subject, text)
