"""The grading form: questions of the vocabulary, what was answered, and what is wrong with it, at its field."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.queries import LABEL_HINT, allowed_kinds
from lightkeeper.act.types import DecisionKind
from lightkeeper.record.services import PolicyValues, current_policy
from lightkeeper.record.types import ItemKind
from lightkeeper.review.queries import Offer, faults, judgement_of, label_faults, part_of, timeline, vocabulary_for
from lightkeeper.review.services import Judgement
from lightkeeper.review.types import GradePart, UrlAnswers
from lightkeeper.review.vocabularies import Asked, Question, Value, Vocabulary, vocabulary
from lightkeeper.web.address_fields import WORDS as OF_ADDRESS
from lightkeeper.web.address_fields import AddressFields
from lightkeeper.web.conversations.words import PROTECTIVE, signal_words

if TYPE_CHECKING:
    from django.http import QueryDict

    from lightkeeper.people.models import Person
    from lightkeeper.review.models import CaseItem, Grade

LONGEST_NOTE: Final = 280
ONE: Final = (
    "outcome", "uk_category", "industry_class", "interpol_baseline", "age_bracket", "sex", "confidence", "proposed",
    "reason",
)  # fmt: skip
MANY: Final = ("creation", "annotations")
_KEY: Final = re.compile("[0-9a-f]{32}")
"""The keyed id of a message."""
RIGHT_OR_WRONG: Final = ("right", "wrong")
SAID_OF_SIGNALS: Final = (("right", "1", _("Right")), ("wrong", "2", _("Wrong")), ("", "3", _("Cannot tell")))
Answers = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a row, and whether it is given."""

    value: Value
    checked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a vocabulary as the page shows it. ``asked``: the outcomes after which it is."""

    words: Vocabulary
    question: Question
    choices: tuple[Choice, ...]
    errors: tuple[str, ...]

    @property
    def many(self) -> bool:
        """Whether any number of answers may be given."""
        return self.question.asked is Asked.MANY

    @property
    def asked(self) -> str:
        """The outcomes after which it is asked, for the script."""
        return " ".join(sorted(self.question.asked_after))

    @property
    def always(self) -> bool:
        """Whether it is asked after every outcome, and before any is chosen."""
        return len(self.question.asked_after) == len(self.words.question("outcome").values)

    @property
    def optional(self) -> bool:
        """Whether it may be left open after every outcome."""
        return not self.question.required_after

    @property
    def html(self) -> SafeString:
        """The question as the page has it; where nothing is wrong, made once for each language and answer."""
        if self.errors:
            return render_to_string("case/question.html", {"row": self})
        offered = tuple(choice.value.code for choice in self.choices)
        given = frozenset(choice.value.code for choice in self.choices if choice.checked)
        return _question(self.words.version, self.question.code, offered, given, get_language())


@lru_cache(2048)
def _question(
    version: str, code: str, offered: tuple[str, ...], given: frozenset[str], language: str | None
) -> SafeString:
    del language  # the active one, which the page is in
    words = vocabulary(version)
    question = words.question(code)
    choices = tuple(Choice(question.values[value], value in given) for value in offered)
    return render_to_string("case/question.html", {"row": Row(words, question, choices, ())})


@dataclass(frozen=True, slots=True)
class SignalChoice:
    """What can be said of a signal: ``code`` as it is sent, ``key`` the digit that gives it."""

    code: str
    key: str
    name: str
    checked: bool


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal of a conversation, about which it is asked whether it was right."""

    code: str
    name: str
    choices: tuple[SignalChoice, ...]


class GradeForm:
    """Answers, label and note as they were sent or are offered; ``errors`` by field, "" for those of none."""

    def __init__(self, sent: QueryDict | None = None, *, case_item: CaseItem, person: Person) -> None:
        self.item, self.person = case_item, person
        self.words = vocabulary_for(case_item)
        self.answers: Answers = {}
        self.label = self.note = self.part = self.offered = ""
        self.errors: dict[str, list[str]] = {}
        self.verdicts: dict[str, str] = {}
        self.evidence: tuple[bytes, ...] = ()
        self.address = AddressFields(sent) if case_item.item.kind == ItemKind.URL else None
        if sent is not None:
            codes = (*ONE, *MANY, *OF_ADDRESS, "imminent")
            self.answers = {code: tuple(text for text in sent.getlist(code)[:20] if text) for code in codes}
            self.label, self.part = sent.get("label", ""), sent.get("part", "")
            self.verdicts = {code: sent.get(f"signal-{code}", "") for code in self._signals}
            if self._signals:
                self.evidence = tuple(
                    bytes.fromhex(text) for text in sent.getlist("evidence")[:500] if _KEY.fullmatch(text)
                )
            self.note, self.offered = sent.get("note", "").replace("\r\n", "\n"), sent.get("offered", "")

    @classmethod
    def beginning(cls, item: CaseItem, person: Person, offer: Offer | None, own: Grade | None) -> GradeForm:
        """The form before anything is sent: with what is offered, or with what this person said before."""
        form = cls(case_item=item, person=person)
        form.part = str(part_of(item, person) or "")
        before = offer.grade if offer is not None else own
        if before is not None:
            form._fill(judgement_of(before))
        if offer is not None:
            form.offered = str(offer.grade.public)
        return form

    @property
    def offered_public(self) -> uuid.UUID | None:
        """The grade that the form was filled in with, if it was."""
        try:
            return uuid.UUID(self.offered)
        except ValueError:
            return None

    @property
    def rows(self) -> list[Row]:
        """The questions in their order; of the decisions only those that make sense for the item."""
        return [self._row(question) for question in self.words.questions.values()]

    @property
    def signals(self) -> list[SignalRow]:
        """Of a conversation: its signals, each with what was said of it."""
        return [
            SignalRow(
                code,
                str(signal_words(code).name),
                tuple(
                    SignalChoice(value, key, str(label), self.verdicts.get(code, "") == value)
                    for value, key, label in SAID_OF_SIGNALS
                ),
            )
            for code in self._signals
        ]

    @property
    def outcomes(self) -> str:
        """All outcomes, after each of which signals are asked about."""
        return " ".join(sorted(self.words.question("outcome").values))

    @cached_property
    def _signals(self) -> tuple[str, ...]:
        if self.item.item.kind != ItemKind.CONVERSATION:
            return ()
        facts = sorted(timeline(self.item, self.person).signals, key=lambda one: -abs(one.contribution))
        return tuple(dict.fromkeys(one.signal for one in facts if one.signal not in PROTECTIVE))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The decisions that make sense for the item."""
        return frozenset(str(kind) for kind in allowed_kinds(self.item))

    @cached_property
    def suggests(self) -> dict[str, str]:
        """What policy suggests after each outcome, for the script: as ``suggested`` says, read once for all."""
        given, none = self._policy.suggests, str(DecisionKind.NO_ACTION)
        kinds = {code: given.get(code, none) for code in self.words.question("outcome").values}
        return {code: kind if kind in self.kinds else none for code, kind in kinds.items()}

    @property
    def label_hint(self) -> str:
        """What a label may be."""
        return str(LABEL_HINT)

    @property
    def longest(self) -> int:
        """How long a note may be."""
        return LONGEST_NOTE

    @property
    def templates(self) -> tuple[str, ...]:
        """Texts that the organisation gives for notes."""
        return self._policy.note_templates

    @cached_property
    def _policy(self) -> PolicyValues:
        return current_policy()

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """All that is wrong: the field, and a sentence."""
        return [(code, sentence) for code, sentences in self.errors.items() for sentence in sentences]

    def judgement(self) -> Judgement:
        """What was answered, as the room takes it."""
        single = {code: next(iter(self.answers.get(code, ())), "") for code in ONE}
        return Judgement(
            **single,
            verdicts=tuple((code, said == "right") for code, said in self.verdicts.items() if said in RIGHT_OR_WRONG),
            label=self.label if single["proposed"] == DecisionKind.LABEL else "",
            creation=self.answers.get("creation", ()),
            annotations=self.answers.get("annotations", ()),
            imminent="yes" in self.answers.get("imminent", ()),
            note=self.note,
            part=GradePart(self.part) if self.part in GradePart.values else None,
            of_url=self._of_url(),
        )

    def _of_url(self) -> UrlAnswers | None:
        if self.address is None:
            return None
        return self.address.answers({code: next(iter(self.answers.get(code, ())), "") for code in OF_ADDRESS})

    def is_valid(self) -> bool:
        """Find what is wrong, each at its field; say whether it can be graded."""
        judgement = self.judgement()
        for sentence in faults(judgement, self.words):
            self.add_error(self._field_of(sentence, judgement), sentence)
        known = self.words.value("outcome", judgement.outcome) is not None
        if known and self.address is not None and judgement.of_url is not None:
            for code, sentence in self.address.faults(self.item, judgement.outcome, judgement.of_url):
                self.add_error(code, sentence)
        if self.errors:
            self._drop_unasked(judgement.outcome)
            self._fill_suggested()
        return not self.errors

    def renew(self, offer: Offer | None) -> None:
        """Send next time what the page shows then: whose turn it is, and what is offered, can be another by now."""
        self.part = str(part_of(self.item, self.person) or "")
        self.offered = str(offer.grade.public) if offer is not None else ""

    def add_error(self, code: str | None, sentence: str) -> None:
        """Add what is wrong with a field, or with none of them."""
        self.errors.setdefault(code or "", []).append(sentence)

    def _fill(self, judgement: Judgement) -> None:
        self.answers = {code: (text,) if (text := str(getattr(judgement, code))) else () for code in ONE}
        self.answers |= {code: tuple(getattr(judgement, code)) for code in MANY}
        if self.address is not None and judgement.of_url is not None:
            self.address.fill(judgement.of_url)
            given = {code: str(judgement.answer(code)) for code in OF_ADDRESS}
            self.answers |= {code: (text,) for code, text in given.items() if text}
        if judgement.proposed not in self.kinds:
            self.answers["proposed"] = (self.suggests[judgement.outcome],)
        self.label = judgement.label

    def _drop_unasked(self, outcome: str) -> None:
        """Take out answers that do not go with the outcome: without a script nobody could, and it was said."""
        asked = {question.code for question in self.words.asked_after(outcome)}
        if asked:
            self.answers = {code: given for code, given in self.answers.items() if code in asked}

    def _fill_suggested(self) -> None:
        """Choose what policy suggests, where an outcome was chosen and no decision: for pages without a script."""
        outcome = next(iter(self.answers.get("outcome", ())), "")
        if outcome in self.suggests and not self.answers.get("proposed"):
            self.answers = {**self.answers, "proposed": (self.suggests[outcome],)}

    def _row(self, question: Question) -> Row:
        given = self.answers.get(question.code, ())
        values: list[Value] = list(question.values.values())
        if question.code == "proposed":
            values = [value for value in values if value.code in self.kinds]
        choices = tuple(Choice(value, value.code in given) for value in values)
        return Row(self.words, question, choices, tuple(self.errors.get(question.code, ())))

    def _field_of(self, sentence: str, judgement: Judgement) -> str:
        for code, question in self.words.questions.items():
            if f"“{question.label}”" in sentence:
                return code
        if self.words.value("outcome", judgement.outcome) is None:
            return "outcome"
        if sentence in label_faults(judgement.proposed, judgement.label):
            return "label"
        if judgement.imminent and not judgement.reason and not judgement.note.strip():
            return "reason"
        return "note" if len(judgement.note) > LONGEST_NOTE else ""
