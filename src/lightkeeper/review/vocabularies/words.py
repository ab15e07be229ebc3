"""A vocabulary as the room uses it: questions, the values that answer them, and when each is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext


class VocabularyError(Exception):
    """A data file is not a vocabulary, or there is none of that version; the message says what is wrong."""


class Asked(StrEnum):
    """How a question is answered: by one value, by any number of them, by yes or no."""

    ONE = "one"
    MANY = "many"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One answer. ``key`` is the digit that gives it, "" for one of too many; texts are in English.

    ``illegal``, ``unfounded``, ``cannot_tell`` are of outcomes: what the answer amounts to. ``grave``: much depends on
    it. ``alone``: no other value of the same question goes with it.
    """

    code: str
    key: str
    english: str
    english_description: str
    illegal: bool = False
    unfounded: bool = False
    cannot_tell: bool = False
    grave: bool = False
    alone: bool = False

    @property
    def label(self) -> str:
        """What it is called, in the language of whoever reads it."""
        return gettext(self.english)

    @property
    def description(self) -> str:
        """What it means, in the language of whoever reads it."""
        return gettext(self.english_description)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. ``key`` is the letter that goes to it; ``asked_after`` and ``required_after`` name outcomes.

    ``jurisdiction`` says whose scale it is ("" where it is nobody's in particular), ``source`` where its values are
    from.
    """

    code: str
    key: str
    asked: Asked
    english: str
    english_description: str
    jurisdiction: str
    source: str
    asked_after: frozenset[str]
    required_after: frozenset[str]
    values: Mapping[str, Value]

    @property
    def label(self) -> str:
        """The question, in the language of whoever reads it."""
        return gettext(self.english)

    @property
    def description(self) -> str:
        """What is meant, in the language of whoever reads it."""
        return gettext(self.english_description)

    @property
    def whose(self) -> str:
        """Whose scale it is, in the language of whoever reads it."""
        return gettext(self.jurisdiction) if self.jurisdiction else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All questions of one version, in the order in which they are asked."""

    version: str
    questions: Mapping[str, Question]

    def question(self, code: str) -> Question:
        """The question of a code. KeyError where there is none."""
        return self.questions[code]

    def value(self, question: str, code: str) -> Value | None:
        """The value of a code, None where the question has none such, or this vocabulary no such question."""
        asked = self.questions.get(question)
        return asked.values.get(code) if asked is not None else None

    def label(self, question: str, code: str) -> str:
        """What an answer is called; "" for none given, and the code itself where this version does not know it."""
        known = self.value(question, code)
        return known.label if known is not None else code

    def asked_after(self, outcome: str) -> list[Question]:
        """What is asked once the first question was answered so; the first question itself is among them."""
        return [question for question in self.questions.values() if outcome in question.asked_after]

    def texts(self) -> list[str]:
        """Every text that people see, for translators."""
        found = []
        for question in self.questions.values():
            found += [question.english, question.english_description, question.jurisdiction]
            for value in question.values.values():
                found += [value.english, value.english_description]
        return sorted({text for text in found if text})
