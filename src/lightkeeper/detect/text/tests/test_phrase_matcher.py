"""Texts are read in all their disguises and in pieces, and what leaves the reader is none of their words."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightkeeper.detect.conversations.engine import Reader
from lightkeeper.detect.conversations.evaluation.attacks import ATTACKS, SHARE
from lightkeeper.detect.conversations.view import TextFeatures
from lightkeeper.detect.text.phrase_matcher import SignalReader
from lightkeeper.detect.text.signal_packs import read_pack, shipped_packs

READER = SignalReader(shipped_packs())
PACKS = {pack.language: pack for pack in shipped_packs()}


def signals(text: str, language: str = "en") -> set[str]:
    return {hit.signal for hit in READER.read(text, language).hits}


def joined(*texts: str) -> set[str]:
    parts = [READER.read(text, "").unfinished for text in texts]
    return {hit.signal for hit in READER.join(parts)}


def test_it_is_what_the_engine_asks_for() -> None:
    reader: Reader = READER
    assert isinstance(reader.read("hello", "en"), TextFeatures)
    assert len(reader.version) == 12


@pytest.mark.parametrize(
    "text",
    [
        "Don't tell your mum!",
        "DONT TELL YOUR MUM",
        "d0n't t3ll y0ur mum",
        "d.o.n.t t.e.l.l y.o.u.r m.u.m",
        "d o n t   t e l l   y o u r   m u m",
        "dоn't tеll yоur mum",  # Cyrillic o and e
        "dooon't tellll your muuuum",
        "do\u200bn't te\u200bll your m\u200bum",
        "ｄｏｎｔ ｔｅｌｌ ｙｏｕｒ ｍｕｍ",
        "𝐝𝐨𝐧𝐭 𝐭𝐞𝐥𝐥 𝐲𝐨𝐮𝐫 𝐦𝐮𝐦",
        "dón't téll yöur müm",
        "so... don't-tell your_mum ok",
    ],
)
def test_one_phrase_in_many_disguises(text: str) -> None:
    assert "secrecy_request" in signals(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sag deiner Mama nichts",
        "s4g d31ner M4m4 n1chts",
        "sag deinerrr mamaaaa nichts",
        "s.a.g d.e.i.n.e.r mama nichts",
    ],
)
def test_the_same_in_german(text: str) -> None:
    assert signals(text, "de-AT") == {"secrecy_request"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("don't tell mum about her birthday present", "en"),
        ("Coach says training is at five, don't tell anyone I said cake", "en"),
        ("I hurt my wrist, can the school nurse have a look at it?", "en"),
        ("mum, can you pick me up after practice?", "en"),
        ("never send a picture of you to a stranger", "en"),
        ("are your parents home? I want to drop the parcel off", "en"),
        ("Sag Papa nichts vom Geburtstagsgeschenk", "de"),
        ("Ich hole dich nach dem Training ab", "de"),
        ("Mein Handgelenk tut weh, kann die Schulkrankenschwester draufschauen?", "de"),
    ],
)
def test_near_misses_show_nothing(text: str, language: str) -> None:
    assert signals(text, language) == set()


def test_a_context_far_away_takes_nothing_back() -> None:
    far = "don't tell your mum that we talk, " + "and so on " * 6 + "happy birthday"
    assert "secrecy_request" in signals(far)


@pytest.mark.parametrize("language", ["", "en", "EN-gb", "en_US", "de", "und"])
def test_languages_that_are_read(language: str) -> None:
    assert READER.read("are you home alone", language).supported
    assert signals("are you home alone", language) == {"alone_probe"}


def test_a_language_without_a_pack_is_not_read_and_says_so() -> None:
    read = READER.read("are you home alone", "nl")
    assert (read.hits, read.unfinished, read.refusal, read.supported) == ((), b"", False, False)


@pytest.mark.parametrize(
    "text", ["no", "NOOOO", "stop it", "leave me alone", "i don't want to", "n0", "nein!", "lass das"]
)
def test_refusals_are_no_signals(text: str) -> None:
    read = READER.read(text, "")
    assert read.refusal
    assert read.hits == ()


@pytest.mark.parametrize("text", ["no worries", "never mind", "nothing", "kein Problem"])
def test_what_is_no_refusal(text: str) -> None:
    assert not READER.read(text, "").refusal


@pytest.mark.parametrize(
    "texts",
    [
        ("are you", "home alone"),
        ("are", "you", "home alone"),
        ("hey how was your day and are you", "home alone or not right now my friend"),
        ("hey how was your day today and are you", "home", "alone"),
        ("ARE Y0U", "h o m e   a l o n e"),
    ],
)
def test_a_phrase_in_pieces(texts: Sequence[str]) -> None:
    assert "alone_probe" in joined(*texts)
    assert not any("alone_probe" in signals(text) for text in texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("are you home alone", "yes"),  # lies in one part
        ("are you", "are you home alone"),  # lies in the last alone
        ("home alone", "are you"),  # the wrong way round
        ("are you", "well i was at school", "home alone"),  # something else between
        ("are you still coming to the match with us", "home alone"),  # what has begun has ended
    ],
)
def test_what_is_not_in_pieces(texts: Sequence[str]) -> None:
    assert joined(*texts) == set()


def test_parts_that_are_none_are_passed_over() -> None:
    assert READER.join([b"", b"x"]) == ()
    assert READER.join([b"\xff" * 8, b"\xff" * 8]) == ()
    assert READER.join([]) == ()


@settings(deadline=None)
@given(st.text(max_size=120), st.sampled_from(["en", "de", "", "fr"]))
def test_any_text_gives_the_same_bounded_features_whatever_was_read_before(text: str, language: str) -> None:
    first = READER.read(text, language)
    assert first == READER.read(text, language)
    assert len(first.unfinished) in (0, 8)
    assert 0 <= first.template < 1 << 64


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("attack", ["leet", "look-alike letters", "dotted words"])
def test_disguised_examples_are_found_and_disguised_near_misses_are_not(attack: str, language: str) -> None:
    chance = random.Random(5)
    phrases = [one for one in PACKS[language].phrases if one.signal != "refusal"]

    def shown(text: str, signal: str) -> bool:
        words = [ATTACKS[attack](word, chance) if chance.random() < SHARE else word for word in text.split(" ")]
        return signal in signals(" ".join(words), language)

    examples = [shown(text, one.signal) for one in phrases for text in one.examples]
    near_misses = [shown(text, one.signal) for one in phrases for text in one.near_misses]
    assert sum(examples) >= 0.95 * len(examples)
    assert sum(near_misses) <= 0.02 * len(near_misses)


def test_reviewed_is_said_by_pack_and_by_the_reader() -> None:
    text = "are you home alone"
    assert [hit.reviewed for hit in READER.read(text, "en").hits] == [False]
    assert [hit.reviewed for hit in SignalReader(shipped_packs(), treat_as_reviewed=True).read(text, "en").hits] == [
        True
    ]
    named = dataclasses.replace(PACKS["en"], reviewed_by="A. Person")
    assert [hit.reviewed for hit in SignalReader([named]).read(text, "en").hits] == [True]
    versions = {SignalReader([PACKS["en"]]).version, SignalReader([named]).version, READER.version}
    assert len(versions) == 3


def test_templates_are_of_words_and_under_a_key() -> None:
    text = "hello there, how are you doing today my friend"
    one, other = (
        READER.read(text, "en").template,
        READER.read("Hello there! How are you doing today, MY friend?", "en").template,
    )
    assert one == other != 0
    far = READER.read("the match was moved to friday because of the rain", "en").template
    assert (one ^ far).bit_count() > 12
    near = READER.read("hello there how are you doing today my dear friend", "en").template
    assert (one ^ near).bit_count() < (one ^ far).bit_count()
    assert SignalReader([PACKS["en"]], key=b"secret").read(text, "en").template != one
    assert READER.read("hi there you", "en").template == 0


def test_an_operators_pack_is_read_beside_the_shipped_ones() -> None:
    own = read_pack(
        "format: lightkeeper-signals\nlanguage: sv\nversion: 1\nreviewed_by: A. Person\nphrases:\n"
        "  - {id: sv-1, signal: alone_probe, pattern: är du ensam hemma, examples: [Är du ensam hemma?],"
        " near_misses: [jag är hemma]}\n"
    )
    reader = SignalReader([*shipped_packs(), own])
    (hit,) = reader.read("ar du ensam hemma", "sv").hits
    assert (hit.signal, hit.phrase, hit.reviewed) == ("alone_probe", "sv-1", True)
    assert not READER.read("är du ensam hemma", "sv").supported
