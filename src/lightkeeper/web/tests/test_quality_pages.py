"""How precise detection is and how far reviewers agree: worked numbers, the page, and its tables as CSV."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.test import Client

from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review import agreement, sampling
from lightkeeper.review.agreement import Word, reviews
from lightkeeper.review.models import Case, CaseItem, Finding
from lightkeeper.review.precision import precision
from lightkeeper.review.services import confirm_consensus
from lightkeeper.review.tests.grades_made import (
    case_item,
    graded,
    harmless,
    illegal,
    leased,
    minute_over,
    policy,
    reviewer,
    stood,
)
from lightkeeper.review.tests.making import finding
from lightkeeper.review.vocabularies import vocabulary
from lightkeeper.web.quality_tables import TABLES

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[4] / "docs" / "quality-tables.md"


def judged(number: int, judgement: object, **finding: object) -> CaseItem:
    """An item whose one finding was drawn, judged by one person."""
    item = case_item(b"item %d" % number, number)
    Finding.objects.filter(case_item=item).update(**{"sampled": True, "distance": 12, "radius": 31, **finding})
    stood(item, reviewer(), judgement)  # type: ignore[arg-type]
    return item


def near(entry: int, distance: int, variant: str | None = None, **values: Any) -> Any:
    """A finding of an entry, at a distance and in a form."""
    return dataclasses.replace(finding(entry), distance=distance, variant=variant, radius=31, **values)


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def found_by(number: int, *findings: Any, data: bytes = b"") -> CaseItem:
    """An item with several findings, all drawn."""
    item = case_item(data or b"item %d" % number, number, findings=list(findings))
    Finding.objects.filter(case_item=item).update(sampled=True)
    return item


def rows_of(client: Client, name: str, days: str = "0") -> list[dict[str, str]]:
    answer = client.get(f"/quality/{name}.csv?days={days}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_precision_counts_what_was_drawn_and_judged_by_how_near_it_was() -> None:
    policy()
    for number in range(3):
        judged(number, illegal())
    judged(3, harmless())
    judged(4, illegal(), distance=0)
    judged(5, harmless(outcome="insufficient_info", proposed="withhold", confidence="unsure"))
    judged(6, harmless(), sampled=False)
    waiting = case_item(b"waits", 7)
    Finding.objects.filter(case_item=waiting).update(sampled=True, distance=9, radius=31)
    found = precision()
    equal, likely = found.by_distance
    assert (equal.split, equal.right.count if equal.right else None, equal.drawn) == ("no bit differs", 1, 1)
    assert (likely.split, likely.list_name, likely.radius) == ("8 to 15 bits differ", "a list", 31)
    assert (likely.drawn, likely.waiting, likely.untold) == (6, 1, 1)
    assert likely.right is not None
    assert (likely.right.count, likely.right.n, likely.few) == (3, 4, True)
    (whole,) = found.whole
    assert (whole.drawn, whole.right and (whole.right.count, whole.right.n)) == (7, (4, 5))


def test_an_item_counts_once_for_a_list_and_detector_by_its_nearest_finding() -> None:
    """Worked: 3 items with 6 findings of one list by PDQ. Right 2 of 3; the mirrored 1 of 1, the unchanged 1 of 2."""
    policy()
    first = found_by(1, near(1, 20), near(2, 3, "mirrored"), near(3, 12, "trimmed"))
    second = found_by(2, near(1, 5), near(2, 5, "mirrored"))
    third = found_by(3, near(1, 6))
    stood(first, reviewer(), illegal())
    stood(second, reviewer(), illegal())
    stood(third, reviewer(), harmless())
    assert Finding.objects.filter(sampled=True).count() == 6
    found = precision()
    (whole,) = found.whole
    assert (whole.drawn, whole.right and (whole.right.count, whole.right.n)) == (3, (2, 3))
    assert [
        (row.split, row.drawn, row.right and (row.right.count, row.right.n)) for row in found.by_variant
    ] == [("as it came", 2, (1, 2)), ("mirrored", 1, (1, 1))]  # fmt: skip
    (nearest,) = found.by_distance
    assert (nearest.split, nearest.drawn) == ("1 to 7 bits differ", 3)
    assert whole.right is not None
    # Wilson's interval of 2 in 3, worked by hand: (2/3 + z2/6 -+ z sqrt(2/27 + z2/36)) / (1 + z2/3), z2 = 3.8415.
    assert (round(whole.right.low, 3), round(whole.right.high, 3)) == (0.208, 0.939)


def test_another_list_another_detector_and_another_radius_are_rows_of_their_own() -> None:
    policy()
    item = found_by(
        1, near(1, 4), near(1, 4, list_name="another"), dataclasses.replace(near(2, 0), algorithm="sha256", radius=None)
    )
    other = found_by(2, dataclasses.replace(near(1, 4), radius=20))
    stood(item, reviewer(), illegal())
    stood(other, reviewer(), harmless())
    assert [
        (row.list_name, row.detector, row.radius, row.drawn, row.right and row.right.count)
        for row in precision().whole
    ] == [
        ("a list", "pdq", 20, 1, 0), ("a list", "pdq", 31, 1, 1), ("a list", "sha256", None, 1, 1),
        ("another", "pdq", 31, 1, 1),
    ]  # fmt: skip


def test_an_item_that_came_again_counts_once_by_how_it_was_judged_last() -> None:
    policy()
    before = found_by(1, near(1, 4), data=b"same")
    stood(before, reviewer(), illegal())
    again = found_by(2, near(1, 4), data=b"same")
    assert again.pk != before.pk
    (whole,) = precision().whole
    assert (whole.drawn, whole.waiting, whole.right and whole.right.count) == (1, 0, 1)
    stood(again, reviewer(), harmless())
    (whole,) = precision().whole
    assert (whole.drawn, whole.right and (whole.right.count, whole.right.n)) == (1, (0, 1))


def test_all_findings_that_arrive_together_are_drawn_or_none_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "_random", Random(30))
    policy(sample_percent=50)
    for number in range(30):
        case_item(b"item %d" % number, number, findings=[near(1, 4), near(2, 5), near(3, 6)])
    drawn = [set(case.findings.values_list("sampled", flat=True)) for case in Case.objects.prefetch_related("findings")]
    assert all(len(one) == 1 for one in drawn)
    assert {True} in drawn
    assert {False} in drawn


def twice(number: int, first: object, second: object) -> CaseItem:
    """An item that two people judged."""
    item = case_item(b"twice %d" % number, number)
    stood(item, reviewer(), first)  # type: ignore[arg-type]
    stood(item, reviewer(), second)  # type: ignore[arg-type]
    return item


def test_agreement_is_of_settled_items_and_chance_alone_stands_for_all() -> None:
    policy(second_random_percent=100)
    for number in range(4):
        twice(number, illegal(), illegal(uk_category="C"))
    apart = twice(10, illegal(), harmless())  # two disagree: not settled, so nobody learns of it here
    found = reviews()
    outcome = found.drawn[0]
    assert (outcome.question, outcome.same.count if outcome.same else None) == ("outcome", 4)
    assert outcome.kappa is None
    assert found.resolved == []
    stood(apart, reviewer(Role.SENIOR_ANALYST), harmless())
    found = reviews()
    assert found.all[0].same is not None
    assert (found.all[0].same.count, found.all[0].same.n) == (4, 5)


def test_how_it_ended_is_told_by_who_had_the_last_word() -> None:
    """Worked: a senior settled three (as first, as second, as neither), two people one, as the second had said."""
    policy(second_random_percent=100)
    for number, last in enumerate((illegal(), harmless(), harmless(outcome="duplicate", proposed="no_action"))):
        stood(twice(number, illegal(), harmless()), reviewer(Role.SENIOR_ANALYST), last)
    item, one, other = case_item(b"both", 9), reviewer(), reviewer()
    stood(item, one, illegal())
    stood(item, other, harmless(proposed="no_action"))
    stood(item, other, harmless(proposed="no_action", confidence="likely"))
    leased(item, one)
    minute_over(confirm_consensus(case_item=item, person=one))
    both, senior = reviews().resolved
    assert (both.part, both.as_first, both.as_second, both.otherwise) == ("consensus", 0, 1, 0)
    assert (senior.part, senior.as_first, senior.as_second, senior.otherwise) == ("senior", 1, 1, 1)
    assert senior.overturned is not None
    assert (senior.overturned.count, senior.overturned.n) == (2, 3)
    page = body(signed_in(make_person(Role.SUPERVISOR)), "/quality/?days=0")
    assert "Consensus of both" in page
    assert "Decision of a senior" in page


def test_who_said_what_is_a_table_of_answers_without_people() -> None:
    policy(second_random_percent=100)
    for number in range(3):
        twice(number, illegal(), illegal())
    item = twice(4, illegal(), harmless())
    stood(item, reviewer(Role.SENIOR_ANALYST), harmless())
    client = signed_in(make_person(Role.AUDITOR))
    told = {(row["first"], row["second"]): row["count"] for row in rows_of(client, "answers")
            if (row["sample"], row["question"]) == ("all", "outcome")}  # fmt: skip
    assert told == {("confirmed_illegal", "confirmed_illegal"): "3", ("confirmed_illegal", "not_illegal"): "1"}
    page = body(client, "/quality/?days=0")
    cells = re.findall(r'<td class="number( same)?">(?:(\d+)|<span)', page.split('class="confusion"')[1])
    assert cells[:4] == [(" same", "3"), ("", "1"), ("", ""), (" same", "")]
    for person in (item.grades.all()[0].person, item.grades.all()[1].person):
        assert person.name not in page


def test_an_answer_is_called_what_its_own_vocabulary_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    policy(second_random_percent=100)
    item = twice(1, illegal(), illegal())
    older = vocabulary("2026-1")
    question = older.question("outcome")
    value = dataclasses.replace(question.values["confirmed_illegal"], english="Illegal, as it was called")
    question = dataclasses.replace(question, values={**question.values, value.code: value})
    questions = {**older.questions, "outcome": question}
    words = {"2025-1": dataclasses.replace(older, version="2025-1", questions=questions)}
    monkeypatch.setattr(agreement, "vocabulary", lambda version: words.get(version, older))
    item.grades.filter(part="first").update(vocabulary="2025-1")
    outcome = reviews().all[0]
    (pair,) = outcome.pairs
    assert pair == (
        Word("confirmed_illegal", "Illegal, as it was called"),
        Word("confirmed_illegal", "Illegal: child sexual abuse material"),
    )
    assert outcome.same is not None
    assert outcome.same.count == 1


def test_the_page_of_quality_says_every_share_with_what_it_is_of() -> None:
    policy()
    judged(1, illegal())
    page = body(signed_in(make_person(Role.SUPERVISOR)), "/quality/?days=0")
    assert "100 % of 1; with 95 % confidence from 21 to 100 %." in page
    assert "too few to go by" in page
    assert signed_in(make_person(Role.ANALYST)).get("/quality/").status_code == 403


def test_tables_are_csv_for_whoever_may_read_the_page_and_carry_no_formula() -> None:
    policy(second_random_percent=100)
    judged(1, illegal(), list_name="=HYPERLINK(1)")
    stood(CaseItem.objects.get(), reviewer(), illegal())
    auditor, analyst = signed_in(make_person(Role.AUDITOR)), signed_in(make_person(Role.ANALYST))
    for name in TABLES:
        assert f'href="/quality/{name}.csv?days=90"' in body(auditor, "/quality/") or name in {"resolved", "signals"}
        assert analyst.get(f"/quality/{name}.csv").status_code == 403
        assert rows_of(auditor, name, "junk") or name in {"resolved", "signals"}
    assert auditor.get("/quality/nothing.csv").status_code == 404
    whole = rows_of(auditor, "precision")[0]
    assert (whole["split"], whole["list"], whole["right"], whole["judged"]) == ("all", "'=HYPERLINK(1)", "1", "1")
    assert (whole["share"], whole["share_low"], whole["radius"], whole["since"]) == ("1.0", "0.206549", "31", "")
    assert rows_of(auditor, "agreement")[0]["kappa"] == ""
    assert rows_of(auditor, "reasons")[0]["reason"] == "random"


def test_every_column_of_every_table_is_in_the_dictionary() -> None:
    text = DOCS.read_text("utf-8")
    shared = text.split("## ")[0]
    sections = {part.split("\n")[0]: part for part in text.split("\n## ")[1:]}
    assert set(sections) == set(TABLES)
    for name, table in TABLES.items():
        told = set(re.findall(r"`([a-z_]+)`", shared + sections[name]))
        assert set(table.headings) <= told, name


def test_a_grade_of_an_item_that_is_not_settled_shows_nowhere() -> None:
    policy(second_random_percent=100)
    item = case_item()
    Finding.objects.filter(case_item=item).update(sampled=True)
    first = stood(item, reviewer(), illegal())
    graded(case_item(b"other", 2), reviewer(), illegal())
    assert item.state == "second"
    page = body(signed_in(make_person(Role.SENIOR_ANALYST, granted=True)), "/quality/?days=0")
    assert first.person.name not in page
    assert "100 %" not in page
