"""One report for a file that many accounts shared: drafted, changed, approved and filed by its pages, by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.states import ReportState
from lightkeeper.act.reports.tests.filing import Scene, scene, sent
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.tests.grades_made import illegal, policy, stood
from lightkeeper.review.tests.making import opened, original

pytestmark = pytest.mark.django_db
DATA = b"a drawing that everybody passes on"


@pytest.fixture
def here(settings: Any, tmp_path: Any) -> Iterator[Scene]:
    """An authority on loopback, and an installation that files with it in test mode."""
    settings.DATA_DIR = tmp_path
    policy()
    with scene(settings) as made:
        yield made


def _shared_by(*uploaders: str) -> Case:
    """A case whose one file these accounts shared, graded as a possible meme."""
    for number, uploader in enumerate(uploaders, start=1):
        context = {
            "callers_id": f"photo-{number}", "uploader": uploader, "received_at": "2026-11-01T10:00:00+00:00",
            "url": f"https://platform.example/{number}", "context": {"address": "192.0.2.7", "file_name": "a.png"},
        }  # fmt: skip
        ref = opened(DATA, number, original=original(DATA), context=context)
    item = CaseItem.objects.select_related("case", "item").get(case_id=ref.id)
    stood(item, make_person(granted=True), illegal(annotations=("potentialMeme",)))
    return item.case


def test_one_report_names_every_account_and_says_nothing_else_of_them(here: Scene) -> None:
    case = _shared_by("u-2", "u-1", "u-2", "u-3")
    analyst, lead = (signed_in(make_person(role, granted=True)) for role in (Role.ANALYST, Role.SUPERVISOR))
    address = analyst.post(f"/cases/{case.public}/report/")["Location"]
    page = analyst.get(address).content.decode()
    assert "3 accounts shared this file." in page
    assert analyst.post(f"{address}batch/", {"batched": "1"}).status_code == 302
    page = analyst.get(address).content.decode()
    assert "This is a batched report" in page
    assert 'value="potentialMeme"' in page.split("checked")[0].rpartition("<input")[2]  # as it was graded
    assert 'name="screen_name"' not in page
    said = {"incident_type": _kind(page), "incident_date_time": "2026-11-01T10:00:00", "flags": ["viral"]}
    assert analyst.post(address, {**said, "flags": []}).status_code == 422
    assert analyst.post(address, said).status_code == 302
    lead.post(f"{address}approve/", {"typed": "TEST"})
    assert sent(Report.objects.get()).state == ReportState.FINISHED
    (filed,) = here.authority.filed
    tree = etree.fromstring(filed.document)
    assert tree.xpath("batchedReport/@reason") == ["VIRAL_POTENTIAL_MEME"]
    assert [one.text for one in tree.findall("personOrUserReported/espIdentifier")] == ["u-1", "u-2", "u-3"]
    assert b"platform.example/1" not in filed.document
    assert b"192.0.2.7" not in filed.document
    (details,) = (etree.fromstring(one) for one in filed.details.values())
    assert [one.tag for one in details.findall("fileAnnotations/*")] == ["viral"]
    assert details.find("originalFileName") is None


def test_it_can_be_an_ordinary_report_again(here: Scene) -> None:
    case = _shared_by("u-1", "u-2")
    analyst = signed_in(make_person(granted=True))
    address = analyst.post(f"/cases/{case.public}/report/")["Location"]
    analyst.post(f"{address}batch/", {"batched": "1"})
    analyst.post(f"{address}batch/")
    page = analyst.get(address).content.decode()
    assert 'name="screen_name"' in page
    assert "2 accounts shared this file." in page


def test_what_one_account_alone_has_is_no_batch(here: Scene) -> None:
    case = _shared_by("u-1", "u-1")
    analyst = signed_in(make_person(granted=True))
    address = analyst.post(f"/cases/{case.public}/report/")["Location"]
    assert "shared this file" not in analyst.get(address).content.decode()
    refused = analyst.post(f"{address}batch/", {"batched": "1"}, follow=True).content.decode()
    assert "here is no second one" in refused
    assert "This is a batched report" not in refused


def _kind(page: str) -> str:
    """What the draft says happened."""
    return page.split('name="incident_type"')[1].split("selected")[0].rpartition('value="')[2].partition('"')[0]
