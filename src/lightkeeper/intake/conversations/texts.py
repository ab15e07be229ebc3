"""What reads texts for the engine: packs of phrases, shipped and operators' own; and exemplars, within limits of time.

Making a reader takes longer than a request may, so each process keeps one until the packs change.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max

from lightkeeper.detect.conversations.engine import Reader, Reading, Scorer
from lightkeeper.intake.conversations import packs
from lightkeeper.intake.conversations.models import ConversationPack
from lightkeeper.record.services import current_policy

AT_ONCE: Final = 16
"""Texts that are scored between two looks at the clock."""
OUT_OF_TIME: Final = "scorer_budget"
MISSING: Final = "no_scorer"
_logger = logging.getLogger(__name__)
_lock = threading.Lock()
_reader: tuple[object, Reader] | None = None
_scorer: tuple[Scorer | None] | None = None


class Budgeted:
    """A scorer that stops when the time of its request is used up; the texts after that have no score."""

    def __init__(self, scorer: Scorer, milliseconds: int) -> None:
        self._scorer = scorer
        self._left = milliseconds / 1000
        self.exhausted = False

    @property
    def version(self) -> str:
        """Which model and exemplars."""
        return self._scorer.version

    def reads(self, language: str) -> bool:
        """Whether texts of a language may be scored."""
        return self._scorer.reads(language)

    def score(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """As ``Scorer.score``; an empty mapping for what there was no time for."""
        scores: list[Mapping[str, float]] = []
        for start in range(0, len(texts), AT_ONCE):
            part = texts[start : start + AT_ONCE]
            if self._left <= 0:
                self.exhausted = True
                scores += [{}] * len(part)
                continue
            began = time.monotonic()
            scores += self._scorer.score(part)
            self._left -= time.monotonic() - began
        return scores


def reading() -> Reading:
    """What reads the texts of one request."""
    scorer = _scorer_here()
    budget = settings.LIGHTKEEPER["conversation_scorer_ms"]
    return Reading(_reader_here(), None if scorer is None or not budget else Budgeted(scorer, budget))


def degraded_by(used: Reading) -> tuple[str, ...]:
    """What could not be done of the texts of a request."""
    if used.scorer is None:
        return (MISSING,)
    return (OUT_OF_TIME,) if isinstance(used.scorer, Budgeted) and used.scorer.exhausted else ()


def has_scorer() -> bool:
    """Whether this process scores texts against exemplars."""
    return _scorer_here() is not None and bool(settings.LIGHTKEEPER["conversation_scorer_ms"])


def start_reading() -> None:
    """Load what reads texts beside everything else, where conversations are looked at: no request waits for it then."""

    def load() -> None:
        try:
            load_if_used()
        finally:
            connection.close()  # of this thread

    threading.Thread(target=load, name="conversation-reading", daemon=True).start()


def load_if_used() -> None:
    """Load what reads texts where conversations are looked at; what is wrong then is met again by the first request."""
    try:
        if current_policy().conversations:
            reading()
    except Exception as error:  # noqa: BLE001  # of packs, keys or the database: only said here
        _logger.warning("what reads conversations could not be loaded beforehand: %s", type(error).__name__)


def forget() -> None:
    """Make all of it anew at the next request."""
    global _reader, _scorer  # one of each a process
    with _lock:
        _reader = _scorer = None


def _reader_here() -> Reader:
    global _reader  # one a process
    state = ConversationPack.objects.aggregate(count=Count("id"), added=Max("added_at"), reviewed=Max("reviewed_at"))
    mark = tuple(state.values())
    known = _reader
    if known is not None and known[0] == mark:
        return known[1]
    with _lock:
        if _reader is None or _reader[0] != mark:
            _reader = (mark, packs.reader())
        return _reader[1]


def _scorer_here() -> Scorer | None:
    global _scorer  # one a process
    if _scorer is None:
        with _lock:
            if _scorer is None:
                _scorer = (_load_scorer(),)
    return _scorer[0]


def _load_scorer() -> Scorer | None:
    """The scorer of the extra ``text``; None, and a line in the log, where it is not there or cannot be loaded."""
    try:
        from lightkeeper.detect.text.affinity import ExemplarScorer
        from lightkeeper.detect.text.embedding import ScorerUnavailable
        from lightkeeper.detect.text.exemplars import ExemplarError
    except ImportError:
        _logger.warning("texts are not scored against exemplars: the extra text is not installed")
        return None
    try:
        return ExemplarScorer.open()
    except (ScorerUnavailable, ExemplarError) as error:
        _logger.warning("texts are not scored against exemplars: %s", type(error).__name__)
        return None
