"""Cases of conversations, made through the services that everybody uses; their platforms answer from here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from lightkeeper.record.conversation_ids import keyed, pair_index
from lightkeeper.record.types import Actor
from lightkeeper.review.conversations.messages import Words
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import Judgement, open_conversation_case
from lightkeeper.review.types import NewSignal, TextState

CLIENT: Final = 1
BEGAN: Final = datetime(2026, 11, 10, 16, 2, tzinfo=UTC)
SECRET: Final = "I'll buy you the skin, but don't tell your mum"  # noqa: S105  # of the conversation
SEVERE: Final = "do it or I will tell everyone"
MARKED: Final = (
    ("what school do you go to?", "personal_probe"),
    ("are you home alone?", "alone_probe"),
    (SECRET, "secrecy_request", "gift_offer"),
    (SEVERE, "pressure_or_threat"),
)
"""On four days; the first has number 10, each next one eleven more."""
WEIGHTS: Final = {"pressure_or_threat": 1.5, "secrecy_request": 1.2, "alone_probe": 0.9, "gift_offer": 0.6}


def words(*, with_text: bool = True) -> list[Words]:
    """What the platform answers: four days, on each nine messages, one with marks, an answer five hours later."""
    found: list[Words] = []
    for day, (text, *_signals) in zip((0, 1, 5, 6), MARKED, strict=True):
        at = BEGAN + timedelta(days=day)
        said = [("AB"[n % 2], at + timedelta(minutes=2 * n), "nice game today") for n in range(9)]
        for lane, when, line in [*said, ("A", at + timedelta(minutes=30), text), ("B", at + timedelta(hours=5), "ok")]:
            number = len(found) + 1
            key = keyed(CLIENT, "message", f"m{number}")
            found.append(Words(number, key, f"m{number}", lane, when, line if with_text else None))
    return found


def conversation(number: int = 1, **values: Any) -> CaseItem:
    """A case of a conversation, as the engine's findings open it."""
    signals = [
        _signal(name, [f"m{10 + 11 * day}"], BEGAN + timedelta(days=(0, 1, 5, 6)[day]), "phrase")
        for day, (_text, *names) in enumerate(MARKED)
        for name in names
    ]
    signals += [
        _signal("multi_minor_fanout", [f"a{n}" for n in range(6)], BEGAN, "contact", BEGAN + timedelta(days=6)),
        _signal("age_gap_minor_contact", [], BEGAN, "metadata"),
    ]
    given: dict[str, Any] = {
        "client_id": CLIENT,
        "pair": pair_index(CLIENT, keyed(CLIENT, "person", f"ann-{number}"), keyed(CLIENT, "person", "bo")),
        "context": {
            "conversation_id": f"chat-{number}", "sender_id": f"ann-{number}", "recipient_id": "bo",
            "sender_age": "adult", "sender_age_source": "declared", "recipient_age": "13-15",
            "recipient_age_source": "verified", "relation": "stranger", "surface": "direct messages",
            "from": BEGAN.isoformat(), "to": (BEGAN + timedelta(days=6, hours=5)).isoformat(),
        },
        "band": "review", "score": 3.1, "signals": signals, "imminent": False, "fast": True, "peers": False,
        "degraded": ["no_scorer"], "engine": "conversations-1", "actor": Actor.system(),
    }  # fmt: skip
    ref = open_conversation_case(**{**given, **values})
    return CaseItem.objects.select_related("case", "item").get(case_id=ref.id)


def _signal(name: str, ids: list[str], first: datetime, family: str, last: datetime | None = None) -> NewSignal:
    evidence = tuple(keyed(CLIENT, "message", one) for one in ids)
    weight = WEIGHTS.get(name, 0.5)
    return NewSignal(
        signal=name, family=family, contribution=weight, evidence=evidence, first_at=first, last_at=last or first
    )


def verdict(**values: Any) -> Judgement:
    """A judgement of a conversation."""
    said = (("secrecy_request", True), ("alone_probe", False))
    given = {"outcome": "concerning", "confidence": "sure", "proposed": "no_action", "verdicts": said}
    return Judgement(**{**given, **values})


@contextmanager
def platform(state: TextState = TextState.KEPT, *, with_text: bool = True) -> Iterator[None]:
    """The platform answers so while this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        answer = words(with_text=with_text) if state is TextState.KEPT else None
        patch.setattr("lightkeeper.act.asking._ask", lambda _asking: (state, answer))
        yield
