"""A conversation comes before a person once: later findings join its open case and add what they know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from lightkeeper.people.models import Alert
from lightkeeper.review.conversations.opening import MOST_EVIDENCE, packed, unpacked
from lightkeeper.review.conversations.tests.made import BEGAN, found, item_of, message_id, pair, signal
from lightkeeper.review.keeping import context_of
from lightkeeper.review.models import Case, Sighting
from lightkeeper.review.types import CaseReason, Exposure, Severity

pytestmark = pytest.mark.django_db


def test_a_finding_opens_a_case_of_text() -> None:
    ref = found()
    case = Case.objects.get(pk=ref.id)
    assert ref.opened
    assert (case.reason, case.exposure, case.severity) == (CaseReason.CONVERSATION, Exposure.TEXT, Severity.MEDIUM)
    assert not case.imminent
    assert case.due_at == case.opened_at + timedelta(hours=72)


def test_a_later_finding_joins_and_adds() -> None:
    first = found()
    second = found(
        conversation="chat-2", band="urgent", score=0.9, signals=[signal("secrecy_request", "m7"), signal("gift_offer")]
    )
    assert (second.id, second.opened) == (first.id, False)
    item = item_of(first)
    assert sorted(item.signals.values_list("signal", flat=True)) == ["gift_offer", "secrecy_request"]
    both = unpacked(bytes(item.signals.get(signal="secrecy_request").evidence))
    assert both == (message_id("m2"), message_id("m7"))
    context = context_of(Sighting.objects.get(case_item=item)) or {}
    assert context["conversation_ids"] == ["chat-1", "chat-2"]
    assert (item.conversation.band, item.conversation.findings) == ("urgent", 2)


def test_what_is_seen_in_words_and_without_them_stands_apart() -> None:
    spoken, acted = signal("gift_offer", "m1"), replace(signal("gift_offer", "a1"), family="contact", contribution=0.6)
    ref = found(signals=[spoken, acted])
    found(signals=[replace(spoken, contribution=0.9), acted])
    kept = [
        (row.family, row.contribution, unpacked(bytes(row.evidence))) for row in item_of(ref).signals.order_by("family")
    ]
    assert kept == [("contact", 0.6, (message_id("a1"),)), ("phrase", 0.9, (message_id("m1"),))]


def test_the_other_direction_and_the_other_client_are_other_cases() -> None:
    refs = [found(), found(pair=pair("bo", "ann")), found(client=2)]
    assert len({ref.id for ref in refs}) == 3


@pytest.mark.parametrize("values", [{"band": "urgent"}, {"imminent": True}])
def test_danger_calls_whoever_is_on_call(values: dict[str, Any]) -> None:
    ref = found(**values)
    case = Case.objects.get(pk=ref.id)
    assert case.imminent
    assert case.severity == Severity.CRITICAL
    assert Alert.objects.filter(urgent=True).count() == 1


def test_no_other_band_comes_before_a_person() -> None:
    with pytest.raises(ValueError, match="bands"):
        found(band="watch")
    assert not Case.objects.exists()


def test_nothing_that_names_anybody_is_kept_in_clear() -> None:
    ref = found(conversation="planted-conversation-name")
    row = Sighting.objects.get(case_id=ref.id)
    assert b"planted" not in bytes(row.context or b"")


def test_evidence_is_bounded_and_each_message_stands_once() -> None:
    ids = [message_id(f"m{number}") for number in range(MOST_EVIDENCE + 5)]
    assert unpacked(packed([*ids, ids[-1]])) == tuple(ids[-MOST_EVIDENCE:])
    assert BEGAN.tzinfo is not None


@pytest.mark.django_db(transaction=True)
def test_findings_that_come_at_once_end_in_one_case() -> None:
    def come() -> None:
        try:
            found()
        finally:
            connection.close()

    both = [Thread(target=come) for _ in range(3)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert Case.objects.count() == 1
    assert item_of(found()).conversation.findings == 4
