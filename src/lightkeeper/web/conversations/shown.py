"""What the page of a conversation shows, in the reader's words; the templates under ``conversation/`` ask no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lightkeeper.web.charts.signals import Span, signal_strip, signal_track, strip_sentence
from lightkeeper.web.conversations.laying_out import Day, Line, heard_in_words
from lightkeeper.web.conversations.standing import TEXTS, TextStanding
from lightkeeper.web.conversations.words import FAMILIES, signal_words

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason: what it is called, what it says, from when to when, in how many messages or acts.

    ``first`` is the number of the first message that shows it, 0 where that is not known.
    """

    name: str
    sentence: str
    family: str
    track: SafeString
    says: str
    first: int = 0
    unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two, by a letter: names are nobody's business here. ``facts`` are names and values."""

    letter: str
    name: str
    part: str
    age: str
    how: str
    facts: Pairs = ()


@dataclass(frozen=True, slots=True)
class TextState:
    """How it stands with the words, in words, and what can be done.

    ``ask`` is the address to ask for them at, "" where asking is of no use. Where they are ``shown``, ``reveal`` is the
    row that was written before, and ``limit`` and ``idle`` are seconds until they are veiled again.
    """

    title: str
    says: str
    button: str = ""
    ask: str = ""
    shown: bool = False
    reveal: str = ""
    end_url: str = ""
    limit: int = 0
    idle: int = 0


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation of a case, for one person."""

    band: str
    urgent: bool
    peers: bool
    reasons: tuple[Sign, ...]
    protective: tuple[Sign, ...]
    degraded: tuple[str, ...]
    parties: tuple[Party, ...]
    facts: Pairs
    strip: SafeString
    strip_says: str
    text: TextState
    days: tuple[Day, ...]
    counted: str
    evidence_url: str = ""


def sign(signal: str, family: str, seen: Sequence[datetime], whole: Span, **more: object) -> Sign:
    """A reason in words. ``seen``: when messages or acts showed it; at least when first and when last."""
    words = signal_words(signal)
    count = more.pop("count", len(seen))
    return Sign(
        name=str(words.name),
        sentence=str(words.sentence),
        family=str(FAMILIES.get(family, family)),
        track=signal_track(seen, whole),
        says=_seen_in_words(count if isinstance(count, int) else len(seen), seen),
        **more,  # type: ignore[arg-type]
    )


def _seen_in_words(count: int, seen: Sequence[datetime]) -> str:
    when = heard_in_words(min(seen), max(seen)) if seen else ""
    if not count:
        return when
    words = ngettext("%(n)d message or act, %(when)s", "%(n)d messages or acts, %(when)s", count)
    return words % {"n": count, "when": when} if when else ""


def strip_of(marked: Sequence[datetime], *, known: bool = True) -> tuple[SafeString, str]:
    """The bars of all marked messages by day, and the sentence that says the same.

    Not ``known``: the times are not those of messages, but when each sign was first and last seen.
    """
    counts = [(day, len(list(rows))) for day, rows in groupby(sorted(at.date() for at in marked))]
    if not counts:
        return SafeString(), ""
    says = strip_sentence(counts) if known else _("Signs were seen %(when)s.") % {
        "when": heard_in_words(min(marked), max(marked))
    }  # fmt: skip
    return signal_strip(counts, says), says


def counted(lines: Sequence[Line]) -> str:
    """How many messages there are, and how many of them are marked."""
    marked = sum(bool(line.marks) for line in lines)
    words = ngettext("%(marked)d of %(n)d message is marked", "%(marked)d of %(n)d messages are marked", len(lines))
    return words % {"marked": marked, "n": len(lines)}


def text_state(standing: TextStanding, ask: str = "") -> TextState:
    """The words for how it stands; what is shown gets its row and its limits from the view."""
    words = TEXTS[standing]
    button = str(words.button)
    return TextState(str(words.title), str(words.says), button, ask if button else "", standing is TextStanding.SHOWN)
