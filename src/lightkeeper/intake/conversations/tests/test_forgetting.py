"""What is kept goes: by person when a platform asks, by day when its time is over; counts name nobody."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from lightkeeper.detect.conversations.keys import Key, KeyKind, pair_key
from lightkeeper.detect.conversations.pair import PairState
from lightkeeper.detect.conversations.recipient import RecipientState
from lightkeeper.detect.conversations.sender import Contact, SenderState
from lightkeeper.intake.conversations import rows
from lightkeeper.intake.conversations.models import ConversationCase, ConversationEvent, ConversationState
from lightkeeper.intake.conversations.purging import purge_conversations
from lightkeeper.intake.conversations.tests.talking import CountingEngine, counted, message, send
from lightkeeper.intake.tests.platform import Platform
from lightkeeper.people.tests.clients_made import details_of
from lightkeeper.record.conversation_ids import keyed
from lightkeeper.record.events import Event
from lightkeeper.record.models import Hold
from lightkeeper.review.models import Case, Sighting


def erase(platform: Platform, person: str) -> tuple[int, Any]:
    response = platform.send("DELETE", f"/conversations/persons/{person}")
    return response.status_code, json.loads(response.content)


@pytest.mark.usefixtures("counting")
def test_a_person_is_erased_with_pairs_and_ids_and_others_stay(platform: Platform) -> None:
    send(platform, message(1), message(2, sender="kim", recipients=["sam"]), message(3, recipients=["alex"]))
    account = {"type": "account", "id": "a1", "ts": "2024-11-20T18:00:00Z", "person": "kim", "age_band": "u13"}
    send(platform, account)
    assert erase(platform, "kim") == (200, {"id": "kim", "state": "erased"})
    kim, sam = (keyed(platform.client_id, "person", name) for name in ("kim", "sam"))
    kept = [bytes(key) for key in ConversationState.objects.values_list("key", flat=True)]
    assert not [key for key in kept if kim in key]
    assert [key for key in kept if sam in key]
    assert not ConversationEvent.objects.filter(person=kim).exists()
    assert ConversationEvent.objects.filter(person=sam).exists()
    assert details_of(Event.INTAKE_CONVERSATION_PERSON_ERASED) == [{"states": 3, "events": 2}]
    assert send(platform, message(2, sender="kim", recipients=["sam"]))[1]["accepted"] == 1


@pytest.mark.usefixtures("counting")
def test_somebody_unknown_is_answered_in_the_same_way(platform: Platform) -> None:
    assert erase(platform, "nobody") == (200, {"id": "nobody", "state": "erased"})


def test_their_trace_in_the_rows_of_others_goes_too(platform: Platform) -> None:
    kim, sam, alex = (keyed(platform.client_id, "person", name) for name in ("kim", "sam", "alex"))
    sender, recipient = SenderState(), RecipientState()
    for one in (kim, alex):
        sender.put(one, Contact(1, 0, 0, 0))
        recipient.put(one, 1_000)
    made = {
        Key(KeyKind.SENDER, sam): sender.pack(),
        Key(KeyKind.RECIPIENT, sam): recipient.pack(),
        pair_key(sam, kim): PairState().pack(),
    }
    with transaction.atomic():
        rows.write(made, {}, at=now(), expires_on=now().date())
    assert erase(platform, "kim")[0] == 200
    left = rows.read(set(made))
    assert set(SenderState.unpack(left[Key(KeyKind.SENDER, sam)]).contacts) == {alex[:6]}
    assert set(RecipientState.unpack(left[Key(KeyKind.RECIPIENT, sam)]).senders) == {alex}
    assert pair_key(sam, kim) not in left


def found(platform: Platform, *, band: str = "review") -> Any:
    """A finding about sam and kim, as the engine gives one."""
    sam, kim = (keyed(platform.client_id, "person", name) for name in ("sam", "kim"))
    at = 1_763_661_600_000
    reason = SimpleNamespace(
        signal="secrecy_request", family=SimpleNamespace(value="phrase"), contribution=2.0,
        evidence=(keyed(platform.client_id, "message", "m1"),), first_at=at, last_at=at,
    )  # fmt: skip
    return SimpleNamespace(
        sender=sam, recipient=kim, conversation=keyed(platform.client_id, "conversation", "c1"), at=at,
        band=SimpleNamespace(value=band), score=3.0, reasons=(reason,), peers=False, fast=False, degraded=(),
        engine="conversations-1", settings="as-shipped",
    )  # fmt: skip


def test_a_finding_opens_one_case_and_watch_opens_none(platform: Platform, counting: CountingEngine) -> None:
    counting.findings = (found(platform, band="watch"),)
    send(platform, message(1))
    assert not Case.objects.exists()
    counting.findings = (found(platform),)
    send(platform, message(2))
    send(platform, message(3))
    assert Case.objects.count() == 1
    assert ConversationCase.objects.count() == 1
    assert b"hello" not in bytes(Sighting.objects.get().context or b"")


def test_what_a_case_keeps_goes_unless_a_hold_stands(platform: Platform, counting: CountingEngine) -> None:
    counting.findings = (found(platform),)
    send(platform, message(1))
    case = Case.objects.get()
    hold = Hold.objects.create(
        subject_kind="case", subject_id=str(case.pk), basis="court_order", reference=b"x", placed_by="1"
    )
    assert erase(platform, "sam") == (200, {"id": "sam", "state": "held"})
    assert Sighting.objects.get().context is not None
    Hold.objects.filter(pk=hold.pk).update(
        lifted_at=now(), lifted_by="1", lift_reason="closed", lift_reference=b"x"
    )  # fmt: skip
    assert erase(platform, "kim") == (200, {"id": "kim", "state": "erased"})
    assert Sighting.objects.get().context is None
    assert not ConversationCase.objects.exists()


@pytest.mark.usefixtures("counting")
def test_what_has_run_out_of_time_is_destroyed_and_what_was_heard_of_again_is_not(platform: Platform) -> None:
    send(platform, message(1), message(2, recipients=["alex"]))
    ConversationState.objects.update(expires_on=now().date() - timedelta(days=1))
    ConversationEvent.objects.update(expires_on=now().date() - timedelta(days=1))
    send(platform, message(3))
    before = ConversationState.objects.count()
    assert purge_conversations() > 0
    assert list(counted().values()) == [2]
    assert ConversationEvent.objects.count() == 1
    assert ConversationState.objects.count() < before
    assert len(details_of(Event.INTAKE_CONVERSATIONS_PURGED)) == 1
    assert purge_conversations() == 0
    assert len(details_of(Event.INTAKE_CONVERSATIONS_PURGED)) == 1


@pytest.mark.usefixtures("counting")
def test_rows_last_as_long_as_policy_says(platform: Platform) -> None:
    send(platform, message(1))
    days = set(ConversationState.objects.values_list("expires_on", flat=True))
    assert days == {now().date() + timedelta(days=90)}


def test_the_database_takes_no_row_of_more_than_2048_bytes(db: None) -> None:
    key = Key(KeyKind.SENDER, bytes(16))
    with transaction.atomic():
        rows.write({key: bytes(2048)}, {}, at=now(), expires_on=now().date())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.write({key: bytes(2049)}, {}, at=now(), expires_on=now().date())
