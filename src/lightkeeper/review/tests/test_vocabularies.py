"""The words of grades: each version can be read for ever, and scales of different jurisdictions stay apart."""

from __future__ import annotations

import ast
import copy
import itertools
import json
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

import lightkeeper
import lightkeeper.review
from lightkeeper.record.policy import PolicyValues
from lightkeeper.review.judgement import Judgement, faults
from lightkeeper.review.models import Grade, UrlGrade
from lightkeeper.review.tests.grades_made import illegal
from lightkeeper.review.types import Confidence
from lightkeeper.review.vocabularies import (
    NEWEST,
    Asked,
    VocabularyError,
    address_versions,
    conversation_versions,
    versions,
    vocabulary,
)
from lightkeeper.review.vocabularies.loading import QUESTIONS, parse

SCALES = ("uk_category", "industry_class", "interpol_baseline")
TEXT = (resources.files("lightkeeper.review.vocabularies") / f"{NEWEST}.json").read_text("utf-8")


def codes(question: str) -> list[str]:
    return list(vocabulary().question(question).values)


def test_the_enumerations_are_those_of_the_reference() -> None:
    assert codes("outcome") == [
        "confirmed_illegal", "confirmed_tos_only", "not_illegal", "age_undeterminable", "insufficient_info",
        "duplicate", "not_found",
    ]  # fmt: skip
    assert codes("uk_category") == ["A", "B", "C", "prohibited_image", "none"]
    assert codes("industry_class") == ["A1", "A2", "B1", "B2", "none"]
    assert codes("interpol_baseline") == ["yes", "no", "unknown"]
    assert codes("age_bracket") == ["0-2", "3-6", "7-10", "11-13", "14-15", "16-17", "18+", "unknown"]
    assert codes("sex") == ["girls", "boys", "both", "unidentified"]
    assert codes("creation") == [
        "self_generated", "coerced_extortion", "contact_abuse", "ai_generated", "non_photographic", "unknown",
    ]  # fmt: skip
    assert codes("annotations") == [
        "animeDrawingVirtualHentai", "potentialMeme", "viral", "possibleSelfProduction", "physicalHarm",
        "violenceGore", "bestiality", "liveStreaming", "infant", "generativeAi",
    ]  # fmt: skip
    assert codes("confidence") == list(Confidence.values)


@pytest.mark.parametrize("version", [*versions(), *conversation_versions(), *address_versions()])
def test_every_version_can_be_read_and_fits_the_columns(version: str) -> None:
    words = vocabulary(version)
    assert words.version == version
    for question in words.questions.values():
        table = UrlGrade if question.code in {field.name for field in UrlGrade._meta.fields} else Grade
        column = table._meta.get_field(question.code)
        for code in question.values if question.asked is Asked.ONE else ():
            assert len(code) <= getattr(column, "max_length", 0), (question.code, code)


def test_the_newest_is_the_last_and_others_are_refused() -> None:
    assert versions()[-1] == NEWEST
    for wrong in ("2019-1", "../words", "", "2026-1.json"):
        with pytest.raises(VocabularyError):
            vocabulary(wrong)


def test_the_policy_suggests_something_for_each_outcome() -> None:
    suggests = PolicyValues().suggests
    assert set(suggests) == set(codes("outcome"))
    assert set(suggests.values()) <= set(codes("proposed"))


@given(
    st.sampled_from(codes("uk_category")),
    st.sampled_from(codes("industry_class")),
    st.sampled_from(["", *codes("interpol_baseline")]),
)
def test_any_answer_of_one_scale_goes_with_any_of_another(uk: str, industry: str, baseline: str) -> None:
    assert not faults(illegal(uk_category=uk, industry_class=industry, interpol_baseline=baseline))


def test_nothing_derives_an_answer_of_one_scale_from_another() -> None:
    """No data file maps scales, and no dictionary in the code leads from a code of one to a code of another."""
    assert not [row for row in json.loads(TEXT)["questions"] if row["code"] in SCALES and "maps" in json.dumps(row)]
    scales = [{code.casefold() for code in codes(scale)} - {"none"} for scale in SCALES[:2]]
    for path in Path(lightkeeper.__file__).parent.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                keys, values = _words(node.keys), _words(node.values)
                assert not any(keys & one and values & other for one, other in itertools.permutations(scales)), path


def _words(nodes: Sequence[ast.expr | None]) -> set[str]:
    return {str(node.value).casefold() for node in nodes if isinstance(node, ast.Constant)}


def test_keys_are_letters_for_questions_and_digits_for_answers_and_none_is_taken_by_the_page() -> None:
    letters = [question.key for question in vocabulary().questions.values()]
    assert len(set(letters)) == len(QUESTIONS)
    assert not set(letters) & {"h", "p", "u", "v"}  # hand over, pause, undo, look at the veil
    for question in vocabulary().questions.values():
        assert len({value.key for value in question.values.values()}) == len(question.values)


def test_what_is_asked_follows_from_the_first_answer() -> None:
    after = {outcome: [row.code for row in vocabulary().asked_after(outcome)] for outcome in codes("outcome")}
    assert after["confirmed_illegal"] == list(QUESTIONS)
    for outcome in set(after) - {"confirmed_illegal"}:
        assert after[outcome] == ["outcome", "imminent", "confidence", "proposed", "reason"]


@pytest.mark.parametrize("outcome", codes("outcome"))
def test_each_outcome_can_be_given(outcome: str) -> None:
    if outcome == "confirmed_illegal":
        assert not faults(illegal())
    else:
        assert not faults(Judgement(outcome=outcome, confidence="likely", proposed="no_action"))


def _changed(data: dict[str, Any], number: int) -> dict[str, Any]:
    questions = data["questions"]
    changes: list[Callable[[], object]] = [
        lambda: questions.pop(),
        lambda: questions.reverse(),
        lambda: questions[1].update(key=questions[2]["key"]),
        lambda: questions[1].update(key="!"),
        lambda: questions[1].update(kind="some"),
        lambda: questions[1].update(asked_after=["never"], required_after=[]),
        lambda: questions[1].update(asked_after=[]),
        lambda: questions[1].pop("source"),
        lambda: questions[1].update(extra=1),
        lambda: questions[1]["values"].append(questions[1]["values"][0]),
        lambda: questions[1]["values"][0].update(key="12"),
        lambda: questions[1]["values"][0].update(key=questions[1]["values"][1]["key"]),
        lambda: questions[1]["values"][0].update(label=""),
        lambda: questions[1]["values"][0].update(code="a b"),
        lambda: questions[1]["values"][0].update(extra=True),
        lambda: questions[0]["values"][0].pop("illegal"),
        lambda: data.pop("version"),
        lambda: data.update(questions=3),
    ]
    changes[number]()
    return data


@pytest.mark.parametrize("number", range(18))
def test_a_file_that_is_no_vocabulary_is_refused(number: int) -> None:
    assert parse(TEXT).version == NEWEST
    with pytest.raises(VocabularyError) as raised:
        parse(json.dumps(_changed(copy.deepcopy(json.loads(TEXT)), number)))
    assert str(raised.value)


def test_labels_are_translated_where_they_are_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    words = vocabulary()
    assert words.label("outcome", "not_illegal") == "Not illegal"
    assert words.label("uk_category", "") == ""
    assert words.label("uk_category", "from a later version") == "from a later version"
    with translation.override("en"):
        assert words.question("uk_category").whose == "United Kingdom"
    monkeypatch.setattr("lightkeeper.review.vocabularies.words.gettext", str.upper)
    assert words.label("outcome", "not_illegal") == "NOT ILLEGAL"
    question = words.question("uk_category")
    assert (question.label, question.whose) == ("UK CATEGORY", "UNITED KINGDOM")
    assert question.description.isupper()
    assert question.values["A"].description.isupper()


def test_every_text_is_where_translators_look() -> None:
    """``translatable.py`` names each text of each version; ``python tools/vocabulary_words.py`` writes it."""
    known = [*versions(), *conversation_versions(), *address_versions()]
    texts = sorted(set(itertools.chain.from_iterable(vocabulary(one).texts() for one in known)))
    module = Path(lightkeeper.review.__file__).parent / "vocabularies" / "translatable.py"
    calls = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
    assert [node.args[0].value for node in calls if isinstance(node.args[0], ast.Constant)] == texts
