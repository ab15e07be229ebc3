"""Packs are read with the line of whatever is wrong, tried by their own examples, and the shipped ones stand."""

from __future__ import annotations

import collections
import re
from pathlib import Path

import pytest

from lightkeeper.detect.text.signal_packs import (
    SignalPackError,
    check,
    parse_pack,
    read_pack,
    shipped_packs,
)
from lightkeeper.detect.text.signal_phrases import SIGNALS

PACK = """\
format: lightkeeper-signals
language: en
version: 2026-11
reviewed_by: ""
contexts:
  surprise: [birthday, surprise party]
phrases:
  - id: secret
    signal: secrecy_request
    pattern: (do not|dont) tell [your] (mum|dad)
    not: ["@surprise", never say _]
    examples: [don't tell your mum]
    near_misses: [don't tell mum about her birthday]
  - id: refused
    signal: refusal
    pattern: ^ no $
    examples: [no]
    near_misses: [no worries]
"""


def wrong(content: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(SignalPackError) as told:
        read_pack(content)
    assert str(told.value)
    return [(problem.line, problem.said) for problem in told.value.problems]


def test_a_pack_is_read_and_words_that_yaml_takes_for_truth_are_words() -> None:
    pack = read_pack(PACK)
    assert (pack.language, pack.version, pack.reviewed_by, len(pack.phrases)) == ("en", "2026-11", "", 2)
    assert pack.phrases[0].unless == ("birthday", "surprise party", "never say _")
    assert pack.phrases[1].examples == ("no",)
    assert pack == read_pack(PACK.encode())
    assert pack.digest != read_pack(PACK + "\n").digest


def test_nothing_of_a_phrase_is_in_its_representation() -> None:
    assert "mum" not in repr(read_pack(PACK))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("format: lightkeeper-signals", "format: other", 1, "the format is not lightkeeper-signals"),
        ("language: en\n", "", 1, "there is no language"),
        ("language: en\n", 'language: ""\n', 2, "language is empty"),
        ("signal: refusal", "signal: other", 15, "the signal is none of"),
        ("signal: refusal", "signl: refusal", 15, "none of id, signal, pattern"),
        ("id: refused", "id: secret", 14, "the id secret stands in line 8 already"),
        ("^ no $", "^ no $ ~1", 16, "begins or ends with a gap"),
        ("never say _", "never (say _", 11, "lacks a )"),
        ("@surprise", "@other", 11, "names a context that is not under contexts"),
        ("[birthday, surprise party]", "birthday", 6, "is not a list"),
        ("[birthday, surprise party]", "[birthday (]", 6, "the context surprise has"),
        ("    examples: [no]\n", "", 14, "refused has no examples"),
        ("    examples: [no]\n", "    examples: []\n", 17, "1 to 50 texts"),
        ("examples: [no]", "examples: [no, {}]", 17, "is not a text"),
        ("examples: [no]", "examples: [no, never]", 14, "refused is not found in its example 2"),
        ("[no worries]", "[no]", 14, "near miss 1 of refused shows refusal all the same, by refused"),
        ("[no worries]", "&a [no worries]", 18, "an anchor or alias"),
        ("[no worries]", "[[[[[[no]]]]]]", 18, "nested deeper"),
        ("[no worries]", "[no", 19, "this is not YAML"),
        ("contexts:", "phrases:\n  - 1\ncontexts:", 9, "the key phrases stands twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in PACK
    problems = wrong(PACK.replace(old, new, 1))
    assert any(at == line and said in what for at, what in problems), problems


@pytest.mark.parametrize(
    "content", ["", "# nothing", "- a", "a", b"\xff", "a: \x00", "phrases: 1", "!!python/none x", "[" * 9000]
)
def test_what_is_no_pack_is_refused(content: str | bytes) -> None:
    assert wrong(content)


def test_everything_that_is_wrong_is_told_at_once_and_bounded() -> None:
    phrases = "".join(f"  - {{id: p{n}, signal: x, pattern: a, examples: [a], near_misses: [b]}}\n" for n in range(50))
    with pytest.raises(SignalPackError) as told:
        read_pack(PACK.split("  - id")[0] + phrases)
    assert len(told.value.problems) == 50
    assert str(told.value).endswith("And 30 more.")


def test_no_problem_repeats_a_phrase_or_an_example() -> None:
    problems = wrong(PACK.replace("[don't tell your mum]", "[zebra stripes]").replace("(mum|dad)", "(mum|quagga) )"))
    problems += wrong(PACK.replace("[don't tell your mum]", "[zebra stripes]"))
    assert not any(word in said for _line, said in problems for word in ("zebra", "quagga"))


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.language)
def test_shipped_packs_are_as_they_say(pack: object) -> None:
    from lightkeeper.detect.text.signal_phrases import SignalPack

    assert isinstance(pack, SignalPack)
    assert check(pack) == []
    assert pack.reviewed_by == "", "a native speaker's review is recorded by the installation that asked for it"
    by_signal = collections.Counter(phrase.signal for phrase in pack.phrases)
    assert by_signal.keys() == SIGNALS
    assert min(by_signal.values()) >= 8
    assert all(phrase.id.startswith(f"{pack.language}-") for phrase in pack.phrases)


def test_a_shipped_pack_can_be_loaded_by_an_operator_too() -> None:
    assert parse_pack(PACK).language == "en"
    assert {pack.language for pack in shipped_packs()} == {"en", "de"}


def test_the_page_about_packs_shows_one_that_is_read_and_every_signal() -> None:
    page = (Path(__file__).parents[5] / "docs" / "phrase-packs.md").read_text("utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    assert read_pack(found[1]).phrases[0].signal == "secrecy_request"
    table = page.split("## Signals")[1].split("## Patterns")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == SIGNALS


def test_what_reading_costs_can_be_measured() -> None:
    from benchmarks.phrases import measure

    assert all(value > 0 for value in measure(200).values())
