"""Word pieces are those of the published tokenizer, whatever a text holds (numbers made with ``tokenizers`` 0.23.3)."""

from __future__ import annotations

import pytest

from lightkeeper.detect.text.embedding import VOCABULARY
from lightkeeper.detect.text.wordpiece import WordPieces

GOLDEN = {
    "": [101, 102],
    "Are you HOME alone?": [101, 2024, 2017, 2188, 2894, 1029, 102],
    "don't tell mum about her birthday present": [101, 2123, 1005, 1056, 2425, 12954, 2055, 2014, 5798, 2556, 102],
    "caf\xe9 na\xefve \xc5ngstr\xf6m": [101, 7668, 15743, 17076, 15687, 102],
    "skateboarding, unbelievably!": [101, 17260, 21172, 1010, 4895, 8671, 2666, 3567, 6321, 999, 102],
    "tab\there\u200bnew\nline\x00": [101, 21628, 2182, 2638, 2860, 2240, 102],
    "\u6211\u4eec meet 3.5": [101, 1855, 100, 3113, 1017, 1012, 1019, 102],
    "\U0001f600 ok \U0001f44d": [101, 100, 7929, 100, 102],
    "x" * 101: [101, 100, 102],
    "x" * 100 + " y": [
        101,
        22038,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        20348,
        1061,
        102,
    ],
    "Stra\xdfe \xfcber": [101, 2358, 27807, 19169, 102],
    "e-mail: a.b@c.example $5 ^_^": [
        101,
        1041,
        1011,
        5653,
        1024,
        1037,
        1012,
        1038,
        1030,
        1039,
        1012,
        2742,
        1002,
        1019,
        1034,
        1035,
        1034,
        102,
    ],
    " wide\u3000blank ": [101, 2898, 8744, 102],
    "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2 \u041f\u0440\u0438\u0432\u0435\u0442": [
        101,
        1173,
        18199,
        29733,
        29735,
        29736,
        15297,
        1194,
        16856,
        10325,
        25529,
        15290,
        22919,
        102,
    ],
}


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(VOCABULARY.read_text("utf-8").split("\n"))


@pytest.mark.parametrize("text", GOLDEN)
def test_numbers_are_those_of_the_published_tokenizer(pieces: WordPieces, text: str) -> None:
    assert pieces.numbers(text, 128) == GOLDEN[text]


def test_a_long_text_is_cut_and_still_ends(pieces: WordPieces) -> None:
    numbers = pieces.numbers("hello " * 500, 128)
    assert (len(numbers), numbers[0], numbers[-1]) == (128, 101, 102)
    assert set(numbers[1:-1]) == {7592}


def test_a_text_cannot_write_a_mark_of_the_model(pieces: WordPieces) -> None:
    assert not {101, 102, 103} & set(pieces.numbers("[CLS] [SEP] [MASK] ##ing", 128)[1:-1])


def test_a_vocabulary_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no \[CLS\], \[SEP\]"):
        WordPieces(["[UNK]", "a"])
