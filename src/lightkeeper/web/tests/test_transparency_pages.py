"""The pages of transparency: periods that can be meant, the CSV, the review of hash matching."""

from __future__ import annotations

import csv

import pytest

from lightkeeper.figures.models import MatchingReview
from lightkeeper.figures.tests.test_matching import WHY, a_list
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role

pytestmark = pytest.mark.django_db


def test_every_count_stands_in_the_csv_with_its_definition() -> None:
    browser = signed_in(make_person(Role.AUDITOR))
    page = browser.get("/transparency/?first=2026-01-01&last=2026-12-31")
    assert page.status_code == 200
    assert "COUNT events WHERE" in page.content.decode()
    answer = browser.get("/transparency/figures.csv?first=2026-01-01&last=2026-12-31")
    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    assert {"scanned_picture", "reports_filed", "method_confirmed", "found_to_settled"} <= {
        one["figure"] for one in rows
    }
    assert {one["end"] for one in rows} == {"2027-01-01T00:00:00+00:00"}
    assert all(one["unit"] and one["definition"] for one in rows)


@pytest.mark.parametrize(
    "asked", ["first=2026-02-01&last=2026-01-01", "first=x", "last=9999-12-31", "first=1066-10-14"]
)
def test_a_period_that_cannot_be_meant_is_refused_in_words(asked: str) -> None:
    browser = signed_in(make_person(Role.AUDITOR))
    page = browser.get(f"/transparency/?{asked}")
    assert page.status_code == 400
    assert ("Choose " in page.content.decode()) or ("Enter a valid date" in page.content.decode())
    assert browser.get(f"/transparency/figures.csv?{asked}").status_code == 302


def test_a_supervisor_reviews_hash_matching_and_an_auditor_reads_it() -> None:
    a_list()
    supervisor, auditor = signed_in(make_person(Role.SUPERVISOR)), signed_in(make_person(Role.AUDITOR))
    assert b"Keep this review" not in auditor.get("/transparency/matching/").content
    assert auditor.post("/transparency/matching/", WHY).status_code == 403
    assert supervisor.post("/transparency/matching/", {**WHY, "why_share": ""}).status_code == 400
    assert not MatchingReview.objects.exists()
    assert supervisor.post("/transparency/matching/", WHY).status_code == 302
    assert "few wrong" in auditor.get("/transparency/matching/").content.decode()


def test_the_statement_is_a_page_and_a_text() -> None:
    browser = signed_in(make_person(Role.AUDITOR))
    assert "A trained person looks" in browser.get("/transparency/tools/").content.decode()
    text = browser.get("/transparency/tools/?as=text")
    assert text["Content-Type"].startswith("text/plain")
    assert "A trained person looks" in text.content.decode()
