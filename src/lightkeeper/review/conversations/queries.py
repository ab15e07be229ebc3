"""What a page reads of a conversation: facts without words, and the words under a reveal row that was committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.record.models import Reveal
from lightkeeper.record.types import Track
from lightkeeper.review.conversations.marking import marked_messages, marked_words, marks_of
from lightkeeper.review.conversations.messages import Words
from lightkeeper.review.conversations.opening import unpacked
from lightkeeper.review.conversations.texts import all_messages, kept_text, messages_of
from lightkeeper.review.conversations.verdicts import SignalPrecision, signal_precision
from lightkeeper.review.entitlement import RevealRefused
from lightkeeper.review.keeping import context_of
from lightkeeper.review.models import CaseItem, ConversationText, Sighting
from lightkeeper.review.types import Band, Context, TextState
from lightkeeper.runtime.services import SealError

__all__ = [
    "MessageFact",
    "SignalFact",
    "SignalPrecision",
    "TextFact",
    "Timeline",
    "Words",
    "marked_messages",
    "marked_words",
    "marks_of",
    "revealed",
    "signal_precision",
    "timeline",
]

_LATE: Final = timedelta(seconds=10)
"""How long after its limit the words of a reveal may still be on their way."""


@dataclass(frozen=True, slots=True)
class SignalFact:
    """A signal by its code (sentences: ``detect.conversations``, ``web``). ``evidence``: keyed ids."""

    signal: str
    family: str
    contribution: float
    evidence: tuple[bytes, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class MessageFact:
    """A message without its words, as far as the platform told of it when it was asked."""

    number: int
    key: bytes
    lane: str
    at: datetime
    signals: tuple[str, ...]
    marked: bool
    has_text: bool
    media: str
    edited: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class TextFact:
    """How it stands with the words: None as ``state`` where nobody asked yet. ``says`` is a sentence for a person."""

    state: TextState | None
    says: str
    asked_at: datetime | None = None
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """A conversation as facts. ``context``: ages and how they are known, relation, surface; never a name of a person.

    ``marks`` are this person's own. ``messages`` are there once words were asked for and came.
    """

    band: Band
    score: float
    fast: bool
    peers: bool
    degraded: tuple[str, ...]
    engine: str
    findings: int
    found_at: datetime
    signals: tuple[SignalFact, ...]
    messages: tuple[MessageFact, ...]
    marks: frozenset[bytes]
    context: Context
    text: TextFact


def timeline(case_item: CaseItem, person: Person) -> Timeline:
    """The facts of a conversation for one person: nothing of what others marked or graded, and no word of it.

    Conversation.DoesNotExist where the item is none.
    """
    row = case_item.conversation
    signals = tuple(
        SignalFact(one.signal, one.family, one.contribution, unpacked(bytes(one.evidence)), one.first_at, one.last_at)
        for one in case_item.signals.order_by("-contribution", "signal", "family")
    )
    marks = marks_of(case_item, person)
    return Timeline(
        band=Band(row.band), score=row.score, fast=row.fast, peers=row.peers, degraded=tuple(row.degraded),
        engine=row.engine, findings=row.findings, found_at=row.found_at, signals=signals,
        messages=_messages(case_item, signals, marks), marks=marks, context=_facts(case_item),
        text=_text(case_item),
    )  # fmt: skip


def revealed(case_item: CaseItem, reveal_id: UUID, person: Person) -> list[Words]:
    """The words of a reveal that was committed before, for whom it was, while it lasts.

    Raises RevealRefused where there is no such row, and where what is kept was altered.
    """
    rows = Reveal.objects.filter(public=reveal_id, person=person.pk, case_item=case_item.pk, track=Track.TEXT, end=None)
    row = rows.first()
    if row is None or now() > row.began_at + timedelta(seconds=row.limit) + _LATE:
        raise RevealRefused("not-revealed", _("Nothing was revealed to you here, or its time is over. Reveal it anew."))
    try:
        return messages_of(case_item, row.part)
    except SealError:
        sentence = _("What is kept of this item is damaged or gone. It was reported; nothing was shown.")
        raise RevealRefused("not-readable", sentence, status=503) from None


def _messages(
    case_item: CaseItem, signals: tuple[SignalFact, ...], marks: frozenset[bytes]
) -> tuple[MessageFact, ...]:  # fmt: skip
    try:
        found = all_messages(case_item)
    except SealError:
        return ()
    return tuple(
        MessageFact(
            number=one.number, key=one.key, lane=one.lane, at=one.at,
            signals=tuple(dict.fromkeys(fact.signal for fact in signals if one.key in fact.evidence)),
            marked=one.key in marks,
            has_text=bool(one.text), media=one.media, edited=one.edited, deleted=one.deleted,
        )
        for one in found
    )  # fmt: skip


_NAMES: Final = frozenset(
    {"conversation_id", "conversation_ids", "sender_id", "recipient_id", "callers_id", "client_id"}
)


def _facts(case_item: CaseItem) -> Context:
    row = Sighting.objects.filter(case_item=case_item, erased_at=None).order_by("-pk").first()
    try:
        context: Any = (context_of(row) if row is not None else None) or {}
    except SealError:
        context = {}
    return {name: value for name, value in context.items() if name not in _NAMES}


def _text(case_item: CaseItem) -> TextFact:
    row = kept_text(case_item) or ConversationText.objects.filter(case_item=case_item).order_by("-pk").first()
    if row is None:
        return TextFact(None, _("Nobody asked for the words yet."))
    state = TextState(row.state)
    return TextFact(state, str(state.label), row.asked_at, row.messages)
