"""How a conversation is laid out: nothing is left out, silences are told, folds say how many they hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.web.charts.signals import signal_strip, signal_track, strip_sentence
from lightkeeper.web.conversations.laying_out import Day, Lane, Line, days, silence_in_words
from lightkeeper.web.conversations.shown import counted, sign, strip_of, text_state
from lightkeeper.web.conversations.standing import TEXTS, TextStanding
from lightkeeper.web.conversations.words import FAMILIES, SIGNALS, signal_words

START = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)


def line(number: int, minutes: int, *marks: str) -> Line:
    return Line(number, str(number), Lane.A, START + timedelta(minutes=minutes), marks)


def numbers(laid: list[Day]) -> list[int]:
    return [one.number for day in laid for piece in day.pieces for one in piece.lines]


def test_marked_messages_stand_alone_and_the_others_are_folded_with_their_number() -> None:
    laid = days([line(1, 0), line(2, 1), line(3, 2, "Asks to keep it secret"), line(4, 3)])
    assert [(piece.kind, piece.says) for piece in laid[0].pieces] == [
        ("fold", "2 messages without a mark"),
        ("line", ""),
        ("fold", "1 message without a mark"),
    ]
    assert numbers(laid) == [1, 2, 3, 4]


def test_a_silence_is_told_within_a_day_and_between_days() -> None:
    laid = days([line(1, 0), line(2, 5 * 60), line(3, 5 * 60 + 1), line(4, 5 * 24 * 60)])
    assert [(piece.kind, piece.says, len(piece.lines)) for piece in laid[0].pieces] == [
        ("fold", "1 message without a mark", 1),
        ("gap", "5 hours of silence", 0),
        ("fold", "2 messages without a mark", 2),
    ]
    assert [day.silence for day in laid] == ["", "4 days of silence"]
    assert silence_in_words(timedelta(hours=3, minutes=59)) == ""


@given(st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), min_size=1, max_size=60))
def test_every_message_is_laid_out_once_in_its_order(sent: list[tuple[int, bool]]) -> None:
    lines = [line(n, at, *(["mark"] if marked else [])) for n, (at, marked) in enumerate(sorted(sent), start=1)]
    laid = days(lines)
    assert numbers(laid) == [one.number for one in lines]
    assert [day.date for day in laid] == sorted({one.at.date() for one in lines})


def test_the_strip_has_a_bar_for_each_day_with_marks_and_says_the_same_in_words() -> None:
    marked = [START, START + timedelta(hours=1), START + timedelta(days=3)]
    drawn, says = strip_of(marked)
    assert drawn.count('class="load-bar"') == 2
    assert says == "3 marked messages from 10 Nov 2026 to 13 Nov 2026; the most, 2, on 10 Nov 2026."
    assert says in drawn
    assert strip_of([]) == ("", "")


def test_a_long_time_has_no_more_bars_than_can_be_seen() -> None:
    counts = [(START.date() + timedelta(days=n), 1) for n in range(900)]
    assert signal_strip(counts).count('class="load-bar"') <= 120
    assert strip_sentence(counts).startswith("900 marked messages")


def test_a_track_shows_each_time_and_stays_within_its_picture() -> None:
    whole = (START, START + timedelta(days=2))
    drawn = signal_track([START - timedelta(days=1), START + timedelta(days=5)], whole)
    assert 'cx="8.0"' in drawn
    assert 'cx="252.0"' in drawn
    assert signal_track([], whole) == ""


def test_a_sign_says_what_when_and_in_how_many_messages() -> None:
    made = sign("secrecy_request", "phrase", [START, START + timedelta(days=1)], (START, START), count=3)
    assert (made.name, made.family) == ("Asks to keep it secret", "wording")
    assert made.says == "3 messages or acts, from 10 Nov 2026 to 11 Nov 2026"
    assert sign("new_account", "metadata", [], (START, START)).says == ""
    assert signal_words("of tomorrow").name == "of tomorrow"


def test_how_many_are_marked_is_said_of_all() -> None:
    assert counted([line(1, 0), line(2, 1, "mark")]) == "1 of 2 messages are marked"


@pytest.mark.parametrize("standing", TextStanding)
def test_every_standing_of_the_words_says_what_happened_and_what_to_do(standing: TextStanding) -> None:
    state = text_state(standing, "/ask/")
    assert state.title.endswith(".")
    assert len(state.says) > 20
    assert bool(state.ask) == bool(state.button)
    assert state.shown == (standing is TextStanding.SHOWN)
    assert standing in TEXTS


def test_words_of_signs_accuse_nobody() -> None:
    said = " ".join(f"{one.name} {one.sentence}" for one in SIGNALS.values()).lower()
    for word in ("predator", "offender", "groom", "victim", "suspect", "criminal", "abuser", "perpetrator"):
        assert word not in said
    assert {"metadata", "contact", "temporal", "phrase", "embedding"} <= set(FAMILIES)
