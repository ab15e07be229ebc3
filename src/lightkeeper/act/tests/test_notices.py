"""Users are not told while a named person says so: always with an end, and platforms hear when it comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils.timezone import now

from lightkeeper.act.action_kinds import ActionKind
from lightkeeper.act.models import NoticeDelay
from lightkeeper.act.notices import LONGEST, end_when_due
from lightkeeper.act.services import begin_delay, end_delay, extend_delay, reverse_decision
from lightkeeper.act.tests.decided import minute_passes, sent_by, settled_case, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.act.tests.test_case_actions import EVENTS, propose, same_shape, told
from lightkeeper.act.tests.test_case_actions import example as documented
from lightkeeper.act.types import ActionRefused, NoticeBasis, NoticeRule, ReversalGround
from lightkeeper.people.models import Person
from lightkeeper.people.tests.clients_made import OPERATOR, details_of
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.review.models import Case
from lightkeeper.review.services import erase_from_case
from lightkeeper.review.tests.grades_made import policy, reviewer
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Later

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=EVENTS)


@pytest.fixture
def lead() -> Person:
    return reviewer(Role.SENIOR_ANALYST)


def begin(case: Case, person: Person, **values: object) -> NoticeDelay:
    given = {
        "basis": NoticeBasis.AUTHORITY, "rule": NoticeRule.NOT_BEFORE, "until": now() + DAY,
        "note": "Asked by the police, 23 Nov.", **values,
    }  # fmt: skip
    return begin_delay(case, person=person, **given)  # type: ignore[arg-type]


def test_begun_extended_and_ended_platforms_are_told_of_all_they_were_told_of(platform: Platform, lead: Person) -> None:
    item = settled_case(platform, lead, name="your-id")
    propose(item, lead)
    minute_passes()
    work()
    [decided], [taken] = told(platform, "decision.made"), told(platform, "action.taken")
    assert decided["notify_user"] == taken["notify_user"] == {"rule": "now", "until": None}
    delay = begin(item.case, lead)
    work()
    first = told(platform, "notice.changed")
    rule = {"rule": "not_before", "until": delay.until.isoformat()}
    assert [body["notify_user"] for body in first] == [rule, rule]
    assert [first[0]["id"], first[1]["action_id"]] == ["your-id", taken["action_id"]]
    with pytest.raises(ActionRefused, match="on this basis already"):
        begin(item.case, lead)
    with pytest.raises(ActionRefused, match="must not be told yet"):
        propose(item, lead, ActionKind.WARN)
    extend_delay(delay, until=now() + 2 * DAY, person=lead)
    with pytest.raises(Later):
        end_when_due(delay.pk)
    end_delay(delay, person=lead)
    end_when_due(delay.pk)
    with pytest.raises(ActionRefused, match="ended already"):
        end_delay(delay, person=lead)
    with pytest.raises(ActionRefused, match="begin another"):
        extend_delay(delay, until=now() + DAY, person=lead)
    work()
    same_shape(told(platform, "notice.changed")[-2], documented("notice.changed"))
    assert len(told(platform, "notice.changed")) == 6
    assert [one["told"] for one in details_of(Event.ACT_NOTICE_DELAYED)] == [2]
    assert [one["why"] for one in details_of(Event.ACT_NOTICE_ENDED)] == ["person"]
    assert b"police" not in bytes(delay.note)


def test_a_warning_is_not_sent_where_users_must_not_be_told_by_then(platform: Platform, lead: Person) -> None:
    item = settled_case(platform, lead)
    warning = propose(item, lead, ActionKind.WARN)
    begin(item.case, lead)
    minute_passes()
    work()
    warning.refresh_from_db()
    assert (warning.state, warning.ended) == ("withdrawn", "delayed")
    assert told(platform, "action.taken") == []


def test_it_runs_out_by_itself_and_what_was_erased_is_not_named(platform: Platform, lead: Person) -> None:
    item = settled_case(platform, lead)
    other = settled_case(platform, lead, name="photo-2", number=2)
    delay, gone = begin(item.case, lead), begin(other.case, lead)
    erase_from_case(case_id=other.case_id, source=bytes(other.sightings.get().source), actor=OPERATOR)
    work()
    platform.sent.clear()
    NoticeDelay.objects.update(until=F("until") - 2 * DAY, begun_at=F("begun_at") - 2 * DAY)
    Work.objects.filter(kind="act:notice").update(due_at=now())
    work("act:notice")
    work()
    for one in (delay, gone):
        one.refresh_from_db()
        assert one.ended_at is not None
        assert one.changed_by is None
    assert [(body["id"], body["notify_user"]["rule"]) for body in told(platform, "notice.changed")] == [
        ("photo-1", "now"),
    ]  # fmt: skip
    assert {one["why"] for one in details_of(Event.ACT_NOTICE_ENDED)} == {"expired"}


def test_a_delay_has_an_end_in_bounds_a_reason_and_a_lead(platform: Platform, lead: Person) -> None:
    case = settled_case(platform, lead).case
    for basis, longest in LONGEST.items():
        for until in (now(), now() + longest + DAY):
            with pytest.raises(ActionRefused, match="days from now"):
                begin(case, lead, basis=basis, until=until)
    with pytest.raises(ActionRefused, match="Write down why"):
        begin(case, lead, note="")
    with pytest.raises(ActionRefused, match="Say whether"):
        begin(case, lead, rule=NoticeRule.NOW)
    with pytest.raises(PermissionDenied):
        begin(case, reviewer())
    with pytest.raises(PermissionDenied):
        end_delay(begin(case, lead), person=reviewer())


def test_where_a_child_is_in_danger_now_nobody_is_told_at_first(platform: Platform, lead: Person) -> None:
    """By policy, in the name of whoever decided; also of the same account in another case, and of a reversal."""
    item = sent_by(platform, uploader="account-17", data=b"drawing 1", person=b"p" * 32)
    Case.objects.filter(pk=item.case_id).update(imminent=True)
    settled_case(platform, lead, person=b"p" * 32)
    [body] = told(platform, "decision.made")
    delay = NoticeDelay.objects.get()
    assert (delay.by_policy, delay.begun_by_id, delay.basis, delay.rule) == (True, lead.pk, "safeguarding", "withhold")
    assert body["notify_user"] == {"rule": "withhold", "until": delay.until.isoformat()}
    assert told(platform, "notice.changed") == []
    settled_case(platform, lead, name="photo-2", number=2, person=b"p" * 32)
    settled_case(platform, lead, name="photo-3", number=3, person=b"q" * 32)
    rules = {body["id"]: body["notify_user"]["rule"] for body in told(platform, "decision.made")}
    assert rules == {"photo-1": "withhold", "photo-2": "withhold", "photo-3": "now"}
    item.refresh_from_db()
    reverse_decision(item, ground=ReversalGround.MISTAKE, note="wrong", person=lead)
    work()
    assert told(platform, "decision.made")[-1]["notify_user"]["rule"] == "withhold"
    end_delay(delay, person=lead)
    work()
    assert {body["id"] for body in told(platform, "notice.changed")} == {"photo-1", "photo-2"}
    policy(notice_hours_imminent=0)
    urgent = sent_by(platform, "photo-4", number=4, data=b"drawing 4", uploader="z")
    Case.objects.filter(pk=urgent.case_id).update(imminent=True)
    settled_case(platform, lead, name="photo-4", number=4, uploader="z")
    assert told(platform, "decision.made")[-1]["notify_user"]["rule"] == "now"
