"""The case page: who sees what of it, what a form does, and that nothing of another's grade shows too early."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from lightkeeper.act.models import Decision
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.states import GradeState
from lightkeeper.review.tests.grades_made import case_item, graded, harmless, illegal, leased, policy, reviewer, stood

pytestmark = pytest.mark.django_db
READERS = {Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR, Role.AUDITOR}
HARMLESS = {"outcome": "not_illegal", "confidence": "sure", "proposed": "no_action", "part": "first"}


def address(item: CaseItem, name: str = "page") -> str:
    given: list[Any] = [item.case.public] if name == "page" else [item.case.public, item.position]
    return reverse(f"case:{name}", args=given)


def shown(item: CaseItem, person: Any) -> str:
    answer = signed_in(person).get(address(item))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("role", Role)
def test_who_may_read_cases_sees_the_page(role: Role) -> None:
    item = case_item()
    page = signed_in(make_person(role, granted=True)).get(address(item))
    assert (page.status_code == 200) == (role in READERS)
    if role in READERS:
        text = page.content.decode()
        assert "a list" in text
        assert "data-grade" not in text  # nobody grades without a lease


def test_the_holder_grades_and_a_decision_is_proposed() -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    page = shown(item, person)
    assert "data-grade" in page
    assert "Known material; category as listed." in page
    answer = signed_in(person).post(address(item, "grade"), HARMLESS)
    assert answer.status_code == 302
    made = Grade.objects.get()
    assert (made.state, made.outcome) == (GradeState.PENDING, "not_illegal")
    assert Decision.objects.get().grade == made


def test_texts_for_notes_can_be_copied_without_a_script() -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    plain = shown(item, person).split("data-noscript><summary>Texts to copy</summary>")[1].split("</details>")[0]
    assert '<li class="copy">Known material; category as listed.</li>' in plain


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    given = {"outcome": "confirmed_illegal", "note": "typed by hand", "part": "first"}
    page = signed_in(person).post(address(item, "grade"), given).content.decode()
    assert "typed by hand" in page
    assert 'id="q-uk_category-error"' in page
    assert not Grade.objects.exists()


def test_a_decision_that_cannot_be_leaves_no_grade() -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    page = signed_in(person).post(address(item, "grade"), {**HARMLESS, "proposed": "reinstate"})
    assert page.status_code == 200
    assert not Grade.objects.exists()


def test_undo_within_the_minute() -> None:
    item, person = case_item(), reviewer()
    made = graded(item, person, harmless())
    browser = signed_in(person)
    assert "data-undo-line" in browser.get(address(item)).content.decode()
    url = reverse("case:undo", args=[item.case.public, made.public])
    assert signed_in(reviewer()).post(url).status_code == 404
    assert browser.post(url).status_code == 302
    made.refresh_from_db()
    assert made.state == GradeState.UNDONE


def test_a_second_reviewer_sees_nothing_of_the_first() -> None:
    policy(second_high_stakes=True)
    item, first, second = case_item(), reviewer(), reviewer()
    stood(item, first, illegal(uk_category="A", note="planted note"))
    leased(item, second)
    page = shown(item, second)
    assert "Second review" in page
    assert "planted note" not in page
    assert f">{first.name}<" not in page


def test_a_settled_item_shows_how_it_was_settled() -> None:
    policy()
    item, person = case_item(), reviewer()
    stood(item, person, harmless(note="planted note"))
    page = shown(item, make_person(Role.AUDITOR))
    assert "planted note" in page
    assert person.name in page


def test_two_who_disagree_see_both_side_by_side() -> None:
    policy(second_high_stakes=True)
    item, first, second = case_item(), reviewer(), reviewer()
    stood(item, first, illegal(uk_category="A"))
    stood(item, second, harmless())
    leased(item, first)
    page = shown(item, first)
    assert second.name in page
    assert "differs" in page
