"""The page's conversation, made of the facts that the case knows; words only where the view was given them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import ItemState, MessageFact, SignalFact, Timeline, Words
from lightkeeper.review.types import TextState as Answered
from lightkeeper.web.charts.signals import Span
from lightkeeper.web.conversations.laying_out import Lane, Line, days
from lightkeeper.web.conversations.shown import Pairs, Party, Sign, Talk, TextState, counted, sign, strip_of
from lightkeeper.web.conversations.standing import TextStanding
from lightkeeper.web.conversations.words import (
    AGES,
    BANDS,
    DEGRADED,
    HOW_KNOWN,
    MEDIA,
    PROTECTIVE,
    RELATIONS,
    SEVERE,
    signal_words,
)

Known = Mapping[str, object]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def built(facts: Timeline, text: TextState, read: Mapping[int, Words], *, evidence_url: str = "") -> Talk:
    """The conversation for a page. ``read``: the words that are shown now, by the number of their message."""
    lines = [_line(one, read.get(one.number)) for one in facts.messages]
    marked = [line.at for line in lines if line.marks]
    times = marked or [at for one in facts.signals for at in (one.first_at, one.last_at)]
    strip, says = strip_of(times, known=bool(marked))
    whole = _whole(facts.context, times)
    firsts = _firsts(facts.messages)
    signs = [(one, _sign(one, whole, firsts)) for one in sorted(facts.signals, key=lambda one: -abs(one.contribution))]
    return Talk(
        band=str(BANDS.get(facts.band, facts.band)),
        urgent=facts.band == "urgent",
        peers=facts.peers,
        reasons=tuple(made for one, made in signs if one.signal not in PROTECTIVE),
        protective=tuple(made for one, made in signs if one.signal in PROTECTIVE),
        degraded=tuple(str(DEGRADED.get(code, code)) for code in facts.degraded),
        parties=(_party("A", facts.context), _party("B", facts.context)),
        facts=_facts(facts.context),
        strip=strip,
        strip_says=says,
        text=text,
        days=tuple(days(lines)),
        counted=counted(lines) if lines else "",
        evidence_url=evidence_url if read else "",
    )


def standing_of(item: CaseItem, facts: Timeline, person: Person, *, mine: bool) -> TextStanding:
    """How it stands with the words for this person, before they ask."""
    if not may(person, Permission.CONTENT_REVEAL):
        return TextStanding.NOT_ALLOWED
    if item.state == ItemState.SETTLED:
        return TextStanding.SETTLED
    if not mine:
        return TextStanding.NOT_THEIRS
    state = facts.text.state
    if state is None or state is Answered.PURGED:
        return TextStanding.VEILED
    if state is Answered.KEPT and not any(one.has_text for one in facts.messages):
        return TextStanding.NO_TEXT
    return TextStanding(state.value)


def _line(one: MessageFact, words: Words | None) -> Line:
    severe = next((signal for signal in one.signals if signal in SEVERE), "")
    name = str(signal_words(severe).name) if severe else ""
    notes = [str(MEDIA[one.media])] if one.media in MEDIA else []
    notes += [_("edited")] * one.edited + [_("deleted by who wrote it")] * one.deleted
    if not one.has_text and not one.deleted:
        notes.append(_("no words"))
    return Line(
        number=one.number,
        reference=one.key.hex(),
        lane=Lane(one.lane),
        at=one.at,
        marks=tuple(str(signal_words(signal).name) for signal in one.signals),
        text=words.text if words is not None else None,
        severe=_("%(signal)s: show the words") % {"signal": name} if severe else "",
        notes=tuple(notes),
        evidence=one.marked,
        read=words is not None,
        empty=not one.has_text,
    )


def _firsts(messages: Sequence[MessageFact]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in messages:
        for signal in one.signals:
            found.setdefault(signal, one.number)
    return found


def _sign(one: SignalFact, whole: Span, firsts: Mapping[str, int]) -> Sign:
    family = "protective" if one.signal in PROTECTIVE else one.family
    seen, count = [one.first_at, one.last_at], len(one.evidence)
    return sign(one.signal, family, seen, whole, count=count, first=firsts.get(one.signal, 0))


def _whole(known: Known, times: Sequence[datetime]) -> Span:
    given = [at for at in (_time(known.get("from")), _time(known.get("to"))) if at is not None]
    all_of_it = [*given, *times] or [_EPOCH]
    return min(all_of_it), max(all_of_it)


def _party(letter: str, known: Known) -> Party:
    who = "sender" if letter == "A" else "recipient"
    age = str(known.get(f"{who}_age") or "unknown")
    how = str(known.get(f"{who}_age_source") or "unknown")
    return Party(
        letter=letter,
        name=_("Person A") if letter == "A" else _("Person B"),
        part=_("whose messages are looked at") if letter == "A" else _("who got them"),
        age=str(AGES.get(age, age)),
        how=str(HOW_KNOWN.get(how, how)) if age != "unknown" else _("nobody said"),
    )


def _facts(known: Known) -> Pairs:
    relation = str(known.get("relation") or "unknown")
    found = [(_("What they are to one another"), str(RELATIONS.get(relation, relation)))]
    if known.get("surface"):
        found.append((_("Surface"), str(known["surface"])))
    begin, end = _time(known.get("from")), _time(known.get("to"))
    if begin is not None and end is not None:
        found.append(
            (_("First and last message"), f"{date_format(begin, 'j M Y, H:i')} – {date_format(end, 'j M Y, H:i')}")
        )
    return tuple(found)


def _time(value: Any) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
