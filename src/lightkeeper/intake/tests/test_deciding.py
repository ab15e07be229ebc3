"""After a person has decided, submissions stand as was decided, and answers say so to who may know."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from lightkeeper.act.models import Action, Callback
from lightkeeper.act.queueing import body_of
from lightkeeper.act.services import propose_decision, reverse_decision, set_address
from lightkeeper.act.types import ReversalGround
from lightkeeper.intake.lifecycle import gone
from lightkeeper.intake.models import Submission
from lightkeeper.intake.services import purge, rescan
from lightkeeper.intake.tests.conftest import LISTED, VETTED_BYTES, import_rows, sha256_of
from lightkeeper.intake.tests.platform import OPERATOR, Platform, edited, picture
from lightkeeper.intake.tests.platform import body_of as told_of
from lightkeeper.lists import freshness
from lightkeeper.people.models import Person
from lightkeeper.people.tests.clients_made import forget
from lightkeeper.people.types import Role
from lightkeeper.record.types import ItemKind
from lightkeeper.review.addresses.tests.addresses_made import actioned
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import graded, harmless, illegal, minute_over, policy, reviewer
from lightkeeper.runtime.tests.threads import all_at_once


@pytest.fixture
def person(platform: Platform) -> Person:
    policy()
    return reviewer()


def decide(person: Person, kind: str, *, label: str = "", item: CaseItem | None = None) -> CaseItem:
    """Have a person decide about the one item that waits."""
    waiting = item or CaseItem.objects.exclude(state="settled").get()
    found = actioned if waiting.item.kind == ItemKind.URL else illegal
    judgement = found(proposed=kind) if kind in {"withhold", "remove"} else harmless(proposed=kind, label=label)
    with transaction.atomic():
        grade = graded(waiting, person, judgement)
        propose_decision(grade=grade, person=person)
    assert minute_over(grade)
    waiting.refresh_from_db()
    return waiting


def states(platform: Platform, *names: str) -> list[str]:
    return [told_of(platform.get(name))["state"] for name in names]


@pytest.mark.parametrize(
    ("kind", "state"),
    [("withhold", "withheld"), ("remove", "withheld"), ("label", "accepted"), ("no_action", "accepted")],
)
def test_what_was_accepted_follows_the_decision(platform: Platform, person: Person, kind: str, state: str) -> None:
    platform.submit("near", edited(LISTED))
    assert states(platform, "near") == ["accepted"]
    decide(person, kind, label="sensitive" if kind == "label" else "")
    assert json.loads(platform.get("near").content) == {"id": "near", "state": state}
    detailed = told_of(platform.get("near", key=platform.detailed))
    assert (detailed["withhold"], detailed["decision"]) == (state == "withheld", kind)
    assert detailed["label"] == ("sensitive" if kind == "label" else None)
    again = platform.submit("near", edited(LISTED))
    assert (again.status_code, told_of(again)) == (200, {"id": "near", "state": state})


@pytest.mark.parametrize(("kind", "then"), [("remove", "reinstate"), ("label", "no_action")])
def test_what_is_reversed_comes_back_and_the_label_goes(
    platform: Platform, person: Person, kind: str, then: str
) -> None:
    platform.submit("near", edited(LISTED))
    item = decide(person, kind, label="sensitive" if kind == "label" else "")
    reverse_decision(item, ground=ReversalGround.MISTAKE, note="A drawing.", person=reviewer(Role.SENIOR_ANALYST))
    assert states(platform, "near") == ["accepted"]
    detailed = told_of(platform.get("near", key=platform.detailed))
    assert (detailed["withhold"], detailed["decision"], detailed["label"]) == (False, then, None)


@pytest.mark.parametrize("kind", ["reinstate", "label", "no_action"])
def test_what_was_withheld_by_equal_bytes_is_given_free_by_a_person(
    platform: Platform, person: Person, kind: str
) -> None:
    platform.submit("one", picture(VETTED_BYTES))
    platform.submit("two", picture(VETTED_BYTES))
    assert states(platform, "one", "two") == ["withheld", "withheld"]
    decide(person, kind, label="sensitive" if kind == "label" else "")
    assert states(platform, "one", "two") == ["accepted", "accepted"]


def test_answers_without_detail_keep_their_shape_and_length(platform: Platform, person: Person) -> None:
    platform.submit("near", edited(LISTED))
    before = platform.get("near")
    decide(person, "remove")
    after = platform.get("near")
    assert len(before.content) == len(after.content)
    assert before.headers.keys() == after.headers.keys()


def test_a_report_and_what_it_was_about_follow_too(platform: Platform, person: Person) -> None:
    platform.submit("clear", picture(50))
    platform.url("link", "https://pictures.example/50")
    platform.submit("other", picture(51))
    for number, name in enumerate(["clear", "link"]):
        said = {"id": f"report-{number}", "submission": name, "reason": "contact_abuse"}
        assert platform.json("/user-reports", said).status_code == 200
    for item in CaseItem.objects.exclude(state="settled").order_by("pk"):
        decide(person, "remove", item=item)
    assert states(platform, "clear", "link", "report-0", "report-1") == ["withheld"] * 4
    assert states(platform, "other") == ["accepted"]


def test_a_report_about_an_id_that_stands_for_something_else_now_leaves_that_alone(
    platform: Platform, person: Person
) -> None:
    platform.submit("clear", picture(50))
    said = {"id": "report-1", "submission": "clear", "reason": "contact_abuse"}
    assert platform.json("/user-reports", said).status_code == 200
    Submission.objects.filter(kind="picture").update(purge_at=now() - timedelta(days=1))
    platform.submit("clear", picture(51))
    decide(person, "remove")
    assert states(platform, "clear", "report-1") == ["accepted", "withheld"]


def test_the_callback_says_what_the_answer_says(platform: Platform, person: Person) -> None:
    set_address(
        client_id=platform.client_id, url="https://platform.example/hook", events=["decision.made"], actor=OPERATOR
    )
    forget()
    platform.submit("near", edited(LISTED))
    platform.submit("known", edited(LISTED), key=platform.detailed)
    item = decide(person, "remove")
    plain, detailed = [json.loads(body_of(row)) for row in Callback.objects.order_by("pk")]
    assert [plain["submission_state"], detailed["submission_state"]] == states(platform, "near", "known")
    assert "case_id" not in plain
    assert "outcome" not in plain
    answer = told_of(platform.get("known", key=platform.detailed))
    assert detailed["case_id"] == answer["case_id"] == str(item.case.public)
    assert detailed["outcome"] == answer["outcome"]


def test_what_was_withdrawn_or_erased_stays_so(platform: Platform, person: Person) -> None:
    for name in ("kept", "withdrawn", "erased"):
        platform.submit(name, edited(LISTED))
    platform.send("POST", "/submissions/withdrawn/withdraw")
    platform.send("DELETE", "/submissions/erased")
    decide(person, "remove")
    assert states(platform, "kept", "withdrawn") == ["withheld", "accepted"]
    assert platform.get("erased").status_code == 410
    assert Action.objects.count() == 1


def test_what_was_decided_can_be_erased_and_withdrawn(platform: Platform, person: Person) -> None:
    platform.submit("a", edited(LISTED))
    platform.submit("b", edited(LISTED))
    decide(person, "label", label="sensitive")
    assert platform.send("DELETE", "/submissions/a").status_code == 200
    assert platform.send("POST", "/submissions/b/withdraw").status_code == 200
    row = Submission.objects.get(state="erased")
    assert (row.decision, row.label, row.withheld) == ("", "", False)


def test_opened_again_and_decided_otherwise_it_follows_again(platform: Platform, person: Person) -> None:
    platform.submit("near", edited(LISTED))
    item = decide(person, "remove")
    senior = reviewer(Role.SENIOR_ANALYST)
    again = reopen_case(item, "An appeal.", senior.actor).items.get()
    assert states(platform, "near") == ["withheld"]
    decide(senior, "reinstate", item=again)
    assert states(platform, "near") == ["accepted"]
    assert told_of(platform.get("near", key=platform.detailed))["decision"] == "reinstate"


def test_an_id_that_was_withheld_can_be_asked_for_as_long_again_and_no_other_lives_longer(
    platform: Platform, person: Person, configure: Callable[..., None]
) -> None:
    configure(rescan_days=0)
    platform.submit("equal", picture(VETTED_BYTES))
    platform.submit("near", edited(LISTED))
    before = dict(Submission.objects.values_list("withheld", "purge_at"))
    Submission.objects.filter(withheld=True).update(purge_at=now() - timedelta(days=3))
    assert states(platform, "equal") == ["withheld"]  # it waits for a person
    for item in CaseItem.objects.order_by("pk"):
        decide(person, "no_action", item=item)
    equal, near = Submission.objects.order_by("pk")
    assert equal.purge_at is not None
    assert equal.purge_at > now() + timedelta(hours=23)
    assert near.purge_at == before[False]
    assert states(platform, "equal") == ["accepted"]


def test_an_id_whose_content_was_removed_is_free_after_its_time(platform: Platform, person: Person) -> None:
    platform.submit("equal", picture(VETTED_BYTES))
    decide(person, "remove")
    Submission.objects.update(purge_at=now() - timedelta(days=1))
    row = Submission.objects.get()
    assert gone(row)
    purge()
    row.refresh_from_db()
    assert (row.former, row.withheld, row.decision) == (True, True, "remove")
    assert platform.get("equal").status_code == 404


def test_a_later_vetted_entry_makes_what_was_let_pass_wait_for_a_person_again(
    platform: Platform, person: Person
) -> None:
    platform.submit("clear", picture(60))
    said = {"id": "report-1", "submission": "clear", "reason": "contact_abuse"}
    assert platform.json("/user-reports", said).status_code == 200
    decide(person, "no_action")
    assert states(platform, "clear") == ["accepted"]
    import_rows("a vetted list", [("sha256", sha256_of(60))])
    freshness.refresh()
    assert rescan() == 1
    answer = told_of(platform.get("clear", key=platform.detailed))
    assert (answer["state"], answer["decision"]) == ("withheld", None)


def test_the_database_keeps_decision_and_label_together(platform: Platform) -> None:
    platform.submit("clear", picture(50))
    for wrong in ({"decision": "burn"}, {"label": "sensitive"}, {"withheld": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.update(**wrong)
    Submission.objects.update(decision="label", label="sensitive")


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="on SQLite a writer is alone anyway")
def test_withdrawing_while_the_item_is_settled_locks_nobody_out(platform: Platform, person: Person) -> None:
    for number in range(12):
        platform.submit(f"n{number}", edited(LISTED))
    item = CaseItem.objects.get()
    with transaction.atomic():
        grade = graded(item, person, illegal())
        propose_decision(grade=grade, person=person)
    answers: list[Any] = []

    def withdraw(number: int) -> None:
        answers.append(platform.send("POST", f"/submissions/n{number}/withdraw").status_code)

    all_at_once(lambda: minute_over(grade), *(lambda number=number: withdraw(number) for number in range(4)))
    assert answers == [200] * 4
    item.refresh_from_db()
    assert item.state == "settled"
    told = set(Action.objects.values_list("sighting__source", flat=True))
    for row in Submission.objects.all():
        assert (bytes(row.reference_index) in {bytes(one) for one in told}) == (row.decision != "")
    assert connection.vendor == "postgresql"
