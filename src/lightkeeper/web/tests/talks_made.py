"""A conversation of mild made-up messages, as the page shows it: for tests of how the page looks and behaves."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Final

from lightkeeper.web.conversations.laying_out import Lane, Line, days
from lightkeeper.web.conversations.shown import Party, Talk, counted, sign, strip_of, text_state
from lightkeeper.web.conversations.standing import TextStanding
from lightkeeper.web.conversations.words import BANDS, DEGRADED, signal_words

START: Final = datetime(2026, 11, 10, 16, 2, tzinfo=UTC)
SECRET: Final = "I'll buy you the skin, but don't tell your mum"  # noqa: S105  # of the conversation
SEVERE: Final = "do it or I will tell everyone"
_MARKED: Final = (
    ("what school do you go to?", "personal_probe"),
    ("are you home alone?", "alone_probe"),
    (SECRET, "secrecy_request", "gift_offer"),
    (SEVERE, "pressure_or_threat"),
)


def lines(*, with_words: bool) -> list[Line]:
    """Four days, on each nine messages without a mark, one with marks, and an answer five hours later."""
    found: list[Line] = []
    for day, (words, *signals) in zip((0, 1, 5, 6), _MARKED, strict=True):
        at = START + timedelta(days=day)
        said = [(Lane("AB"[n % 2]), at + timedelta(minutes=2 * n), "nice game today", ()) for n in range(9)]
        marks = tuple(str(signal_words(one).name) for one in signals)
        rows = [
            *said,
            (Lane.A, at + timedelta(minutes=30), words, marks),
            (Lane.B, at + timedelta(hours=5), "ok", ()),
        ]
        for lane, when, text, marked in rows:
            number = len(found) + 1
            severe = "Pressure or threat: show the words" if text == SEVERE else ""
            found.append(Line(number, f"r{number}", lane, when, marked, text, severe, read=bool(marked)))
    return found if with_words else [dataclasses.replace(one, text=None, severe="", read=False) for one in found]


def talk(standing: TextStanding = TextStanding.VEILED, *, ask: str = "", evidence_url: str = "") -> Talk:
    """The page's conversation, with its words where they are shown."""
    rows = lines(with_words=standing is TextStanding.SHOWN)
    marked = [one.at for one in rows if one.marks]
    whole = rows[0].at, rows[-1].at
    strip, says = strip_of(marked)
    return Talk(
        band=str(BANDS["urgent"]), urgent=True, peers=False,
        reasons=(
            sign("pressure_or_threat", "phrase", [marked[3]], whole, first=43),
            sign("multi_minor_fanout", "contact", list(whole), whole, count=6),
            sign("secrecy_request", "phrase", [marked[2]], whole, first=32, unreviewed=True),
            sign("age_gap_minor_contact", "metadata", [], whole),
        ),
        protective=(), degraded=(str(DEGRADED["no_scorer"]),),
        parties=(
            Party("A", "Person A", "whose messages are looked at", "adult", "as they said themselves"),
            Party("B", "Person B", "who got them", "13 to 15", "as was verified", (("Account made", "3 Nov 2026"),)),
        ),
        facts=(("Tie", "Strangers"),), strip=strip, strip_says=says,
        text=text_state(standing, ask), days=tuple(days(rows)), counted=counted(rows), evidence_url=evidence_url,
    )  # fmt: skip
