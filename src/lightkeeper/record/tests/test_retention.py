"""Clocks start, are extended by name, and on the day what they cover is destroyed once, with a proof."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now

from lightkeeper.record import keepers, proofs
from lightkeeper.record.clocks import clocks_on, day_of, keep_longer, note_of, start_clocks
from lightkeeper.record.dated_destruction import destroy_case_again, destroy_due
from lightkeeper.record.models import AuditEvent, DestructionProof, Hold, RetentionClock
from lightkeeper.record.policy import PolicyValues, faults
from lightkeeper.record.preservation import TERMS
from lightkeeper.record.retention_rules import BY_CODE, JURISDICTIONS, RULES, due, rules_for
from lightkeeper.record.retention_types import Blocked, Bound, Cause, Destroyed, ExtensionBasis, Related
from lightkeeper.record.services import change_policy, lift_hold, place_hold, seal_pending
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import Actor, DestructionReason, HoldBasis, LiftReason, Subject

CASE, REPORT = Subject("case", "12"), Subject("report", "4")


class Room:
    """A room above that keeps one thing of each case."""

    def __init__(self) -> None:
        self.there, self.destroyed = 1, list[tuple[int, str]]()
        self.waits: Blocked | None = None
        self.dies = False

    def related(self, number: int) -> Related:
        return Related((REPORT,), (b"content %d" % number,), self.waits)

    def destroy(self, number: int, reason: DestructionReason) -> Destroyed:
        self.destroyed.append((number, reason.value))
        if self.dies:
            raise RuntimeError("killed")
        return Destroyed({"things": self.there}, (("a-uuid", "aa"),) if self.there else ())


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    made = Room()
    monkeypatch.setattr(keepers, "_KEEPERS", {"room": keepers.Keeper(made.related, made.destroy)})
    return made


def events(name: str) -> list[dict[str, Any]]:
    rows = AuditEvent.objects.filter(event=f"record:{name}").order_by("pk")
    return [json.loads(row.details) for row in rows]


def overdue(**wanted: Any) -> None:
    RetentionClock.objects.filter(**wanted).update(due_at=now() - timedelta(minutes=1))


def test_rules_say_whose_law_they_are_and_how_long() -> None:
    assert set(BY_CODE) == {rule.code for rule in RULES}
    assert {rule.jurisdiction for rule in RULES} == {"", *JURISDICTIONS}
    assert {rule.code for rule in RULES if not rule.confirmed} == {
        "nca_content_1y", "nca_ref_5y", "eu_12m", "eu_unfounded",
    }  # fmt: skip
    assert (TERMS["ncmec"].law, TERMS["nca"].years) == ("18 USC 2258A(h)(1)", 1)
    began, policy = datetime(2026, 11, 23, 15, 0, tzinfo=UTC), PolicyValues()
    dues = {rule.code: due(rule, began, policy) for rule in RULES}
    assert dues == {
        "ncmec_1y": datetime(2027, 11, 25, tzinfo=UTC),
        "nca_content_1y": datetime(2027, 11, 25, tzinfo=UTC),
        "nca_ref_5y": datetime(2031, 11, 25, tzinfo=UTC),
        "eu_12m": datetime(2027, 11, 23, tzinfo=UTC),
        "eu_unfounded": began,
        "tos_min": began + timedelta(days=180),
        "own_unfounded": began,
    }
    assert due(BY_CODE["eu_12m"], datetime(2028, 2, 29, tzinfo=UTC), policy) == datetime(2029, 2, 28, tzinfo=UTC)
    only_ours = PolicyValues(jurisdictions=())
    assert [rule.code for rule in rules_for(Cause.FOUNDED, only_ours)] == ["tos_min"]
    assert [rule.code for rule in rules_for(Cause.RECEIPT, policy, "nca")] == ["nca_content_1y", "nca_ref_5y"]
    assert rules_for(Cause.RECEIPT, only_ours, "ncmec") == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("jurisdictions", ("fr",), "jurisdictions"), ("jurisdictions", "us", "jurisdictions"),
        ("jurisdictions", ("us", "us"), "jurisdictions"), ("keep_days", 0, "keep_days"),
        ("keep_unfounded_days", 366, "keep_unfounded_days"), ("report_holds_end", 1, "report_holds_end"),
    ],
)  # fmt: skip
def test_values_of_the_policy_are_checked(name: str, value: object, says: str) -> None:
    found = faults(PolicyValues(**{name: value}))  # type: ignore[arg-type]
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.django_db
def test_a_moment_starts_its_clocks_once_by_the_policy_of_that_moment() -> None:
    policy = change_policy({"keep_days": 30}, reason="Less.", actor=PERSON)
    started = start_clocks(CASE, Cause.FOUNDED)
    assert [(one.rule, one.bound, one.policy) for one in started] == [
        ("eu_12m", "at_most", policy.version), ("tos_min", "at_most", policy.version),
    ]  # fmt: skip
    assert start_clocks(CASE, Cause.FOUNDED) == []
    assert [one["rule"] for one in events("clock:started")] == ["eu_12m", "tos_min"]
    assert day_of(started) == started[1].due_at == started[1].began_at + timedelta(days=30)
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionClock.objects.create(
            subject_kind="case", subject_id="12", rule="tos_min", cause="founded", covers="content", bound="at_most",
            policy=0, due_at=now(),
        )  # fmt: skip


@pytest.mark.django_db
def test_on_its_day_it_is_destroyed_once_with_a_proof_that_the_trail_binds(room: Room) -> None:
    start_clocks(CASE, Cause.FOUNDED)
    start_clocks(Subject("case", "13"), Cause.UNFOUNDED)
    assert (destroy_due(), room.destroyed) == (1, [(13, "unfounded")])
    overdue(rule="tos_min")
    assert (destroy_due(), destroy_due()) == (1, 0)
    assert room.destroyed[1:] == [(12, "retention_over")]
    assert not RetentionClock.objects.exclude(state="destroyed").exists()
    seal_pending()
    proof = DestructionProof.objects.get(subject_id="12")
    given = proofs.exported(proof)
    assert (given["rule"], given["counts"], given["objects"]) == ("tos_min", {"things": 1}, [["a-uuid", "aa"]])
    assert given["audit"]["position"] >= 1
    said = {name: value for name, value in given.items() if name not in {"audit", "digest"}}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == given["digest"]  # as docs/retention.md tells others to check it
    assert events("case:destroyed")[1]["digest"] == given["digest"] == proofs.digest_of(proof)
    for change in (lambda: proof.delete(), lambda: DestructionProof.objects.update(rule="eu_12m")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    proof.counts = '{"things":2}'
    assert proofs.exported(proof)["audit"] is None


@pytest.mark.django_db
def test_what_the_law_asks_to_keep_wins_and_a_hold_wins_over_all(room: Room) -> None:
    start_clocks(CASE, Cause.UNFOUNDED)
    start_clocks(REPORT, Cause.RECEIPT, authority="ncmec")
    assert day_of(clocks_on([CASE, REPORT])) == RetentionClock.objects.get(rule="ncmec_1y").due_at
    for _ in range(2):
        assert destroy_due() == 0
    overdue(rule="ncmec_1y")
    hold = place_hold(subject=CASE, basis=HoldBasis.COURT_ORDER, reference="A matter", by=PERSON)
    for _ in range(2):
        assert destroy_due() == 0
    clock = RetentionClock.objects.get(rule="eu_unfounded")
    assert (clock.blocked, clock.hold, clock.state) == ("hold", hold, "running")
    lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="Over", by=PERSON)
    room.waits = Blocked.REPORT
    assert (destroy_due(), room.destroyed) == (0, [])
    room.waits = None
    assert destroy_due() == 1
    why = [(one["why"], one["hold"]) for one in events("clock:blocked") if one["rule"] == "eu_unfounded"]
    assert why == [("kept", None), ("hold", hold.pk), ("report", None)]


@pytest.mark.django_db
def test_the_hold_of_a_report_ends_with_its_term_unless_the_policy_says_otherwise(room: Room) -> None:
    start_clocks(CASE, Cause.UNFOUNDED)
    hold = place_hold(subject=CASE, basis=HoldBasis.REPORT_FILED, reference="ncmec 4711", by=PERSON)
    assert destroy_due() == 0
    Hold.objects.update(placed_at=now() - timedelta(days=400))
    change_policy({"report_holds_end": False}, reason="A person looks.", actor=PERSON)
    assert destroy_due() == 0
    change_policy({"report_holds_end": True}, reason="By itself.", actor=PERSON)
    assert destroy_due() == 1
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lift_reason) == ("system", "term_over")
    last = AuditEvent.objects.get(event="record:hold:lifted")
    assert (last.actor_kind, last.subject_id) == ("system", "12")


@pytest.mark.django_db
def test_a_person_keeps_it_longer_by_name_and_never_in_silence(room: Room) -> None:
    start_clocks(CASE, Cause.UNFOUNDED)
    until = now() + timedelta(days=90)
    asked: dict[str, Any] = {"case": 12, "until": until, "basis": ExtensionBasis.APPEAL, "note": "Ref 7", "by": PERSON}
    for change, says in (
        ({"by": Actor.system()}, "by a person"), ({"note": " "}, "Say why"), ({"case": 13}, "No clock runs"),
        ({"until": now()}, "must be later"), ({"until": now() + timedelta(days=2000)}, "five years"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=says):
            keep_longer(**{**asked, **change})
    made = keep_longer(**asked)
    assert (note_of(made), made.placed_by, made.bound) == ("Ref 7", PERSON.id, Bound.AT_LEAST)
    assert b"Ref 7" not in bytes(made.note or b"")
    assert events("clock:extended") == [
        {"clock": made.pk, "basis": "appeal", "until": f"{until:%Y-%m-%d}", "policy": 0}
    ]
    assert (destroy_due(), day_of(clocks_on([CASE]))) == (0, until)
    with pytest.raises(ValueError, match="must be later"):
        keep_longer(**asked)
    keep_longer(**{**asked, "until": until + timedelta(days=1)})
    overdue(rule="extension")
    assert destroy_due() == 1
    with pytest.raises(ValueError, match="No clock runs"):
        keep_longer(**asked)


@pytest.mark.django_db
def test_a_run_that_dies_leaves_all_or_nothing_and_the_next_goes_on(room: Room) -> None:
    for number in (12, 13):
        start_clocks(Subject("case", str(number)), Cause.UNFOUNDED)
    room.dies = True
    with pytest.raises(RuntimeError):
        destroy_due()
    assert not DestructionProof.objects.exists()
    room.dies = False
    assert destroy_due() == 2
    assert DestructionProof.objects.count() == 2


@pytest.mark.django_db
def test_a_restore_destroys_again_what_the_log_names_whatever_stood_when_the_backup_was_made(room: Room) -> None:
    hold = place_hold(subject=CASE, basis=HoldBasis.COURT_ORDER, reference="A matter", by=PERSON)
    start_clocks(CASE, Cause.FOUNDED)
    room.waits = Blocked.OPEN
    assert destroy_case_again("12")
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lift_reason) == ("operator", "lifted_before")
    assert (DestructionProof.objects.get().rule, RetentionClock.objects.filter(state="running").count()) == ("again", 0)
    room.there = 0
    assert not destroy_case_again("12")
