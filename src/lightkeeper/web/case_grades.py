"""Grades side by side: a row for each question, a column for each grade, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lightkeeper.record.types import RevealLevel
from lightkeeper.review.models import Grade, UrlGrade
from lightkeeper.review.queries import GradeState, note_of
from lightkeeper.review.vocabularies import vocabulary
from lightkeeper.runtime.services import SealError
from lightkeeper.web.address_fields import WORDS as OF_ADDRESS


@dataclass(frozen=True, slots=True)
class Column:
    """Whose grade it is, which part it plays, and what they saw before."""

    who: str
    part: str
    state: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Line:
    """One question, with each grade's answer to it."""

    label: str
    answers: tuple[str, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Grades side by side."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def table_of(grades: Sequence[Grade]) -> Table:
    """Lay grades out side by side; questions that nobody answered are left out."""
    codes = dict.fromkeys(code for grade in grades for code in vocabulary(grade.vocabulary).questions)
    lines = [_line(code, grades) for code in codes]
    lines += _lines_of_address(grades)
    lines += [
        _row(_("Text of the label"), [grade.label for grade in grades]),
        _row(_("Note"), [_note(grade) for grade in grades], compare=False),
        _row(_("Seen before"), [_seen(grade) for grade in grades], compare=False),
        _row(
            _("Confirmed an offered grade"), [_("Yes") if grade.offered_id else "" for grade in grades], compare=False
        ),
    ]
    columns = tuple(
        Column(
            who=grade.person.name,
            part=_(str(grade.get_part_display())),
            state=_(str(grade.get_state_display())) if grade.state != GradeState.STANDING else "",
            grade=grade,
        )
        for grade in grades
    )
    return Table(columns, tuple(line for line in lines if any(line.answers)))


def _line(code: str, grades: Sequence[Grade]) -> Line:
    return _row(_asked(code, grades), [_answer(code, grade) for grade in grades])


def _asked(code: str, grades: Sequence[Grade]) -> str:
    """The question in the words in which it was asked; where versions of the vocabulary differ, in those of each."""
    asked = [vocabulary(grade.vocabulary).questions.get(code) for grade in grades]
    return " / ".join(dict.fromkeys(question.label for question in asked if question is not None))


def _row(label: str, answers: list[str], *, compare: bool = True) -> Line:
    return Line(label, tuple(answers), compare and len(set(answers)) > 1)


def _answer(code: str, grade: Grade) -> str:
    words, given = vocabulary(grade.vocabulary), getattr(_of(grade, code), code, "")
    if isinstance(given, bool):
        return _("Yes") if given else ""
    codes = given if isinstance(given, list) else [given]
    return ", ".join(words.label(code, answer) for answer in codes if answer)


def _of(grade: Grade, code: str) -> Grade | UrlGrade | None:
    """What holds the answer to a question: an address has some of its own."""
    return getattr(grade, "url_grade", None) if code in OF_ADDRESS else grade


def _lines_of_address(grades: Sequence[Grade]) -> list[Line]:
    """What was answered of an address beside the questions."""
    rows = [getattr(grade, "url_grade", None) for grade in grades]
    if not any(rows):
        return []
    return [
        _row(_("Hosting country"), [_hosting(row) for row in rows]),
        _row(_("Images"), [_number(row and row.images) for row in rows]),
        _row(_("Videos"), [_number(row and row.videos) for row in rows]),
        _row(_("Duplicate of"), [str((row and row.duplicate_of) or "") for row in rows]),
        _row(_("Agency"), [(row.agency if row else "") for row in rows]),
    ]


def _hosting(row: UrlGrade | None) -> str:
    if row is None or not row.hosting_country:
        return ""
    country = _("unknown") if row.hosting_country == "unknown" else row.hosting_country
    source = _(str(row.get_hosting_source_display()))
    return _("%(country)s (%(source)s)") % {"country": country, "source": source}


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


def _note(grade: Grade) -> str:
    try:
        return note_of(grade)
    except SealError:
        return _("The note cannot be opened any more.")


def _seen(grade: Grade) -> str:
    return str(RevealLevel(grade.seen).label) if grade.seen else _("nothing")
