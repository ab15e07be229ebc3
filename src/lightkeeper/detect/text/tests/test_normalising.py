"""Disguises of words are undone, and what is no disguise stays as it is."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.text.normalising import LONGEST, bounded, meant_words, plain_words, segmented, spellings

WORDS = ("are", "you", "home", "alone", "tell", "your", "mum", "secret", "school", "meet", "camera", "photo", "dont")
KNOWN = frozenset(WORDS)
LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
ALIKE = {"a": "аα", "e": "еε", "o": "оο", "c": "с", "m": "м", "t": "т", "u": "υ", "y": "у", "h": "һ"}
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)


def knows(word: str) -> bool:
    return word in KNOWN


def read(text: str) -> list[set[str]]:
    """What the words of a text may be, in whichever form."""
    meant = meant_words(text, knows)
    return [{word} for word in plain_words(text)] if meant is None else [set(one) for one in meant]


def says(text: str, words: list[str]) -> bool:
    found = read(text)
    return len(found) == len(words) and all(word in spelt for word, spelt in zip(words, found, strict=True))


@given(SENTENCES, st.randoms(use_true_random=False))
def test_letters_that_look_alike(words: list[str], chance: random.Random) -> None:
    text = " ".join("".join(chance.choice([c, *ALIKE.get(c, "")]) for c in word) for word in words)
    assert says(text, words)


@given(SENTENCES, st.randoms(use_true_random=False))
def test_digits_and_signs_for_letters(words: list[str], chance: random.Random) -> None:
    def leet(word: str) -> str:
        place = chance.randrange(len(word))
        return "".join(chance.choice(LEET.get(c, c)) if at != place else c for at, c in enumerate(word))

    assert says(" ".join(map(leet, words)), words)


@given(SENTENCES, st.sampled_from([".", "-", "_", "*", "·", "~", "/"]))
def test_dots_between_letters(words: list[str], dot: str) -> None:
    assert says(" ".join(dot.join(word) for word in words), words)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_letters_with_blanks_between_them(words: list[str]) -> None:
    assert says("   ".join(" ".join(word) for word in words), words)
    assert says(" ".join(" ".join(word) for word in words), words)


@given(SENTENCES, st.randoms(use_true_random=False))
def test_elongation(words: list[str], chance: random.Random) -> None:
    def longer(word: str) -> str:
        return "".join(c * chance.choice([1, 3, 5]) if at and word[at - 1] != c else c for at, c in enumerate(word))

    found = read(" ".join(map(longer, words)))
    single = [{word} for word in words if not any(a == b for a, b in itertools.pairwise(word))]
    assert all(any(one <= spelt for spelt in found) for one in single)


@pytest.mark.parametrize("text", ["Sooo meeeet", "tellll", "schoooool", "MUUUUM", "muuuum!!!"])
def test_runs_of_letters_are_read_as_one_or_two(text: str) -> None:
    assert all(one & KNOWN for one in read(text.replace("Sooo ", "")))


@given(SENTENCES, st.sampled_from(["\u200b", "\u2060", "\u00ad", "\ufeff"]))
def test_invisible_characters(words: list[str], nothing: str) -> None:
    text = " ".join(nothing.join(word) for word in words)
    assert plain_words(text) == words


@given(SENTENCES)
def test_wide_and_mathematical_letters(words: list[str]) -> None:
    assert plain_words(" ".join("".join(chr(ord(c) + 0xFEE0) for c in word) for word in words)) == words


@given(SENTENCES)
def test_plain_words_are_not_taken_for_disguised(words: list[str]) -> None:
    assert meant_words(" ".join(words), knows) is None
    assert meant_words(" ".join(words).capitalize() + ", don't! It's 5 o'clock.", knows) is None


@pytest.mark.parametrize("text", ["Schöne Grüße, bis morgen um 17 Uhr!", "I’ll be there at 8 – ok? 😀", "1,000 people"])
def test_ordinary_writing_is_not_taken_for_disguised(text: str) -> None:
    assert meant_words(text, knows) is None


@given(st.text(max_size=200))
def test_any_text_is_read_the_same_twice(text: str) -> None:
    words = plain_words(text)
    assert plain_words(" ".join(words)) == words
    first = meant_words(text, knows)
    assert first == meant_words(text, knows)
    assert all(spelt and all(isinstance(word, str) for word in spelt) for spelt in first or ())


@pytest.mark.parametrize("text", ["5" * 3000 + "a", "a." * 2000, "a " * 2000, "4l0n3" * 800, "й" * 4000, "a1" * 2000])
def test_hostile_texts_end(text: str) -> None:
    assert meant_words(bounded(text), knows) is not None


def test_a_long_text_is_read_at_both_ends() -> None:
    text = bounded("tell " + "x" * 3 * LONGEST + " mum")
    assert len(text) == LONGEST + 1
    assert (plain_words(text)[0], plain_words(text)[-1]) == ("tell", "mum")


def test_umlauts_are_written_in_three_ways() -> None:
    assert plain_words("für Ärger") == plain_words("fuer aerger") == ["fuer", "aerger"]
    assert spellings("für") == ("fuer", "fur")
    assert plain_words("FU\u0308R") == ["fuer"]


def test_letters_are_cut_into_the_fewest_words() -> None:
    assert segmented("areyouhomealone", knows) == ["are", "you", "home", "alone"]
    assert segmented("areyouxhome", knows) == []
