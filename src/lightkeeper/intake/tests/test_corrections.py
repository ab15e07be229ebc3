"""An entry proved wrong: what rests on it alone is reinstated, what people decided comes before people again."""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import now

from lightkeeper.act.models import Callback, Report
from lightkeeper.act.queueing import body_of
from lightkeeper.act.services import propose_decision, set_address
from lightkeeper.intake import correcting, corrections
from lightkeeper.intake.corrections import CORRECT, CorrectionRefused, correct_entry, preview, reason_of
from lightkeeper.intake.models import Correction, Submission
from lightkeeper.intake.retained import readable
from lightkeeper.intake.tests.conftest import LISTED, LISTED_URL, VETTED_BYTES, import_rows, sha256_of
from lightkeeper.intake.tests.platform import OPERATOR, Platform, edited, picture
from lightkeeper.intake.tests.platform import body_of as told_of
from lightkeeper.lists import freshness
from lightkeeper.lists.models import Entry
from lightkeeper.lists.services import move_entry
from lightkeeper.lists.types import EntryState, ListRefused, ListStatus
from lightkeeper.people.models import Person
from lightkeeper.people.tests.clients_made import forget
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.queries import because_of
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import graded, harmless, illegal, minute_over, policy, reviewer
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Later
from lightkeeper.runtime.tests.threads import all_at_once
from lightkeeper.runtime.work import leases, running

WHY = "The source listed a stock photograph."


@pytest.fixture
def senior(platform: Platform) -> Person:
    policy()
    return reviewer(Role.SENIOR_ANALYST)


def entry_of(algorithm: str = "sha256", name: str = "a vetted list") -> Entry:
    return Entry.objects.get(algorithm=algorithm, list__name=name)


def decide(person: Person, judgement: Any, item: CaseItem | None = None) -> CaseItem:
    waiting = item or CaseItem.objects.exclude(state="settled").order_by("pk")[0]
    with transaction.atomic():
        grade = graded(waiting, person, judgement)
        propose_decision(grade=grade, person=person)
    assert minute_over(grade)
    waiting.refresh_from_db()
    return waiting


def work(turns: int = 50) -> None:
    """Do the work of corrections as a worker does, until none is due."""
    for _ in range(turns):
        soon = Work.objects.filter(kind=CORRECT, finished_at=None, due_at__lt=now() + timedelta(seconds=1))
        soon.update(due_at=now() - timedelta(seconds=1))
        claims = leases.claim("w", limit=1, kinds=(CORRECT,))
        if not claims:
            return
        running.run(claims[0])()


def done() -> Correction:
    """Let the work end, the minute too."""
    work()
    Correction.objects.update(made_at=F("made_at") - timedelta(minutes=2))
    Work.objects.filter(kind=CORRECT, finished_at=None).update(due_at=F("due_at") - timedelta(minutes=2))
    work()
    row = Correction.objects.latest("pk")
    assert row.done_at is not None
    return row


def states(platform: Platform, *names: str) -> list[str]:
    return [told_of(platform.get(name))["state"] for name in names]


def test_what_only_the_entry_withheld_is_reinstated_and_stays_before_people(platform: Platform, senior: Person) -> None:
    for name in ("one", "two"):
        platform.submit(name, picture(VETTED_BYTES))
    assert states(platform, "one", "two") == ["withheld", "withheld"]
    row = correct_entry(entry_of().pk, EntryState.WITHDRAWN, reason=WHY, person=senior)
    assert states(platform, "one", "two") == ["withheld", "withheld"]  # a worker does it
    row = done()
    assert states(platform, "one", "two") == ["accepted", "accepted"]
    assert (row.reinstated, row.withholdings, row.reopened, row.cases) == (2, 2, 0, 1)
    assert told_of(platform.get("one", key=platform.detailed))["decision"] == "reinstate"
    assert CaseItem.objects.get().state == "waiting"
    assert entry_of().state == "withdrawn"
    freshness.refresh()
    assert told_of(platform.submit("three", picture(VETTED_BYTES)))["state"] == "accepted"


def test_the_record_has_one_event_for_the_act_and_one_for_each_reinstatement(
    platform: Platform, senior: Person
) -> None:
    platform.submit("one", picture(VETTED_BYTES))
    row = correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    done()
    told = list(AuditEvent.objects.filter(event__startswith="intake:").order_by("pk"))[-2:]
    assert [event.event for event in told] == ["intake:entry:corrected", "intake:submission:reinstated"]
    assert {event.actor_id for event in told} == {str(senior.pk)}
    assert WHY not in str(AuditEvent.objects.values_list("details", flat=True))
    assert WHY.encode() not in bytes(row.reason)
    assert reason_of(row) == WHY
    assert WHY not in entry_of().state_reason


def test_what_another_entry_withholds_too_stays_withheld_until_that_one_falls(
    platform: Platform, senior: Person
) -> None:
    import_rows("another list", [("sha256", sha256_of(VETTED_BYTES))], status=ListStatus.VETTED)
    freshness.refresh()
    platform.submit("both", picture(VETTED_BYTES))
    first, second = entry_of(), entry_of(name="another list")
    assert preview(first.pk).reinstate == 0
    assert preview(first.pk).held == 1
    correct_entry(first.pk, EntryState.DISPUTED, reason=WHY, person=senior)
    assert done().reinstated == 0
    assert states(platform, "both") == ["withheld"]
    correct_entry(second.pk, EntryState.DISPUTED, reason=WHY, person=senior)
    assert done().reinstated == 1
    assert states(platform, "both") == ["accepted"]


def test_what_a_person_decided_is_looked_at_again_and_not_undone(platform: Platform, senior: Person) -> None:
    platform.submit("decided", picture(VETTED_BYTES))
    before = decide(senior, illegal())
    assert preview(entry_of().pk).reopen == 1
    correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    row = done()
    assert (row.reinstated, row.reopened) == (0, 1)
    assert states(platform, "decided") == ["withheld"]
    again = CaseItem.objects.get(reopens=before)
    assert again.state == "waiting"
    assert WHY in because_of(again.case)
    decide(senior, harmless(), again)
    assert states(platform, "decided") == ["accepted"]


def test_what_people_let_pass_already_is_not_shown_to_anybody_again(platform: Platform, senior: Person) -> None:
    platform.submit("fine", picture(VETTED_BYTES))
    decide(senior, harmless())
    assert (preview(entry_of().pk).reopen, preview(entry_of().pk).left) == (0, 1)
    correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    assert done().reopened == 0
    assert CaseItem.objects.count() == 1


def test_what_somebody_is_judging_is_left_to_people(platform: Platform, senior: Person) -> None:
    platform.submit("judged", picture(VETTED_BYTES))
    graded(CaseItem.objects.get(), senior, illegal())
    correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    assert done().reinstated == 0
    assert states(platform, "judged") == ["withheld"]


def test_nothing_that_was_near_or_an_address_is_touched_but_listed(platform: Platform, senior: Person) -> None:
    platform.submit("near", edited(LISTED))
    platform.url("link", LISTED_URL)
    for algorithm in ("pdq", "url"):
        assert preview(entry_of(algorithm).pk).cases == 1
        correct_entry(entry_of(algorithm).pk, EntryState.WITHDRAWN, reason=WHY, person=senior)
        assert (done().reinstated, done().reopened) == (0, 0)
    assert states(platform, "near", "link") == ["accepted", "accepted"]


def test_what_was_being_searched_meanwhile_is_reinstated_after_a_minute(platform: Platform, senior: Person) -> None:
    correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    platform.submit("late", picture(VETTED_BYTES))  # by an index that has not followed yet
    work()
    row = Correction.objects.get()
    assert row.done_at is None
    done()
    assert states(platform, "late") == ["accepted"]


@pytest.mark.parametrize(
    "events", [["decision.made"], ["submission.finished"], ["decision.made", "submission.finished"]]
)
def test_the_platform_is_told_without_a_word_of_lists(platform: Platform, senior: Person, events: list[str]) -> None:
    set_address(client_id=platform.client_id, url="https://platform.example/hook", events=events, actor=OPERATOR)
    forget()
    platform.submit("plain", picture(VETTED_BYTES))
    platform.submit("detailed", picture(VETTED_BYTES), key=platform.detailed)
    earlier = set(Callback.objects.values_list("pk", flat=True))
    correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    done()
    rows = Callback.objects.exclude(pk__in=earlier).order_by("pk")
    plain, detailed = [json.loads(body_of(row)) for row in rows]
    assert plain["event"] == detailed["event"] == events[0]
    names = {"id", "event", "idempotency_id", "sequence"}
    decided = {"submission_state", "decision", "label", "decided_at", "policy_version"}
    assert set(plain) == names | (decided if events[0] == "decision.made" else {"state"})
    if events[0] == "decision.made":
        text = (Path(__file__).parents[4] / "docs" / "callbacks.md").read_text("utf-8")
        blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
        [example] = [json.loads(one) for one in blocks if '"reinstate"' in one]
        varying = {"id", "idempotency_id", "sequence", "decided_at", "policy_version"}
        assert list(plain) == list(example)
        assert {name: plain[name] for name in set(plain) - varying} == {
            name: example[name] for name in set(example) - varying
        }
    assert (plain.get("submission_state") or plain["state"]) == "accepted"
    assert detailed["case_id"] == told_of(platform.get("detailed", key=platform.detailed))["case_id"]
    for word in ("vetted", WHY, sha256_of(VETTED_BYTES), "entry"):
        assert word not in json.dumps([plain, detailed])


def test_killed_in_the_middle_it_goes_on_and_does_nothing_twice(
    platform: Platform, senior: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_address(
        client_id=platform.client_id, url="https://platform.example/hook", events=["decision.made"], actor=OPERATOR
    )
    forget()
    monkeypatch.setattr(correcting, "BATCH", 2)
    names = [f"n{number}" for number in range(5)]
    for name in names:
        platform.submit(name, picture(VETTED_BYTES))
    row = correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    real, calls = correcting._tell, iter(range(100))

    def killed(*given: Any) -> None:
        real(*given)
        if next(calls) % 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(correcting, "_tell", killed)
    for _ in range(20):
        try:
            correcting.correct(row.pk)
        except KeyboardInterrupt:
            continue
        except Later:
            continue
    monkeypatch.setattr(correcting, "_tell", real)
    assert done().reinstated == 5
    assert states(platform, *names) == ["accepted"] * 5
    assert Callback.objects.count() == 5
    assert AuditEvent.objects.filter(event="intake:submission:reinstated").count() == 5


def test_killed_while_opening_again_it_goes_on(
    platform: Platform, senior: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "BATCH", 1)
    for name, content in (("a", picture(LISTED)), ("b", edited(LISTED)), ("c", picture(LISTED, quality=80))):
        platform.submit(name, content)
    while CaseItem.objects.exclude(state="settled").exists():
        decide(senior, illegal(proposed="remove"))
    row = correct_entry(entry_of("pdq").pk, EntryState.DISPUTED, reason=WHY, person=senior)
    assert row.cases == 3
    calls = iter(range(100))

    def killed(*given: Any) -> Any:
        made = reopen_case(*given)
        if next(calls) in {0, 2}:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(correcting, "reopen_case", killed)
    for _ in range(12):
        try:
            correcting.correct(row.pk)
        except (KeyboardInterrupt, Later):
            continue
    assert done().reopened == 3
    assert CaseItem.objects.exclude(reopens=None).count() == 3


def test_who_may_not_and_what_cannot_be_is_refused_in_a_sentence(platform: Platform, senior: Person) -> None:
    entry = entry_of().pk
    for role in (Role.ANALYST, Role.LIST_MANAGER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            correct_entry(entry, EntryState.DISPUTED, reason=WHY, person=reviewer(role))
    with pytest.raises(CorrectionRefused, match="Write down why"):
        correct_entry(entry, EntryState.DISPUTED, reason=" ", person=senior)
    with pytest.raises(CorrectionRefused, match="disputed or withdrawn"):
        correct_entry(entry, EntryState.ACTIVE, reason=WHY, person=senior)
    with pytest.raises(ListRefused, match="no such entry"):
        correct_entry(10**9, EntryState.DISPUTED, reason=WHY, person=senior)
    assert entry_of().state == "active"
    correct_entry(entry, EntryState.DISPUTED, reason=WHY, person=senior)
    with pytest.raises(CorrectionRefused, match="already"):
        correct_entry(entry, EntryState.WITHDRAWN, reason=WHY, person=senior)
    done()
    with pytest.raises(CorrectionRefused, match="already"):
        correct_entry(entry, EntryState.WITHDRAWN, reason=WHY, person=senior)
    assert corrections.standing([entry]).keys() == {entry}
    move_entry(entry, EntryState.ACTIVE, reason="it was right", actor=OPERATOR)
    assert corrections.standing([entry]) == {}
    correct_entry(entry, EntryState.DISPUTED, reason=WHY, person=senior)


def test_an_entry_that_was_disputed_before_can_be_proved_wrong(platform: Platform, senior: Person) -> None:
    platform.submit("one", picture(VETTED_BYTES))
    move_entry(entry_of().pk, EntryState.DISPUTED, reason="somebody doubts it", actor=OPERATOR)
    correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    assert done().reinstated == 1


def test_restored_meanwhile_the_rest_is_left_as_it_is(platform: Platform, senior: Person) -> None:
    platform.submit("one", picture(VETTED_BYTES))
    correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=senior)
    move_entry(entry_of().pk, EntryState.ACTIVE, reason="it was right", actor=OPERATOR)
    assert done().reinstated == 0
    assert states(platform, "one") == ["withheld"]


def test_reports_about_its_cases_are_named_in_the_preview(platform: Platform, senior: Person) -> None:
    platform.submit("one", picture(VETTED_BYTES))
    at = now()
    values: dict[str, Any] = {
        "authority": "ncmec", "mode": "test", "case": Case.objects.get(), "content": b"-", "policy": 0,
        "drafted_by": senior, "drafted_at": at, "changed_at": at,
    }  # fmt: skip
    Report.objects.create(**values, state="discarded", ended_at=at)
    assert preview(entry_of().pk).reports == ()
    Report.objects.create(**values)
    assert preview(entry_of().pk).reports == (("ncmec: Draft", 1),)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="on SQLite a writer is alone anyway")
def test_two_people_at_once_are_one_correction(platform: Platform, senior: Person) -> None:
    platform.submit("one", picture(VETTED_BYTES))
    other, said = reviewer(Role.SUPERVISOR), list[str]()

    def correct(person: Person) -> None:
        try:
            correct_entry(entry_of().pk, EntryState.DISPUTED, reason=WHY, person=person)
        except CorrectionRefused as refused:
            said.append(str(refused))

    all_at_once(lambda: correct(senior), lambda: correct(other))
    assert len(said) == 1
    assert Correction.objects.count() == 1
    done()
    assert Submission.objects.get().withheld is False
    assert connection.vendor == "postgresql"


@pytest.mark.parametrize("seed", range(3))
def test_exactly_what_rests_on_the_entry_alone_is_reinstated(platform: Platform, senior: Person, seed: int) -> None:
    """Drawn at random: how many submissions of each item, which lists have it, what people did. Nothing else moves."""
    chance = random.Random(seed)
    numbers = range(100, 106)
    wrong, other = chance.choice(numbers), chance.sample(numbers, 3)
    import_rows("the wrong one", [("sha256", sha256_of(wrong))], status=ListStatus.VETTED)
    import_rows("the right one", [("sha256", sha256_of(number)) for number in other], status=ListStatus.VETTED)
    freshness.refresh()
    expected, before = set[str](), dict[str, str]()
    for number in numbers:
        names = [f"{number}-{copy}" for copy in range(chance.randint(1, 3))]
        for name in names:
            platform.submit(name, picture(number))
        acts = chance.choice(["nothing", "nothing", "illegal", "harmless", "pending"])
        if CaseItem.objects.exclude(state="settled").exists():
            item = CaseItem.objects.exclude(state="settled").latest("pk")
            if acts == "pending" and bytes(item.item.sha256 or b"").hex() == sha256_of(number):
                graded(item, senior, illegal())
            elif acts in {"illegal", "harmless"} and bytes(item.item.sha256 or b"").hex() == sha256_of(number):
                decide(senior, illegal() if acts == "illegal" else harmless(), item)
        if number == wrong and number not in other and acts == "nothing":
            expected |= set(names)
    names = [retained.callers_id or "" for _, retained in readable(list(Submission.objects.order_by("pk")))]
    before = dict(zip(names, states(platform, *names), strict=True))
    correct_entry(entry_of(name="the wrong one").pk, EntryState.DISPUTED, reason=WHY, person=senior)
    done()
    after = dict(zip(names, states(platform, *names), strict=True))
    assert {name for name in names if before[name] != after[name]} == expected
    assert {after[name] for name in expected} <= {"accepted"}
