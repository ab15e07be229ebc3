"""A report is filed once, whatever the authority answers and whoever dies when; or a person is told why it is not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from lightkeeper.act.reports import submitting
from lightkeeper.act.reports.drafting import ReportRefused, correct, discard, resume
from lightkeeper.act.reports.models import Receipt, Report, ReportStep
from lightkeeper.act.reports.ncmec import transport
from lightkeeper.act.reports.ncmec.tests.authority_server import said
from lightkeeper.act.reports.states import Mode, ReportState, StepEnd
from lightkeeper.act.reports.tests.filing import Scene, approved, scene, sent, steps
from lightkeeper.lists.exchanges.tests.servers.serving import Answer, body, half, halved, status
from lightkeeper.people.models import Alert
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.models import Hold
from lightkeeper.runtime.services import unseal

pytestmark = pytest.mark.django_db

WAY = ["/submit", "/upload", "/upload", "/fileinfo", "/fileinfo", "/finish"]
CODES = [1000, 1100, 1110, 1111, 1210, 1300, 2000, 3000, 3100, 3300, 4000, 4100, 4110, 4200, 5001, 5002, 5101, 5102, 9]


@pytest.fixture
def here(settings: Any, tmp_path: Any) -> Iterator[Scene]:
    """An authority on loopback, and an installation that files with it in test mode."""
    settings.DATA_DIR = tmp_path
    with scene(settings) as made:
        yield made


def _paths(here: Scene) -> list[str]:
    return [asked.path.removeprefix("/ispws") for asked in here.server.asked]


def test_a_report_is_opened_its_files_sent_and_described_and_it_is_finished(here: Scene) -> None:
    report = sent(approved())
    assert report.state == ReportState.FINISHED
    assert _paths(here) == WAY
    (filed,) = here.authority.filed
    assert sorted(filed.contents.values()) == [b"drawing one", b"drawing two"]
    for name, details in filed.details.items():
        tree = etree.fromstring(details)
        assert (tree.findtext("reportId"), tree.findtext("fileId")) == (report.external_id, name)
        assert tree.findtext("fileViewedByEsp") == "false"
    assert [end for _kind, _file, end in steps(report)] == [StepEnd.DONE] * 6


def test_a_report_without_a_file_is_filed(here: Scene) -> None:
    assert sent(approved(files=0)).state == ReportState.FINISHED
    assert _paths(here) == ["/submit", "/finish"]


def test_the_receipt_is_kept_word_for_word_and_sealed(here: Scene) -> None:
    report = sent(approved())
    receipt = Receipt.objects.get(report=report)
    plain = unseal(submitting.RECEIPT, bytes(receipt.body), context=report.public.bytes)
    assert plain.startswith(b"<reportDoneResponse>")
    assert report.external_id.encode() in plain
    assert b"reportDoneResponse" not in bytes(receipt.body)
    assert receipt.step.request_id == f"request-{report.external_id}"


@pytest.mark.once
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("code", CODES)
def test_every_code_at_every_step_ends_in_one_report_or_a_person_who_knows(here: Scene, place: int, code: int) -> None:
    report = approved(files=1)
    here.authority.before.extend([*[None] * place, said(code, status=400)])
    report = sent(report)
    assert len(here.authority.filed) == (report.state == ReportState.FINISHED)
    _ended_well(report)


@pytest.mark.once
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    "answer",
    [Answer(401), Answer(403), Answer(500), Answer(502, b"<html>"), Answer(200), Answer(200, b"<a/>"), Answer(302)],
)
def test_what_is_no_answer_at_every_step_ends_well_too(here: Scene, place: int, answer: Answer) -> None:
    report = approved(files=1)
    here.authority.before.extend([*[None] * place, answer])
    report = sent(report)
    assert len(here.authority.filed) == (report.state == ReportState.FINISHED)
    _ended_well(report)
    if answer.status in {401, 403}:
        assert report.state == ReportState.HELD


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("fault", [half, halved, status(500), body(b"<a/>"), body(b"")])
def test_what_happened_though_no_answer_came_is_not_done_twice(here: Scene, place: int, fault: Any) -> None:
    """The request takes effect, and its answer is lost or broken."""
    report = approved()
    here.server.faults.extend([*[None] * place, fault])
    report = sent(report)
    assert report.state == ReportState.FINISHED
    assert len(here.authority.filed) == 1
    (filed,) = here.authority.filed
    assert len(filed.contents) == len(filed.details) == 2


@pytest.mark.parametrize("place", range(6))
def test_a_time_out_at_every_step_ends_in_one_report(here: Scene, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    report = approved()
    monkeypatch.setattr(transport, "SECONDS", 0.3)
    monkeypatch.setattr(transport, "UPLOAD_SECONDS", 0.3)
    here.server.faults.extend([*[None] * place, lambda answer: Answer(200, answer.body * 50, pause=0.1)])
    assert sent(report).state == ReportState.FINISHED
    assert len(here.authority.filed) == 1


class Killed(BaseException):
    """The worker dies: nothing after this runs."""


@pytest.mark.parametrize("moment", range(12))
def test_a_worker_killed_between_any_two_steps_files_one_report(
    here: Scene, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after each of the six requests; another worker goes on from what is written down."""
    report = approved()
    moments = itertools.count()
    real = transport._sent

    def dying(*args: Any) -> Any:
        if next(moments) == moment:
            raise Killed
        answer = real(*args)
        if next(moments) == moment:
            raise Killed
        return answer

    monkeypatch.setattr(transport, "_sent", dying)
    with pytest.raises(Killed):
        sent(report)
    assert ReportStep.objects.filter(report=report, ended_at=None).count() == 1
    assert sent(report).state == ReportState.FINISHED
    assert len(here.authority.filed) == 1
    assert len(here.authority.filed[0].contents) == 2


def test_a_report_that_the_authority_forgot_is_begun_anew(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    report = approved()
    real = transport._sent
    monkeypatch.setattr(
        transport, "_sent", lambda url, *rest: (_ for _ in ()).throw(Killed) if "finish" in url else real(url, *rest)
    )
    with pytest.raises(Killed):
        sent(report)
    here.authority.forget()
    monkeypatch.setattr(transport, "_sent", real)
    assert sent(report).state == ReportState.FINISHED
    assert len(here.authority.filed) == 1
    assert Report.objects.get(pk=report.pk).openings == 2


def test_a_file_whose_hash_comes_back_as_another_is_sent_again_in_a_new_report(here: Scene) -> None:
    report = approved()
    here.server.faults.extend([None, lambda answer: Answer(200, answer.body.replace(b"<hash>", b"<hash>0"))])
    report = sent(report)
    assert report.state == ReportState.FINISHED
    assert len(here.authority.filed) == 1
    assert "/retract" in _paths(here)


def test_wrong_credentials_hold_the_report_until_a_person_lets_it_go_on(here: Scene, settings: Any) -> None:
    report = approved()
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "ncmec_password": "wrong"}
    report = sent(report)
    assert (report.state, report.problem) == (ReportState.HELD, "status_401")
    assert Alert.objects.filter(kind="report_held").count() == 1
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "ncmec_password": "planted-password"}
    resume(report, make_person(Role.SUPERVISOR, granted=True))
    assert sent(report).state == ReportState.FINISHED
    assert len(here.authority.filed) == 1


def test_a_refused_report_can_be_corrected_or_discarded_and_nothing_else(here: Scene) -> None:
    report = approved()
    here.authority.before.append(said(4100, status=400))
    report = sent(report)
    assert (report.state, report.problem) == (ReportState.FAILED, "code_4100")
    person = make_person(Role.SUPERVISOR, granted=True)
    with pytest.raises(ReportRefused):
        resume(report, person)
    assert correct(report, person).state == ReportState.DRAFT
    assert discard(report, person).state == ReportState.DISCARDED
    with pytest.raises(ReportRefused):
        correct(report, person)


def test_an_authority_that_never_answers_is_given_up_to_a_person(here: Scene) -> None:
    report = approved()
    here.server.always = status(500)
    report = sent(report)
    assert (report.state, report.problem) == (ReportState.HELD, "unreachable")
    assert here.authority.filed == []


def test_an_authority_that_loses_every_file_is_not_asked_for_ever(here: Scene) -> None:
    report = approved()
    here.server.always = lambda answer: Answer(200, answer.body.replace(b"<hash>", b"<hash>0"))
    report = sent(report)
    assert (report.state, report.problem) == (ReportState.HELD, "begun_too_often")
    assert here.authority.filed == []


def test_a_report_finished_by_somebody_else_is_for_a_person(here: Scene) -> None:
    report = approved()
    here.authority.before.extend([None, said(5102, status=400)])
    assert sent(report).problem == "finished_elsewhere"


def test_a_change_of_mode_holds_what_was_approved_in_the_other(here: Scene, settings: Any) -> None:
    report = approved()
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "ncmec": "live"}
    report = sent(report)
    assert (report.state, report.problem) == (ReportState.HELD, "mode_changed")
    assert _paths(here) == []


def test_a_filed_report_is_never_sent_again(here: Scene) -> None:
    report = sent(approved())
    asked = len(here.server.asked)
    submitting.send(report.pk)
    assert len(here.server.asked) == asked


def test_only_a_live_report_places_a_hold(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    with scene(settings, Mode.LIVE):
        report = sent(approved())
        assert report.state == ReportState.FINISHED
        assert list(Hold.objects.values_list("subject_kind", "subject_id", "basis")) == [
            ("case", str(report.case_id), "report_filed")
        ]


def test_a_test_report_places_none(here: Scene) -> None:
    sent(approved())
    assert not Hold.objects.exists()


def _ended_well(report: Report) -> None:
    if report.state == ReportState.FINISHED:
        assert Receipt.objects.filter(report=report).exists()
        return
    assert report.state in {ReportState.HELD, ReportState.FAILED}
    assert report.problem
    assert Alert.objects.filter(kind__in=["report_held", "report_failed"]).exists()
    assert not ReportStep.objects.filter(report=report, ended_at=None).exists()
