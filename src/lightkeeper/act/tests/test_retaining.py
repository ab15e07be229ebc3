"""A live receipt starts the law's clocks; a report on its way keeps its case; what reports said goes with the case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from lightkeeper.act.reports.models import Receipt, Report, ReportFile
from lightkeeper.act.reports.states import Mode
from lightkeeper.act.reports.tests.filing import Scene, approved, scene, sent
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import DestructionProof, Hold, RetentionClock
from lightkeeper.record.services import Cause, destroy_due, start_clocks
from lightkeeper.record.types import Subject
from lightkeeper.review.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(settings: Any, tmp_path: Any) -> Iterator[Scene]:
    settings.DATA_DIR = tmp_path
    with scene(settings, Mode.LIVE) as made:
        yield made


def blocked() -> str:
    return RetentionClock.objects.get(rule="tos_min").blocked


def test_what_was_filed_is_kept_as_the_law_asks_then_destroyed_with_its_case(live: Scene) -> None:
    report = approved()
    case = report.case
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now())
    case.items.update(state="settled", settled_at=now())
    start_clocks(Subject("case", str(case.pk)), Cause.FOUNDED)
    RetentionClock.objects.update(due_at=now() - timedelta(minutes=1))
    assert (destroy_due(), blocked()) == (0, "report")
    sent(report)
    clock = RetentionClock.objects.get(cause="receipt")
    assert (clock.rule, clock.subject_kind, clock.subject_id) == ("ncmec_1y", "report", str(report.pk))
    assert clock.began_at == Receipt.objects.get().received_at
    assert (destroy_due(), blocked()) == (0, "kept")
    RetentionClock.objects.filter(pk=clock.pk).update(due_at=now() - timedelta(minutes=1))
    assert (destroy_due(), blocked()) == (0, "hold")
    Hold.objects.update(placed_at=now() - timedelta(days=400))
    assert destroy_due() == 1
    report.refresh_from_db()
    assert (bytes(report.content), bytes(report.document or b"")) == (b"", b"")
    assert set(ReportFile.objects.values_list("details", flat=True)) == {b""}
    assert (report.state, report.external_id != "", Receipt.objects.count()) == ("finished", True, 1)
    assert '"report_files":2,"reports":1' in DestructionProof.objects.get().counts
    answer = signed_in(make_person(Role.SUPERVISOR)).get(f"/reports/{report.public}/")
    assert answer.status_code == 200
    page = " ".join(answer.content.decode().split())
    assert report.external_id in page
    assert "was destroyed" in page


def test_a_report_in_test_mode_starts_no_clock(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    with scene(settings):
        assert sent(approved(files=0)).state == "finished"
    assert not RetentionClock.objects.exists()
    assert Report.objects.get().destroyed_at is None
