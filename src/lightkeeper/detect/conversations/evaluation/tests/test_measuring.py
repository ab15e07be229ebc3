"""What is kept of conversations, and the gates, by scorers that are right or wrong in one way each."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from lightkeeper.detect.conversations.evaluation import attacks, gates
from lightkeeper.detect.conversations.evaluation.gates import Verdict
from lightkeeper.detect.conversations.evaluation.measuring import KEPT, Measured, Scored, measure
from lightkeeper.detect.conversations.evaluation.streams import Labelled, Turn

ASKED = "please keep this between ourselves"
_READ_AGAIN = str.maketrans("431057асеорхуАВСЕНКМОРТХ", "aeiostaceopxyABCEHKMOPTX")  # Cyrillic


class ByWord:
    """Scores an author by how many of their messages have the word; the faults are what gates must see."""

    name = "by word"

    def __init__(self, word: str = "between", fault: str = "") -> None:
        self.word, self.fault = word, fault

    def score(self, conversation: Labelled, *, arrival: Sequence[int] | None = None, texts: bool = True) -> Scored:
        """A running count for each author."""
        turns = conversation.turns
        came = list(range(len(turns)) if arrival is None else arrival)
        if self.fault != "duplicates":
            came = list(dict.fromkeys(came))
        if self.fault != "order":
            came.sort()
        running: dict[str, list[float]] = {turn.author: [] for turn in turns}
        counts = dict.fromkeys(running, 0.0 if texts or self.fault != "texts" else 1.0)
        for number, place in enumerate(came):
            if texts and self.word in (turns[place].text or ""):
                counts[turns[place].author] += number if self.fault == "order" else 1
            if self.fault == "repetition" and number and turns[came[number - 1]].text == turns[place].text:
                counts = {author: count - 1 for author, count in counts.items()}
            for author, count in counts.items():
                running[author].append(count)
        marked = frozenset(place for place, turn in enumerate(turns) if self.word in (turn.text or ""))
        return Scored(running, marked)


def _conversation(number: int, risky: bool, corpus: str = "made up", group: str = "") -> Labelled:
    texts = ["hello there", ASKED if risky else "see you at practice", "all right"]
    turns = tuple(Turn("ab"[place % 2], place, text) for place, text in enumerate(texts * 2))
    roles = (frozenset({"a"}), frozenset({"b"})) if risky else (frozenset[str](), frozenset[str]())
    slices = (group,) if group else ()
    return Labelled(str(number), corpus, turns, risky, *roles, marked=frozenset({1} if risky else ()), slices=slices)


def _measured(scorer: ByWord, count: int = 25) -> Measured:
    return measure((_conversation(n, n % 2 == 0) for n in range(2 * count)), scorer)


def _verdicts(found: Sequence[gates.Gate]) -> dict[str, Verdict]:
    return {gate.name: gate.verdict for gate in found}


def test_of_each_conversation_a_few_numbers_are_kept_and_of_some_the_whole() -> None:
    stream = (_conversation(n, n % 2 == 0) for n in range(3 * KEPT))
    measured = measure(stream, ByWord())
    assert len(measured.risky) == 3 * KEPT
    assert len(measured.kept) == 2 * KEPT
    assert measured.tops().tolist() == [1.0, 0.0] * (3 * KEPT // 2)
    assert measured.by(2).tolist()[:2] == [1.0, 0.0]
    hits, alarms, misses = measured.lines
    assert (hits, alarms, misses) == (3 * KEPT // 2, 3 * KEPT // 2, 0)


def test_without_a_label_or_a_message_a_conversation_is_counted_and_passed_over() -> None:
    one = _conversation(1, True)
    measured = measure([replace(one, risky=None), replace(one, turns=()), one], ByWord())
    assert (measured.unlabelled, measured.empty, len(measured.risky)) == (1, 1, 1)


def test_the_role_gate_fails_a_scorer_that_hears_the_child() -> None:
    measured = _measured(ByWord())
    measured.author_scores = [{"child": 2.0, "offender": 0.0, "": 0.0}[role] for role in measured.author_roles]
    assert gates.role(measured, 1).verdict is Verdict.FAILED
    measured.author_scores = [{"child": 0.0, "offender": 2.0, "": 0.0}[role] for role in measured.author_roles]
    gate = gates.role(measured, 1)
    assert (gate.verdict, gate.n) == (Verdict.PASSED, 25)
    assert gates.role(_measured(ByWord(), 5), 1).verdict is Verdict.NOT_MEASURABLE


def test_the_role_gate_is_asked_of_what_was_measured_without_ages_where_there_are_any() -> None:
    measured, blind = _measured(ByWord()), _measured(ByWord())
    blind.author_scores = [{"child": 2.0, "offender": 0.0, "": 0.0}[role] for role in blind.author_roles]
    gate = gates.all_gates(measured, ByWord(), 1, blind=blind)[0]
    assert (gate.name, gate.verdict) == ("role", Verdict.FAILED)
    assert gates.all_gates(measured, ByWord(), 1)[0].verdict is Verdict.PASSED


def test_a_scorer_that_flags_nobody_does_not_pass_the_role_gate() -> None:
    assert gates.role(_measured(ByWord("absent")), 1).verdict is Verdict.NOT_MEASURABLE


def test_each_corpus_has_its_own_benign_gate() -> None:
    calm = [_conversation(n, False, "calm") for n in range(400)]
    few = [_conversation(n, False, "few") for n in range(30)]
    loud = [replace(_conversation(n, True, "loud"), risky=False) for n in range(30)]
    found = _verdicts(gates.benign(measure([*calm, *few, *loud], ByWord()), 1))
    assert found == {
        "benign: calm": Verdict.PASSED,
        "benign: few": Verdict.NOT_MEASURABLE,  # none of 30: still up to 11 %
        "benign: loud": Verdict.FAILED,
    }


def test_attacks_change_some_words_and_are_the_same_each_time() -> None:
    one = _conversation(1, True)
    for attack in attacks.ATTACKS:
        changed = attacks.attacked(one, attack)
        assert changed == attacks.attacked(one, attack)
        assert changed.turns != one.turns
    assert attacks.ATTACKS["dotted words"]("word", random.Random(1)) == "w.o.r.d"


def test_a_normaliser_passes_the_evasion_gate_that_plain_words_fail() -> None:
    risky = [_conversation(n, True) for n in range(30)]
    plain = _verdicts(gates.evasion(risky, ByWord(), 1))
    assert plain["evasion: leet"] is plain["evasion: look-alike letters"] is Verdict.FAILED
    repaired = _verdicts(gates.evasion(risky, ByWord(), 1, lambda text: text.translate(_READ_AGAIN)))
    assert repaired["evasion: leet"] is repaired["evasion: look-alike letters"] is Verdict.PASSED
    assert set(_verdicts(gates.evasion(risky, ByWord("absent"), 1)).values()) == {Verdict.NOT_MEASURABLE}


def test_slices_are_compared_with_everyone() -> None:
    fair = [replace(_conversation(n, n % 5 == 0, group="xy"[n // 50]), risky=False) for n in range(100)]
    assert gates.slices(measure(fair, ByWord()), 1).verdict is Verdict.PASSED
    unfair = [replace(_conversation(n, n < 10, group="xy"[n // 50]), risky=False) for n in range(100)]
    gate = gates.slices(measure(unfair, ByWord()), 1)
    assert gate.verdict is Verdict.FAILED
    assert "2.00 times" in gate.figure
    assert gates.slices(measure(fair[:50], ByWord()), 1).verdict is Verdict.NOT_MEASURABLE


@pytest.mark.parametrize("fault", ["", "order", "duplicates", "repetition", "texts"])
def test_each_fault_fails_its_own_gate_and_no_other(fault: str) -> None:
    kept, scorer = [_conversation(n, n % 2 == 0) for n in range(4)], ByWord(fault=fault)
    if fault == "texts":
        scorer.word = "absent"
    found = _verdicts([*gates.invariance(kept, scorer), gates.without_texts(kept, scorer)])
    named = {"texts": "without texts"}.get(fault, f"invariance: {fault}")
    assert [name for name, verdict in found.items() if verdict is not Verdict.PASSED] == ([named] if fault else [])


def test_no_gate_says_a_word_of_the_conversations() -> None:
    said = " ".join(f"{gate.name} {gate.figure}" for gate in gates.all_gates(_measured(ByWord()), ByWord(), 1))
    told = set(said.lower().replace(":", " ").replace(",", " ").split())
    assert not told & {"hello", "please", "keep", "between", "ourselves", "practice"}


def test_who_is_never_judged_is_the_same_whatever_the_order() -> None:
    never = {"a": float("-inf"), "b": 1.0}
    assert gates._same(never, dict(never))
    assert not gates._same(never, {"a": 0.0, "b": 1.0})
    assert not gates._same(never, {"a": float("-inf"), "b": 2.0})
