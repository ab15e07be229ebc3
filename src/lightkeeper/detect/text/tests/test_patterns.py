"""What patterns mean, and what is wrong with those that mean nothing."""

from __future__ import annotations

import pytest

from lightkeeper.detect.text import automaton as automata
from lightkeeper.detect.text.automaton import Automaton
from lightkeeper.detect.text.patterns import PatternError, parse


def found(pattern: str, text: str, phrase: str = "") -> bool:
    automaton = Automaton([parse(pattern, phrase)])
    return bool(automaton.run([automaton.begin, *(automaton.words[word] for word in text.split()), automaton.end]))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("tell mum", "please tell mum now", True),
        ("tell mum", "tell your mum", False),
        ("tell mum", "mum tell", False),
        ("tell (mum|dad)", "tell dad", True),
        ("(do not|dont) tell", "do not tell", True),
        ("(do not|dont) tell", "not tell", False),
        ("a b|c d", "c d", True),
        ("a b|c d", "a d", False),
        ("tell [your] mum", "tell mum", True),
        ("tell [your|ur] mum", "tell ur mum", True),
        ("tell ~2 mum", "tell mum", True),
        ("tell ~2 mum", "tell my own mum", True),
        ("tell ~2 mum", "tell it to my mum", False),
        ("secret* chat", "secretly chat", True),
        ("secret* chat", "secre chat", False),
        ("^ no $", "no", True),
        ("^ no $", "no way", False),
        ("^ no $", "oh no", False),
        ("no ~2 $", "no no", True),
        ("((a|b) [c]) d", "b c d", True),
        ("well-known don't", "well known dont", True),
        ("für", "fur", True),
    ],
)
def test_what_a_pattern_finds(pattern: str, text: str, expected: bool) -> None:
    assert found(pattern, text) is expected


def test_a_gap_reaches_over_no_end_of_the_message() -> None:
    assert not found("a ~1 b", "b a")


def test_the_phrase_of_a_not() -> None:
    assert found("never _", "never tell dad", "tell mum|tell dad")
    assert not found("never _", "tell dad", "tell mum|tell dad")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "nothing on one side"),
        ("[a]", "nothing at all"),
        ("(a|) b", "nothing on one side"),
        ("([a]) b", "round brackets that can be nothing"),
        ("(a b", "lacks a )"),
        ("a )", "a ) too many"),
        ("a ~ b", "a gap is ~1 to ~8"),
        ("a ~9 b", "not ~1 to ~8"),
        ("~1 a", "begins or ends with a gap"),
        ("a [~1]", "begins or ends with a gap"),
        ("ab* c", "at least 4 letters"),
        ("!!! c", "no word"),
        ("_ c", "only in one of its not"),
        ("(" * 8 + "a" + ")" * 8, "more than 6 deep"),
        ("a " * 501, "longer than 1000"),
    ],
)
def test_what_is_no_pattern_says_why(pattern: str, said: str) -> None:
    with pytest.raises(PatternError) as told:
        parse(pattern)
    assert said in str(told.value)


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automata, "STATES", 10)
    automaton = Automaton([parse("a ~3 b ~3 c"), parse("b c")])
    names = ["a", "b", "c", "other"]
    texts = [[names[number >> 2 * place & 3] for place in range(4)] for number in range(256)]
    fresh = [Automaton([parse("a ~3 b ~3 c"), parse("b c")]) for _ in texts]
    for text, one in zip(texts, fresh, strict=True):
        symbols = [automaton.words[word] for word in text]
        assert automaton.run(symbols) == one.run(symbols)
        assert automaton._steps <= 10
