"""Reading the data files of vocabularies, and refusing what is not one."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from lightkeeper.review.vocabularies.words import Asked, Question, Value, Vocabulary, VocabularyError

NEWEST: Final = "2026-1"
"""The version that grades are written in now."""

NEWEST_OF_CONVERSATIONS: Final = "conversation-2026-1"
"""The version that grades of conversations are written in now."""

NEWEST_OF_ADDRESSES: Final = "hotline-2026-1"
"""The version that assessments of addresses are written in now."""

OUTCOME: Final = "outcome"
QUESTIONS: Final = (
    OUTCOME, "uk_category", "industry_class", "interpol_baseline", "age_bracket", "sex", "creation", "annotations",
    "imminent", "confidence", "proposed", "reason",
)  # fmt: skip
"""The questions that every version has: the columns of a grade."""

OF_CONVERSATIONS: Final = (OUTCOME, "imminent", "confidence", "proposed", "reason")
"""Those that a vocabulary of conversations has."""

OF_ADDRESSES: Final = (
    OUTCOME, "uk_category", "age_bracket", "sex", "creation", "setting", "alone", "site_type", "access", "commercial",
    "imminent", "confidence", "proposed", "reason",
)  # fmt: skip
"""Those that a vocabulary of addresses has."""

_ASKED_OF: Final = {"": QUESTIONS, "conversation-": OF_CONVERSATIONS, "hotline-": OF_ADDRESSES}
"""The questions of each family of versions, by what these begin with."""
_VERSION: Final = re.compile(r"(conversation-|hotline-|)(\d{4})-(\d{1,2})")
_CODE: Final = re.compile(r"[A-Za-z0-9_+-]{1,32}")
_FLAGS: Final = frozenset({"illegal", "unfounded", "cannot_tell", "grave", "alone"})
_OF_VALUE: Final = frozenset({"code", "key", "label", "description"})
_OF_QUESTION: Final = frozenset(
    {"code", "key", "label", "description", "kind", "jurisdiction", "source", "asked_after", "required_after", "values"}
)


def vocabulary(version: str = NEWEST) -> Vocabulary:
    """The vocabulary of a version, the newest if none is named. Raises VocabularyError where there is none."""
    return _read(version)


def versions() -> list[str]:
    """All versions that there are for content, the oldest first."""
    return _of_family("")


def conversation_versions() -> list[str]:
    """All versions that there are for conversations, the oldest first."""
    return _of_family("conversation-")


def address_versions() -> list[str]:
    """All versions that there are for addresses, the oldest first."""
    return _of_family("hotline-")


def _of_family(prefix: str) -> list[str]:
    """The versions that begin so, the oldest first."""
    names = (entry.name.removesuffix(".json") for entry in resources.files(__package__).iterdir())
    found = [known for known in map(_VERSION.fullmatch, names) if known is not None and known[1] == prefix]
    return [known[0] for known in sorted(found, key=lambda known: (int(known[2]), int(known[3])))]


@functools.cache
def _read(version: str) -> Vocabulary:
    if not _VERSION.fullmatch(version):
        raise VocabularyError("A version of the vocabulary is a year and a number, such as 2026-1.")
    file = resources.files(__package__) / f"{version}.json"
    if not file.is_file():
        raise VocabularyError(f"There is no version {version} of the vocabulary.")
    made = parse(file.read_text("utf-8"))
    if made.version != version:
        raise VocabularyError(f"The file {version}.json says that it is version {made.version}.")
    return made


def parse(text: str) -> Vocabulary:
    """Make a vocabulary of the text of a data file. Raises VocabularyError, saying what is wrong."""
    try:
        data = json.loads(text)
        questions = [_question(row) for row in data["questions"]]
        version = data["version"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise VocabularyError(f"It cannot be read: {type(error).__name__} {error}.") from None
    made = Vocabulary(version=version, questions=MappingProxyType({row.code: row for row in questions}))
    for sentence in _faults(made, questions):
        raise VocabularyError(sentence)
    return made


def _question(row: Mapping[str, Any]) -> Question:
    if set(row) != _OF_QUESTION:
        raise ValueError(f"a question has other fields: {', '.join(sorted(set(row) ^ _OF_QUESTION))}")
    values = [_value(value) for value in row["values"]]
    _once([value.code for value in values], f"value of {row['code']}")
    _once([value.key for value in values if value.key], f"key of {row['code']}")
    return Question(
        code=row["code"],
        key=row["key"],
        asked=Asked(row["kind"]),
        english=row["label"],
        english_description=row["description"],
        jurisdiction=row["jurisdiction"],
        source=row["source"],
        asked_after=frozenset(row["asked_after"]),
        required_after=frozenset(row["required_after"]),
        values=MappingProxyType({value.code: value for value in values}),
    )


def _value(row: Mapping[str, Any]) -> Value:
    if not _OF_VALUE <= set(row) <= _OF_VALUE | _FLAGS:
        raise ValueError("a value has other fields")
    if not _CODE.fullmatch(row["code"]) or not re.fullmatch(r"\d?", row["key"]) or not row["label"]:
        raise ValueError(f"the value {row['code']} needs a code, a digit and a label")
    return Value(
        code=row["code"],
        key=row["key"],
        english=row["label"],
        english_description=row["description"],
        **{flag: row[flag] is True for flag in _FLAGS & set(row)},
    )


def _once(codes: Sequence[str], what: str) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise ValueError(f"the {what} {code} stands twice")


def _faults(made: Vocabulary, questions: Sequence[Question]) -> list[str]:
    """What is wrong with a vocabulary that could be read, a sentence each."""
    found = []
    family = _VERSION.fullmatch(str(made.version))
    wanted = _ASKED_OF[family[1]] if family is not None else QUESTIONS
    if [row.code for row in questions] != list(wanted):
        return [f"The questions must be these, in this order: {', '.join(wanted)}."]
    if len({row.key for row in questions}) != len(questions) or not all(
        re.fullmatch("[a-z]", q.key) for q in questions
    ):
        found.append("Every question needs a letter of its own.")
    outcomes = set(made.question(OUTCOME).values)
    for row in questions:
        if not row.asked_after <= outcomes:
            found.append(f"The question {row.code} is asked after an outcome that there is not.")
        if not row.required_after <= row.asked_after:
            found.append(f"The question {row.code} is required where it is not asked.")
    if not any(value.illegal for value in made.question(OUTCOME).values.values()):
        found.append("No outcome says that something is illegal.")
    return found
