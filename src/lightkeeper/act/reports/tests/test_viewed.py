"""What was never opened whole at ``full`` is never reported as viewed, whatever a draft says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lightkeeper.act.reports.drafting import Draft, approve, make_draft
from lightkeeper.act.reports.models import ReportFile
from lightkeeper.act.reports.ncmec import drafts
from lightkeeper.act.reports.states import Mode
from lightkeeper.act.reports.tests.filing import scene, sent
from lightkeeper.act.reports.viewed import of_reveals
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.queries import Seen
from lightkeeper.record.services import begin_reveal, end_reveal
from lightkeeper.record.types import RevealEnd, RevealLevel, RevealPurpose, Track
from lightkeeper.review.models import CaseItem
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.tests.grades_made import graded, illegal, policy
from lightkeeper.review.tests.making import opened, original

_reveals = st.lists(
    st.builds(
        lambda track, level, part, seconds, how: Seen(
            1,
            uuid4(),
            1,
            "analyst",
            1,
            1,
            track,
            level,
            part,
            "first",
            1,
            datetime(2026, 1, 1, tzinfo=UTC),
            seconds,
            how,
        ),
        st.sampled_from([str(track) for track in Track]),
        st.sampled_from([str(level) for level in RevealLevel]),
        st.sampled_from(["whole", "1", "9", "0-4", "2-9"]),
        st.sampled_from([None, 0.0, 0.5, 20.0]),
        st.sampled_from([None, *(str(end) for end in RevealEnd)]),
    ),
    max_size=8,
)


@given(_reveals)
def test_a_picture_is_viewed_only_by_a_whole_reveal_at_full_that_showed_something(reveals: list[Seen]) -> None:
    proof = [
        row for row in reveals
        if (row.track, row.level, row.part) == ("picture", "full", "whole")
        if row.seconds and row.how not in {None, "failed"}
    ]  # fmt: skip
    assert of_reveals(reveals, video=False).whole == bool(proof)


@given(_reveals)
def test_data_are_viewed_only_with_the_file_and_by_their_own_track(reveals: list[Seen]) -> None:
    found = of_reveals(reveals, video=False)
    assert not found.exif or (found.whole and any(row.track == "exif" and row.level == "full" for row in reveals))


@given(_reveals, st.sampled_from([None, 1, 4, 9]))
def test_a_video_is_viewed_only_where_every_second_was_shown(reveals: list[Seen], seconds: int | None) -> None:
    shown = {
        second
        for row in reveals
        if (row.track, row.level) == ("picture", "full")
        and row.seconds
        and row.how not in {None, "failed"}
        and "-" in row.part
        for second in range(int(row.part[0]), int(row.part[2]))
    }
    assert of_reveals(reveals, video=True, seconds=seconds).whole == (
        seconds is not None and shown >= set(range(seconds))
    )


@pytest.mark.django_db
@pytest.mark.parametrize("looked", [False, True])
def test_a_filed_report_says_what_the_log_says_though_the_draft_says_otherwise(
    looked: bool, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    policy()
    with scene(settings) as here:
        item = _graded_item(looked=looked)
        built = drafts.from_case(item.case, Mode.TEST)
        (file,) = built.draft.files
        assert file.details.get("file_viewed_by_esp") is looked
        lying = Draft(
            report=built.draft.report,
            files=(type(file)(vault_object=file.vault_object, md5=file.md5, case_item=file.case_item,
                              details={**file.details, "file_viewed_by_esp": not looked}),),
        )  # fmt: skip
        report = make_draft(case=item.case, authority="ncmec", draft=lying, person=make_person(granted=True))
        sent(approve(report, make_person(Role.SUPERVISOR, granted=True), "TEST"))
        (filed,) = here.authority.filed
        (details,) = filed.details.values()
        said = etree.fromstring(details)
        assert said.findtext("fileViewedByEsp") == str(looked).lower()
        assert said.findtext("industryClassification") == "B2"
        assert ReportFile.objects.get(report=report).case_item_id == item.pk


def _graded_item(*, looked: bool) -> CaseItem:
    data = b"a drawing that is kept"
    kept = original(data)
    ref = opened(
        data, original=kept, context={"callers_id": "x", "uploader": "u-1", "received_at": "2026-11-01T10:00:00+00:00"}
    )
    item = CaseItem.objects.select_related("case", "item").get(case_id=ref.id)
    person = make_person(granted=True)
    if looked:
        row = begin_reveal(
            person=person.pk, role=person.role, item=item.item_id, case_item=item.pk, track=Track.PICTURE,
            level=RevealLevel.FULL, part="whole", purpose=RevealPurpose.FIRST, policy=0, limit=20,
        )  # fmt: skip
        end_reveal(row, seconds=20, how=RevealEnd.UNKNOWN)
    grade = graded(item, person, illegal())
    type(grade).objects.filter(pk=grade.pk).update(state=GradeState.STANDING, ended_at=grade.stands_at)
    CaseItem.objects.filter(pk=item.pk).update(state=ItemState.SETTLED, settled_at=grade.stands_at)
    return item
