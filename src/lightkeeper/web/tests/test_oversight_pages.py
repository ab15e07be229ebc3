"""Who saw what: the pages in pieces, the export as a stream, and nothing about whoever could still be asked."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent, Reveal
from lightkeeper.record.queries import Seen, Wanted, looks
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review import access
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import case_item, illegal, policy, reviewer, stood
from lightkeeper.review.tests.looking import looked
from lightkeeper.web import oversight_pages

pytestmark = pytest.mark.django_db


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


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


def test_pages_follow_one_another_without_a_gap_and_end() -> None:
    item, ada = case_item(), reviewer()
    for _ in range(7):
        looked(item, ada, "tile")
    wanted = access.views_by(ada.pk)
    seen, place = [], None
    for _ in range(4):
        page = access.page_of_views(wanted, before=place, limit=2)
        assert page.count == 7
        seen += [view.seen.number for view in page.views]
        place = page.older
    assert place is None
    assert seen == sorted(Reveal.objects.values_list("pk", flat=True), reverse=True)


def test_looks_of_one_moment_are_parted_by_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    item, ada, at = case_item(), reviewer(), now()
    rows = [
        Reveal(
            person=ada.pk, role="analyst", item=item.item, case_item=item.pk, track="picture", level="tile",
            part="whole", purpose="first", policy=0, limit=20, began_at=at - timedelta(seconds=number // 3),
        )
        for number in range(8)
    ]  # fmt: skip
    Reveal.objects.bulk_create(rows)
    monkeypatch.setattr(oversight_pages, "ROWS", 2)
    client, address, seen = signed_in(make_person(Role.AUDITOR)), views_of(item), []
    while address:
        page = body(client, address)
        seen += re.findall(r'<time datetime="([^"]+)"', page)
        older = re.search(r'href="(\?before=[^"]+)"', page)
        address = views_of(item) + older[1] if older else ""
    assert len(seen) == 8
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "place", ["x", "1-", "-1", "1-x", "9" * 40 + "-1", "1-" + "9" * 40, "100000000000000000-1", "0-0"]
)
def test_a_place_that_is_none_is_the_newest_page_and_never_an_error(place: str) -> None:
    item, ada = case_item(), reviewer()
    looked(item, ada, "tile")
    page = body(signed_in(make_person(Role.AUDITOR)), f"{views_of(item)}?before={place}")
    assert "1 look" in page or "There is nothing older." in page


def test_the_queries_of_a_page_are_as_many_however_much_there_is(django_assert_num_queries: Any) -> None:
    ada = reviewer()
    first = case_item(b"one", 1, person=b"p" * 32)
    looked(first, ada, "tile")
    auditor = signed_in(make_person(Role.AUDITOR))
    body(auditor, views_of(first))
    with CaptureQueriesContext(connection) as few:
        body(auditor, views_of(first))
    for number in range(2, 8):
        item = case_item(b"item %d" % number, number, person=b"p" * 32)
        assert item.case_id == first.case_id
        for _ in range(3):
            looked(item, reviewer(), "tile")
    with django_assert_num_queries(len(few)):
        assert "19 looks" in body(auditor, views_of(first))
    mine = f"/views/?person={ada.pk}&days=0"
    with CaptureQueriesContext(connection) as by_person:
        body(auditor, mine)
    looked(item, ada, "tile")
    with django_assert_num_queries(len(by_person)):
        assert "2 looks" in body(auditor, mine)


def test_the_export_is_read_piece_by_piece_and_has_each_look_once(monkeypatch: pytest.MonkeyPatch) -> None:
    item, ada = case_item(), make_person(Role.ANALYST, granted=True)
    for _ in range(5):
        looked(item, ada, "tile")
    asked: list[int] = []

    def two_at_once(wanted: Wanted, **more: Any) -> list[Seen]:
        found = looks(wanted, **more, limit=2)
        asked.append(len(found))
        return found

    monkeypatch.setattr(access, "looks", two_at_once)
    lines = access.export_views(
        access.views_of_case(item.case), subject=Subject("case", str(item.case_id)), actor=Actor.operator()
    )
    assert next(lines).startswith("reveal,person")
    assert asked == []
    next(lines)
    assert asked == [2]
    looked(item, ada, "tile")  # after the export began: neither counted nor in it
    assert len(list(lines)) == 4
    assert asked == [2, 2, 1, 0]
    assert json.loads(AuditEvent.objects.get(event="record:views:exported").details) == {"views": 5}
