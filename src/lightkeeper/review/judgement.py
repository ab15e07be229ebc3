"""A judgement before it is a grade: what somebody answered, and what is wrong with it, a sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from lightkeeper.record.types import ItemKind
from lightkeeper.review.addresses.kept import url_answers_of
from lightkeeper.review.labels import label_faults, tidy
from lightkeeper.review.types import GradePart, UrlAnswers
from lightkeeper.review.vocabularies import (
    NEWEST,
    NEWEST_OF_ADDRESSES,
    NEWEST_OF_CONVERSATIONS,
    Question,
    Value,
    Vocabulary,
    address_versions,
    vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lightkeeper.review.models import CaseItem, Grade

LONGEST_NOTE: Final = 280
AGREE_ON: Final = ("outcome", "uk_category", "industry_class", "proposed")
"""Answers that must be the same if two judgements are to agree."""
WORDS: Final = (
    "outcome", "uk_category", "industry_class", "interpol_baseline", "age_bracket", "sex", "creation", "annotations",
    "setting", "alone", "site_type", "access", "commercial", "confidence", "proposed", "reason",
)  # fmt: skip
"""The fields of a judgement that are words of the vocabulary."""
OF_URL: Final = ("setting", "alone", "site_type", "access", "commercial")
"""Those that only addresses have."""
_NEWEST: Final = {ItemKind.CONVERSATION: NEWEST_OF_CONVERSATIONS, ItemKind.URL: NEWEST_OF_ADDRESSES}


class GradeError(Exception):
    """What was asked cannot be done; ``sentences`` say why, to the person who asked."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What somebody answered. Codes of the vocabulary; "" and no codes where a question was not answered.

    ``label`` is the text that goes with what is proposed, where that has one (``labels``).
    ``part`` is what the person was asked for when they began, where that is known: if it is another by now, their
    judgement is refused. ``verdicts``: of a conversation, names of signals and whether each was right. ``of_url``: what
    only an address is asked.
    """

    outcome: str
    confidence: str
    proposed: str
    label: str = ""
    uk_category: str = ""
    industry_class: str = ""
    interpol_baseline: str = ""
    age_bracket: str = ""
    sex: str = ""
    creation: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    imminent: bool = False
    reason: str = ""
    note: str = ""
    part: GradePart | None = None
    verdicts: tuple[tuple[str, bool], ...] = ()
    of_url: UrlAnswers | None = None

    def answer(self, code: str) -> str | tuple[str, ...]:
        """What was answered to a question of the vocabulary; "" where nothing was, or nobody could."""
        given: str | tuple[str, ...] = getattr(self.of_url, code, "") if code in OF_URL else getattr(self, code)
        return given


def judgement_of(grade: Grade) -> Judgement:
    """What a grade says, without its note and without what was so at its time: its reason and whether it was urgent."""
    return Judgement(
        outcome=grade.outcome,
        confidence=grade.confidence,
        proposed=grade.proposed,
        label=grade.label,
        uk_category=grade.uk_category,
        industry_class=grade.industry_class,
        interpol_baseline=grade.interpol_baseline,
        age_bracket=grade.age_bracket,
        sex=grade.sex,
        creation=tuple(grade.creation),
        annotations=tuple(grade.annotations),
        of_url=url_answers_of(grade) if grade.vocabulary in address_versions() else None,
    )


def vocabulary_for(case_item: CaseItem) -> Vocabulary:
    """The vocabulary in which an item is graded now: conversations and addresses have their own."""
    return vocabulary(_NEWEST.get(ItemKind(case_item.item.kind), NEWEST))


def outcome_of(grade: Grade) -> Value | None:
    """What a grade's outcome means in the words of its own vocabulary, None where these do not have it."""
    return vocabulary(grade.vocabulary).value("outcome", grade.outcome)


def agree(one: Grade | Judgement, other: Grade | Judgement) -> bool:
    """Say whether two judgements are the same in what matters: ``AGREE_ON``, and the words of a label."""
    same = all(getattr(one, name) == getattr(other, name) for name in AGREE_ON)
    return same and tidy(one.label) == tidy(other.label)


def faults(judgement: Judgement, words: Vocabulary | None = None) -> list[str]:
    """What is wrong with a judgement, a sentence each: none if it can be a grade."""
    words = words or vocabulary()
    if words.value("outcome", judgement.outcome) is None:
        return [_("Say first what it is.")]
    known = [words.questions[code] for code in WORDS if code in words.questions]
    found = [sentence for question in known for sentence in _answer_faults(question, judgement)]
    if any(judgement.answer(code) for code in WORDS if code not in words.questions):
        found.append(_("Something is answered that is not asked of this kind of item."))
    found += label_faults(judgement.proposed, judgement.label)
    if judgement.imminent and not judgement.reason and not judgement.note.strip():
        found.append(_("Say why a child is in danger now: give a reason or write a note."))
    if len(judgement.note) > LONGEST_NOTE:
        found.append(_("The note is longer than %(most)d characters.") % {"most": LONGEST_NOTE})
    return found


def _answer_faults(question: Question, judgement: Judgement) -> Iterable[str]:
    given = judgement.answer(question.code)
    codes = given if isinstance(given, tuple) else (given,) if given else ()
    about = {"question": question.label}
    if not codes:
        if judgement.outcome in question.required_after:
            yield _("“%(question)s” is not answered.") % about
        return
    if judgement.outcome not in question.asked_after:
        yield _("“%(question)s” is not asked after this outcome; leave it open.") % about
    elif any(code not in question.values for code in codes):
        yield _("“%(question)s” has an answer that the vocabulary does not know.") % about
    elif len(set(codes)) != len(codes):
        yield _("“%(question)s” has the same answer twice.") % about
    elif len(codes) > 1 and any(question.values[code].alone for code in codes):
        yield _("“%(question)s” has an answer that goes with no other.") % about
