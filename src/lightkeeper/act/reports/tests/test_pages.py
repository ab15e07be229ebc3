"""The pages of reports: drafted from a case, changed, handed in, approved by another person, sent, and told of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.states import Mode, ReportState
from lightkeeper.act.reports.tests.filing import Scene, scene, sent
from lightkeeper.act.reports.tests.test_viewed import _graded_item as graded_item
from lightkeeper.lists.exchanges.tests.servers.serving import Answer
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import Case
from lightkeeper.review.tests.grades_made import policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: Any, tmp_path: Any) -> Iterator[Scene]:
    """An authority on loopback, and an installation that files with it in test mode."""
    settings.DATA_DIR = tmp_path
    policy()
    with scene(settings) as made:
        yield made


@pytest.fixture
def case(here: Scene) -> Case:
    """A case whose only picture was graded as illegal."""
    return graded_item(looked=False).case


def _person(role: Role = Role.ANALYST) -> tuple[Person, Client]:
    person = make_person(role, granted=True)
    return person, signed_in(person)


def _drafted(case: Case) -> tuple[Report, Client]:
    _analyst, browser = _person()
    answer = browser.post(f"/cases/{case.public}/report/")
    report = Report.objects.get(case=case)
    assert answer["Location"] == f"/reports/{report.public}/"
    return report, browser


def _fields(page: str) -> dict[str, str]:
    import re

    found = dict(re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', page))
    return {name: value for name, value in found.items() if name not in {"csrfmiddlewaretoken", "annotations", "typed"}}


def test_the_whole_way_of_a_report_by_its_pages(here: Scene, case: Case) -> None:
    report, analyst = _drafted(case)
    address = f"/reports/{report.public}/"
    page = analyst.get(address).content.decode()
    assert "legal term: Child Pornography" in page
    assert "fileViewedByEsp" in page
    assert "Its way" not in page
    fields = {
        **_fields(page), "incident_type": report_type(page), "screen_name": "someone",
        "incident_date_time_description": "the upload", "annotations": ["sextortion"],
    }  # fmt: skip
    assert analyst.post(address, fields).status_code == 302
    page = analyst.get(address).content.decode()
    assert "someone" in page
    assert analyst.post(f"{address}hand-in/").status_code == 302
    report.refresh_from_db()
    assert report.state == ReportState.REVIEWED
    _lead, lead = _person(Role.SUPERVISOR)
    lead.post(f"{address}approve/", {"typed": "LIVE"})
    report.refresh_from_db()
    assert report.state == ReportState.REVIEWED
    lead.post(f"{address}approve/", {"typed": "TEST"})
    assert sent(report).state == ReportState.FINISHED
    (filed,) = here.authority.filed
    assert b"<screenName>someone</screenName>" in filed.document
    assert b"<sextortion/>" in filed.document
    page = lead.get(address).content.decode()
    assert "Receipt" in page
    assert report.external_id in page
    assert "Its way" in page
    assert lead.get("/reports/").content.decode().count(report.external_id) == 1


def report_type(page: str) -> str:
    """What the draft says happened."""
    return page.split('name="incident_type"')[1].split("selected")[0].rpartition('value="')[2].partition('"')[0]


def test_who_drafted_does_not_approve(here: Scene, case: Case) -> None:
    _lead, lead = _person(Role.SUPERVISOR)
    lead.post(f"/cases/{case.public}/report/")
    report = Report.objects.get(case=case)
    page = lead.post(f"/reports/{report.public}/approve/", {"typed": "TEST"}, follow=True).content.decode()
    assert "Another person than the one who drafted a report approves it." in page
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_pressing_twice_goes_on_with_the_one_there_is(here: Scene, case: Case) -> None:
    report, browser = _drafted(case)
    assert browser.post(f"/cases/{case.public}/report/")["Location"] == f"/reports/{report.public}/"
    assert Report.objects.count() == 1


def test_a_refused_report_says_why_and_is_corrected(here: Scene, case: Case) -> None:
    report, analyst = _drafted(case)
    _lead, lead = _person(Role.SUPERVISOR)
    lead.post(f"/reports/{report.public}/approve/", {"typed": "TEST"})
    here.authority.before.append(Answer(200, b"<reportResponse><responseCode>4100</responseCode></reportResponse>"))
    assert sent(report).state == ReportState.FAILED
    page = analyst.get(f"/reports/{report.public}/").content.decode()
    assert "The authority found something wrong in it." in page
    analyst.post(f"/reports/{report.public}/correct/")
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_rubbish_in_the_form_is_told_and_nothing_is_kept(here: Scene, case: Case) -> None:
    report, analyst = _drafted(case)
    before = bytes(report.content)
    answer = analyst.post(
        f"/reports/{report.public}/", {"incident_type": "planted", "incident_date_time": "soon", "victim_age": "-1"}
    )
    assert answer.status_code == 422
    assert analyst.post(f"/reports/{report.public}/hand-in/extra/").status_code == 404
    report.refresh_from_db()
    assert bytes(report.content) == before


def test_an_auditor_reads_and_does_nothing(here: Scene, case: Case) -> None:
    report, _analyst = _drafted(case)
    _auditor, auditor = _person(Role.AUDITOR)
    page = auditor.get(f"/reports/{report.public}/").content.decode()
    assert "Approve and send" not in page
    for act in ("hand-in", "approve", "discard", "correct", "resume", "supplement"):
        assert auditor.post(f"/reports/{report.public}/{act}/", {"typed": "TEST"}).status_code == 403


def test_while_filing_is_off_nothing_can_be_drafted(here: Scene, case: Case, settings: Any) -> None:
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "ncmec": str(Mode.OFF)}
    _analyst, browser = _person()
    page = browser.post(f"/cases/{case.public}/report/", follow=True).content.decode()
    assert "switched off in this installation" in page
    assert not Report.objects.exists()


def test_every_page_says_in_which_mode_reports_are_filed(here: Scene, case: Case, settings: Any) -> None:
    _analyst, browser = _person()
    for address in ("/", "/cases/", "/reports/", "/account/"):
        assert "TEST: reports go to" in browser.get(address).content.decode()
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "ncmec": "live"}
    assert "LIVE: approved reports are filed" in browser.get("/reports/").content.decode()


def test_a_filed_report_is_added_to_by_another(here: Scene, case: Case) -> None:
    report, analyst = _drafted(case)
    _lead, lead = _person(Role.SUPERVISOR)
    lead.post(f"/reports/{report.public}/approve/", {"typed": "TEST"})
    sent(report)
    analyst.post(f"/reports/{report.public}/supplement/")
    adding = Report.objects.exclude(pk=report.pk).get()
    assert adding.supplements_id == report.pk
    lead.post(f"/reports/{adding.public}/approve/", {"typed": "TEST"})
    assert sent(adding).state == ReportState.FINISHED
    assert report.external_id.encode() in here.authority.filed[1].document
