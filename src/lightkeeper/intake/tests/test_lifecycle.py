"""Withdrawing, erasing, legal holds, user reports: what a caller may do afterwards, and what is left then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.act.models import Callback
from lightkeeper.act.services import set_address
from lightkeeper.intake.models import Submission
from lightkeeper.intake.outcomes import FINISHED_EVENT
from lightkeeper.intake.services import purge, scan
from lightkeeper.intake.states import MOVES, State, may_become
from lightkeeper.intake.tests.conftest import LISTED, LISTED_URL, VETTED_BYTES
from lightkeeper.intake.tests.platform import OPERATOR, Platform, body_of, picture
from lightkeeper.people.models import Alert
from lightkeeper.people.tests.clients_made import forget
from lightkeeper.record.errors import HeldError
from lightkeeper.record.models import AuditEvent, Item, VaultObject
from lightkeeper.record.services import destroy_owed, how_reapplied, lift_hold, place_hold
from lightkeeper.record.types import Actor, ActorKind, HoldBasis, LiftReason, Subject
from lightkeeper.review.models import Case, Media, Sighting
from lightkeeper.review.services import context_of
from lightkeeper.runtime.models import Work

SOMEBODY = Actor(ActorKind.PERSON, "1", "supervisor")


def test_every_state_has_its_moves_and_erased_is_the_end() -> None:
    assert set(MOVES) == set(State)
    assert not MOVES[State.ERASED]
    assert all(may_become(state, State.ERASED) for state in State if state != State.ERASED)


def test_withdrawn_while_it_waits_is_never_searched(platform: Platform) -> None:
    platform.submit("a", picture(VETTED_BYTES), wait=False)
    answer = platform.send("POST", "/submissions/a/withdraw", key=platform.detailed)
    assert (answer.status_code, body_of(answer)["reason"]) == (200, "withdrawn")
    scan(Submission.objects.get().pk)
    assert not Case.objects.exists()
    assert not VaultObject.objects.filter(destroyed_at=None).exists()
    assert body_of(platform.get("a", key=platform.detailed))["outcome"] is None
    assert platform.send("POST", "/submissions/a/withdraw").status_code == 200
    assert AuditEvent.objects.filter(event="intake:submission:withdrawn").count() == 1


def test_withdrawing_tells_the_case_which_stays(platform: Platform, keeping: None) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    assert platform.send("POST", "/submissions/a/withdraw").status_code == 200
    assert Case.objects.get().state == "waiting"
    assert Sighting.objects.get().withdrawn_at is not None
    assert Media.objects.count() == 1


def test_erasing_leaves_a_row_that_says_so_and_the_audit_trail(platform: Platform, keeping: None) -> None:
    platform.submit("a", picture(VETTED_BYTES), uploader="u")
    events = AuditEvent.objects.count()
    assert platform.send("DELETE", "/submissions/a").status_code == 200
    row = Submission.objects.get()
    assert (row.state, row.retained, row.item, row.case, row.uploader_day) == ("erased", None, None, None, None)
    assert row.purge_at is not None
    assert not VaultObject.objects.filter(destroyed_at=None).exists()
    assert not Media.objects.exists()
    assert Sighting.objects.get().context is None
    assert Case.objects.get().state == "closed"
    assert AuditEvent.objects.count() > events
    for answer in (platform.get("a"), platform.send("DELETE", "/submissions/a"), platform.submit("a", picture(50))):
        assert answer.status_code == 410


def test_erasing_takes_what_callbacks_said_and_leaves_those_about_others(platform: Platform) -> None:
    set_address(
        client_id=platform.client_id, url="https://platform.example/hook", events=[FINISHED_EVENT], actor=OPERATOR
    )
    forget()
    for name in ("a", "b"):
        platform.submit(name, picture(50))
    assert Callback.objects.count() == 2
    Callback.objects.update(state="delivered", turn=False, finished_at=now())
    assert platform.send("DELETE", "/submissions/a").status_code == 200
    assert Callback.objects.count() == 1
    assert AuditEvent.objects.filter(event="act:callbacks:erased").count() == 1


def test_erasing_one_of_two_keeps_what_the_other_brought(platform: Platform, keeping: None) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    platform.submit("b", picture(VETTED_BYTES))
    platform.send("DELETE", "/submissions/a")
    assert Case.objects.get().state == "waiting"
    assert Media.objects.count() == 1
    assert Sighting.objects.filter(context=None).count() == 1


def test_what_the_destruction_log_names_is_erased_again_but_not_under_a_hold(platform: Platform, keeping: None) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    row = Submission.objects.get()
    hold = hold_on("submission", row.pk)
    how = how_reapplied("intake:submission:erased")
    assert how is not None
    with pytest.raises(HeldError):
        how.again(str(row.pk))
    assert Submission.objects.get().state == "finished"
    lift_hold(hold=hold, reason=LiftReason.TERM_OVER, reference="Over", by=SOMEBODY)
    assert how.again(str(row.pk))
    assert not how.again(str(row.pk))
    assert not how.again(str(row.pk + 1))
    assert Submission.objects.get().state == "erased"
    assert not VaultObject.objects.filter(destroyed_at=None).exists()
    assert Case.objects.get().state == "closed"
    assert platform.get("a").status_code == 410


def test_erasing_what_waits_destroys_its_bytes(platform: Platform) -> None:
    platform.submit("a", picture(50), wait=False)
    assert platform.send("DELETE", "/submissions/a").status_code == 200
    scan(Submission.objects.get().pk)
    assert Submission.objects.get().state == "erased"
    assert not VaultObject.objects.filter(destroyed_at=None).exists()


@pytest.mark.parametrize("kind", ["submission", "item", "case"])
def test_while_a_legal_hold_stands_nothing_goes(platform: Platform, keeping: None, kind: str) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    row = Submission.objects.get()
    number = {"submission": row.pk, "item": row.item_id, "case": row.case_id}[kind]
    hold = place_hold(
        subject=Subject(kind, str(number)), basis=HoldBasis.COURT_ORDER, reference="A matter", by=SOMEBODY
    )
    for method, path in (("DELETE", "/submissions/a"), ("POST", "/submissions/a/withdraw")):
        answer = platform.send(method, path)
        assert answer.status_code == 409
        assert body_of(answer)["type"] == "urn:lightkeeper:problem:legal-hold"
        assert "hold" in body_of(answer)["detail"]
    assert Submission.objects.get().state == "finished"
    assert VaultObject.objects.get().destroyed_at is None
    lift_hold(hold=hold.pk, reason=LiftReason.TERM_OVER, reference="Over", by=SOMEBODY)
    assert platform.send("DELETE", "/submissions/a").status_code == 200


def hold_on(kind: str, number: int | None) -> int:
    """Place a hold; gives its number."""
    subject = Subject(kind, str(number))
    return place_hold(subject=subject, basis=HoldBasis.COURT_ORDER, reference="A matter", by=SOMEBODY).pk


def lift(hold: int) -> None:
    lift_hold(hold=hold, reason=LiftReason.TERM_OVER, reference="Over", by=SOMEBODY)


def test_the_same_again_under_a_hold_is_taken_and_goes_when_the_hold_is_lifted(
    platform: Platform, keeping: None
) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    hold = hold_on("item", Submission.objects.get().item_id)
    assert platform.submit("b", picture(VETTED_BYTES)).status_code == 200
    assert platform.submit("c", picture(VETTED_BYTES), wait=False).status_code == 202
    scan(Submission.objects.latest("pk").pk)
    assert Sighting.objects.count() == 3
    assert VaultObject.objects.filter(destroyed_at=None).count() == 3
    assert destroy_owed() == 0
    lift(hold)
    assert (destroy_owed(), destroy_owed()) == (2, 0)
    assert VaultObject.objects.get(destroyed_at=None) == Media.objects.get().vault_object


def test_what_is_clear_goes_when_the_hold_on_its_submission_is_lifted(platform: Platform) -> None:
    platform.submit("a", picture(50), wait=False)
    row = Submission.objects.get()
    hold = hold_on("submission", row.pk)
    scan(row.pk)
    assert body_of(platform.get("a"))["state"] == "accepted"
    assert VaultObject.objects.get().destroyed_at is None
    lift(hold)
    assert destroy_owed() == 1
    assert VaultObject.objects.get().destroyed_because == "scan_finished"


def test_a_held_row_is_not_purged(platform: Platform) -> None:
    platform.submit("a", picture(50))
    platform.submit("b", picture(51))
    held = Submission.objects.order_by("pk")[0]
    hold = hold_on("submission", held.pk)
    Submission.objects.update(purge_at=now() - timedelta(days=1))
    assert purge() == 1
    assert Submission.objects.get().pk == held.pk
    lift(hold)
    assert (purge(), purge()) == (1, 0)


def test_nothing_is_found_under_an_id_that_was_never_there(platform: Platform) -> None:
    for method, path in (
        ("GET", "/submissions/no"),
        ("DELETE", "/submissions/no"),
        ("POST", "/submissions/no/withdraw"),
    ):
        assert platform.send(method, path).status_code == 404


def test_a_user_report_about_a_clear_item_opens_a_case(platform: Platform) -> None:
    platform.submit("a", picture(50))
    said = {"id": "r-1", "submission": "a", "reason": "contact_abuse", "note": "planted note", "reporter": "somebody"}
    answer = platform.json("/user-reports", said)
    assert (answer.status_code, body_of(answer)) == (200, {"id": "r-1", "state": "accepted"})
    case = Case.objects.get()
    assert case.reason == "user_report"
    assert case.items.get().item.kind == "picture"
    sighting = Sighting.objects.get()
    assert b"planted" not in bytes(sighting.context or b"")
    report = (context_of(sighting) or {})["report"]
    assert isinstance(report, dict)
    assert (report["note"], report["reason"]) == ("planted note", "contact_abuse")
    assert platform.json("/user-reports", said).content == answer.content
    assert Case.objects.count() == Sighting.objects.count() == 1
    assert platform.json("/user-reports", {**said, "note": "other"}).status_code == 409


def test_a_user_report_joins_the_case_that_waits(platform: Platform) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    platform.json("/user-reports", {"id": "r-1", "submission": "a", "reason": "abuse_material"})
    assert {sighting.reason for sighting in Case.objects.get().sightings.all()} == {"list_match", "user_report"}


def test_a_user_report_about_an_address(platform: Platform) -> None:
    said = {"id": "r-1", "url": LISTED_URL, "reason": "unknown", "source": "trusted_flagger"}
    assert platform.json("/user-reports", said).status_code == 200
    assert Item.objects.get().kind == "url"
    assert platform.url("u-1", LISTED_URL).status_code == 200
    assert Case.objects.count() == 1


def test_a_user_report_of_a_child_in_danger_calls_whoever_is_on_call(platform: Platform) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    assert not Case.objects.get().imminent
    said = {"id": "r-1", "submission": "a", "reason": "contact_abuse", "child_in_danger": True, "note": "planted"}
    answer = platform.json("/user-reports", said)
    assert body_of(answer) == {"id": "r-1", "state": "accepted"}
    case = Case.objects.get()
    assert case.imminent
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgent, alert.state) == ("urgent_case", True, "open")
    assert (alert.path, alert.details) == ("/alerts/", {"case": case.pk})
    assert Work.objects.get(kind="people:notify").due_at <= now()
    report = (context_of(Sighting.objects.get(reason="user_report")) or {})["report"]
    assert isinstance(report, dict)
    assert report["child_in_danger"] is True
    assert platform.json("/user-reports", said).content == answer.content
    assert Alert.objects.count() == 1
    assert platform.json("/user-reports", {**said, "child_in_danger": False}).status_code == 409
    assert platform.json("/user-reports", {**said, "id": "r-2", "child_in_danger": "true"}).status_code == 422


@pytest.mark.parametrize("about", ["never-there", "gone", "refused"])
def test_a_report_of_danger_about_something_unknown_reaches_a_person_all_the_same(
    platform: Platform, about: str
) -> None:
    platform.submit("gone", picture(50))
    platform.send("DELETE", "/submissions/gone")
    platform.submit("refused", picture(50), surface="nowhere")
    said = {"id": "r-1", "submission": about, "reason": "contact_abuse", "note": "planted"}
    quiet = platform.json("/user-reports", said)
    assert quiet.status_code in {404, 410, 422}
    assert not Alert.objects.exists()
    for name in ("r-1", "r-2"):
        answer = platform.json("/user-reports", {**said, "id": name, "child_in_danger": True})
        assert answer.status_code == quiet.status_code
        assert "on call has been told" in body_of(answer)["detail"]
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgent, alert.path) == ("danger_report", True, f"/clients/{platform.client_id}/")
    assert Work.objects.get(kind="people:notify").due_at <= now()


@pytest.mark.parametrize("number", [50, LISTED])
def test_with_rescan_days_0_a_report_is_answered_alike_whatever_was_found(
    platform: Platform, configure: Callable[..., None], number: int
) -> None:
    configure(rescan_days=0)
    platform.submit("a", picture(number))
    answer = platform.json("/user-reports", {"id": "r-1", "submission": "a", "reason": "unknown"})
    assert (answer.status_code, body_of(answer)) == (200, {"id": "r-1", "state": "accepted"})
    assert Case.objects.count() == 1


def test_a_user_report_that_says_nothing_of_danger_calls_nobody(platform: Platform) -> None:
    said = {"id": "r-1", "url": LISTED_URL, "reason": "unknown"}
    platform.json("/user-reports", said)
    platform.json("/user-reports", {**said, "id": "r-2", "child_in_danger": False})
    assert not Alert.objects.exists()


def test_a_user_report_that_cannot_be_taken(platform: Platform) -> None:
    assert platform.json("/user-reports", {"id": "r", "submission": "no", "reason": "unknown"}).status_code == 404
    both = {"id": "r", "submission": "a", "url": LISTED_URL, "reason": "unknown"}
    assert platform.json("/user-reports", both).status_code == 422
    assert platform.json("/user-reports", {"id": "r", "url": LISTED_URL, "reason": "because"}).status_code == 422
    assert not Submission.objects.exists()
