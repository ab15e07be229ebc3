"""How precise detection is, how far reviewers agree, and who saw what: the figures, the pages, the export."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review.agreement import reviews
from lightkeeper.review.models import CaseItem, Finding
from lightkeeper.review.precision import precision
from lightkeeper.review.tests.grades_made import case_item, graded, harmless, illegal, policy, reviewer, stood
from lightkeeper.review.tests.looking import looked

pytestmark = pytest.mark.django_db


def judged(number: int, judgement: object, **finding: object) -> CaseItem:
    """An item whose one finding was drawn, judged by one person."""
    item = case_item(b"item %d" % number, number)
    Finding.objects.filter(case_item=item).update(**{"sampled": True, "distance": 12, "radius": 31, **finding})
    stood(item, reviewer(), judgement)  # type: ignore[arg-type]
    return item


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


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
    equal, near = precision()
    assert (equal.band, equal.right.count if equal.right else None, equal.drawn) == ("no bit differs", 1, 1)
    assert (near.band, near.list_name, near.radius) == ("8 to 15 bits differ", "a list", "31")
    assert (near.drawn, near.waiting, near.untold) == (6, 1, 1)
    assert near.right is not None
    assert (near.right.count, near.right.n, near.few) == (3, 4, True)


def test_agreement_is_of_settled_items_and_chance_alone_stands_for_all() -> None:
    policy(second_random_percent=100)
    for number in range(4):
        item = case_item(b"twice %d" % number, number)
        stood(item, reviewer(), illegal())
        stood(item, reviewer(), illegal(uk_category="C"))
    apart = case_item(b"apart", 10)
    stood(apart, reviewer(), illegal())
    stood(apart, reviewer(), harmless())  # two disagree: not settled, so nobody learns of it here
    found = reviews()
    outcome = found.drawn[0]
    assert (outcome.question, outcome.same.count if outcome.same else None) == ("outcome", 4)
    assert outcome.kappa is None
    assert found.overturned is None
    stood(apart, reviewer(Role.SENIOR_ANALYST), harmless())
    found = reviews()
    assert found.all[0].same is not None
    assert (found.all[0].same.count, found.all[0].same.n) == (4, 5)
    assert found.overturned is not None
    assert (found.overturned.count, found.overturned.n) == (1, 1)


def test_the_page_of_quality_says_every_share_with_what_it_is_of() -> None:
    policy()
    judged(1, illegal())
    page = body(signed_in(make_person(Role.SUPERVISOR)), "/quality/?days=0")
    assert "100 % of 1; with 95 % confidence from 21 to 100 %." in page
    assert "too few to go by" in page
    assert signed_in(make_person(Role.ANALYST)).get("/quality/").status_code == 403


def views_of(item: CaseItem) -> str:
    return f"/cases/{item.case.public}/views/"


def test_who_saw_an_item_is_one_click_away_and_who_did_not_look_too() -> None:
    policy()
    item = case_item()
    ada, bea = reviewer(), reviewer()
    looked(item, ada, "grey")
    stood(item, bea, illegal())
    auditor = signed_in(make_person(Role.AUDITOR))
    page = body(auditor, views_of(item))
    for words in (ada.name, "grey, half the size", "first review", "not heard of yet"):
        assert words in page
    assert f"1 grade of this case was given without looking: {bea.name}, item 1" in " ".join(page.split())
    assert f'href="{views_of(item)}"' in body(auditor, f"/cases/{item.case.public}/")
    assert signed_in(ada).get(views_of(item)).status_code == 403


def test_a_look_in_an_earlier_case_of_the_same_item_is_there() -> None:
    item, ada = case_item(), reviewer()
    looked(item, ada, "tile")
    CaseItem.objects.filter(pk=item.pk).update(state="settled", settled_at=item.added_at)
    again = case_item(number=2)
    assert again.pk != item.pk
    assert ada.name in body(signed_in(make_person(Role.AUDITOR)), views_of(again))


def test_what_somebody_saw_is_listed_and_nonsense_is_nobody() -> None:
    item, ada = case_item(), reviewer()
    looked(item, ada, "full")
    client = signed_in(make_person(Role.SUPERVISOR))
    assert str(item.case.public)[:8] in body(client, f"/views/?person={ada.pk}&days=30")
    for query in ("", "?person=x", "?person=99999999999999999999", "?days=-1&person=0"):
        assert "Choose somebody" in body(client, f"/views/{query}")


def test_the_export_is_the_auditors_is_recorded_and_carries_no_formula() -> None:
    item = case_item()
    ada = make_person(Role.ANALYST, granted=True)
    Person.objects.filter(pk=ada.pk).update(name="=1+1")
    looked(item, ada, "full")
    address = views_of(item) + "export/"
    assert signed_in(make_person(Role.SUPERVISOR)).post(address).status_code == 403
    auditor = signed_in(make_person(Role.AUDITOR))
    answer = auditor.post(address)
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["name"], row["level"], row["person"]) for row in rows] == [("'=1+1", "full", str(ada.pk))]
    told = AuditEvent.objects.get(event="record:views:exported")
    assert json.loads(told.details) == {"views": 1}
    assert auditor.post("/views/export/", {"person": ada.pk, "days": "30"}).status_code == 200
    assert auditor.post("/views/export/", {"person": "x"}).status_code == 404


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
