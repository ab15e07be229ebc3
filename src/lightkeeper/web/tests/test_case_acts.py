"""What is done from the case page besides grading: confirm an offer, agree, settle alone, open again, take over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.urls import reverse

from lightkeeper.act.models import Decision
from lightkeeper.act.queries import suggested
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.policy import PolicyValues
from lightkeeper.review.models import Case, CaseItem, Grade, Lease
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.tests.grades_made import (
    case_item,
    harmless,
    illegal,
    leased,
    minute_over,
    policy,
    reviewer,
    stood,
)
from lightkeeper.review.tests.making import opened, source
from lightkeeper.web.case_forms import GradeForm

pytestmark = pytest.mark.django_db
ILLEGAL = {
    "outcome": "confirmed_illegal", "uk_category": "C", "industry_class": "B2", "age_bracket": "11-13",
    "sex": "unidentified", "confidence": "sure", "proposed": "remove",
}  # fmt: skip


def send(item: CaseItem, person: Person, act: str, **data: str) -> str:
    """Send a form of the page, and give the page that comes then."""
    address = reverse(f"case:{act}", args=[item.case.public, item.position])
    answer = signed_in(person).post(address, data, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def page(item: CaseItem, person: Person) -> str:
    return str(signed_in(person).get(reverse("case:page", args=[item.case.public])).content.decode())


def graded_twice() -> CaseItem:
    """The same bytes again, after two people agreed on them."""
    policy(second_random_percent=100)
    before = case_item()
    stood(before, reviewer(), illegal())
    stood(before, reviewer(), illegal())
    assert before.state == ItemState.SETTLED
    ref = opened(b"drawing", 2, source=source(2))
    return CaseItem.objects.select_related("case", "item").get(case_id=ref.id)


def test_what_two_agreed_on_is_confirmed_without_looking_and_the_record_says_so() -> None:
    item, person = graded_twice(), reviewer()
    leased(item, person)
    shown = page(item, person)
    assert "Confirm without looking" in shown
    offer = shown.split('name="confirm" value="')[1].split('"')[0]
    send(item, person, "grade", confirm=offer)
    made = Grade.objects.get(case_item=item)
    assert (made.offered is not None, made.seen, made.outcome) == (True, "", "confirmed_illegal")
    assert Decision.objects.get(grade=made).kind == "remove"


def test_an_offer_that_is_gone_is_refused_in_a_sentence_and_the_form_goes_on_without_it() -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    other = stood(case_item(b"another", 2), reviewer(), illegal())
    leased(item, person)
    assert "no longer offered" in send(item, person, "grade", confirm=str(other.public))
    shown = send(item, person, "grade", **ILLEGAL, part="first", offered=str(other.public))
    assert "no longer offered" in shown
    assert 'name="offered" value=""' in shown
    assert not Grade.objects.filter(case_item=item).exists()


def disagreed() -> tuple[CaseItem, Person, Person]:
    """An item on which two disagree."""
    policy(second_high_stakes=True)
    item, first, second = case_item(), reviewer(), reviewer()
    stood(item, first, illegal(uk_category="A"))
    stood(item, second, harmless(proposed="no_action"))
    assert item.state == ItemState.DISAGREED
    return item, first, second


def test_one_proposes_and_the_other_confirms() -> None:
    item, first, second = disagreed()
    leased(item, first)
    send(item, first, "grade", **ILLEGAL, part="consensus", note="Let us say C.")
    minute_over(Grade.objects.latest("pk"))
    leased(item, second)
    shown = page(item, second)
    assert "Let us say C." in shown
    proposal = shown.split('name="proposal" value="')[1].split('"')[0]
    assert "another proposal" in send(item, second, "consensus", proposal="something else")
    send(item, second, "consensus", proposal=proposal)
    minute_over(Grade.objects.latest("pk"))
    item.refresh_from_db()
    assert item.state == ItemState.SETTLED
    assert Decision.objects.get(grade=Grade.objects.latest("pk")).kind == "remove"


def test_settling_alone_needs_a_reason_and_the_time() -> None:
    policy(second_high_stakes=True)
    item, first = case_item(), reviewer()
    stood(item, first, illegal(uk_category="A"))
    assert "you can settle it alone" in page(item, first)
    assert "hours before you can settle it alone" in send(item, first, "break_glass", reason="Nobody is here.")
    Grade.objects.update(ended_at=F("ended_at") - timedelta(hours=25))
    assert "Write down why" in send(item, first, "break_glass", reason=" ")
    send(item, first, "break_glass", reason="Nobody is here.")
    alone = Grade.objects.latest("pk")
    assert (alone.part, alone.state) == ("alone", GradeState.PENDING)
    assert Decision.objects.get(grade=alone).kind == "remove"


def test_a_settled_item_is_opened_again_by_who_may() -> None:
    policy()
    item = case_item()
    stood(item, reviewer(), harmless(proposed="no_action"))
    senior = make_person(Role.SENIOR_ANALYST, granted=True)
    address = reverse("case:reopen", args=[item.case.public, item.position])
    assert signed_in(reviewer()).post(address, {"reason": "x"}).status_code == 403
    assert "Write down why it is opened again" in send(item, senior, "reopen", reason="")
    shown = send(item, senior, "reopen", reason="A mistake, it seems.")
    assert "A mistake, it seems." in shown
    assert Case.objects.count() == 2
    assert "opened again in a later case" in page(item, senior)


def test_a_lead_sees_who_has_a_case_and_takes_it_over() -> None:
    item, person, lead = case_item(), reviewer(), make_person(Role.SUPERVISOR, granted=True)
    leased(item, person)
    shown = page(item, lead)
    assert f"{person.name} has this case now." in shown
    assert "Take over" in shown
    assert "Take over" not in page(item, reviewer())
    signed_in(lead).post(reverse("review:take_over", args=[item.case.public]))
    assert Lease.objects.get(ended_at=None).person_id == lead.pk
    shown = send(item, person, "grade", **ILLEGAL, part="first", note="typed before it was taken over")
    assert "typed before it was taken over" in shown
    assert not Grade.objects.exists()


def test_an_answer_that_does_not_go_with_the_outcome_is_named_and_taken_out() -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    shown = send(item, person, "grade", outcome="not_illegal", uk_category="A", confidence="sure", proposed="no_action")
    assert "is not asked after this outcome" in shown
    assert shown.count(" checked") == 3
    assert not Grade.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {}, {"outcome": "\0"}, {"outcome": ["duplicate", "not_found"]}, {"part": "nonsense"}, {"confirm": "x"},
        {"offered": "x", "note": "x" * 9000, "outcome": "duplicate"}, {"label": "\u202e", "proposed": "label"},
    ],
)  # fmt: skip
def test_nonsense_is_answered_in_words(data: dict[str, Any]) -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    address = reverse("case:grade", args=[item.case.public, item.position])
    assert signed_in(person).post(address, data, follow=True).status_code == 200
    assert signed_in(person).get(address).status_code == 302
    assert signed_in(person).get(reverse("case:page", args=[item.case.public]), {"item": "\0"}).status_code == 200
    assert not Grade.objects.exists()


def test_the_form_suggests_what_policy_suggests() -> None:
    item = case_item()
    form = GradeForm(case_item=item, person=reviewer())
    assert form.suggests == {code: str(suggested(code, item)) for code in form.suggests}
    policy(suggests={**PolicyValues().suggests, "duplicate": "withhold", "not_illegal": "label"})
    form = GradeForm(case_item=item, person=reviewer())
    assert (form.suggests["duplicate"], form.suggests["not_illegal"]) == ("withhold", "label")
    assert form.suggests == {code: str(suggested(code, item)) for code in form.suggests}


def test_without_pictures_the_page_says_so_and_works() -> None:
    item, person = case_item(), reviewer()
    leased(item, person)
    shown = page(item, person)
    assert "keeps no pictures" in shown
    assert "data-veil " not in shown
    send(item, person, "grade", outcome="not_illegal", confidence="sure", proposed="no_action", part="first")
    assert Grade.objects.get().seen == ""
