"""Legal holds: by a person, by name, with a reason; they forbid until each of them is lifted."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction

from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, Hold, Item
from lightkeeper.record.services import (
    HeldError,
    get_or_create_item,
    held,
    lift_hold,
    lift_reference_of,
    place_hold,
    reference_of,
    refuse_if_held,
)
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import Actor, ActorKind, HoldBasis, ItemKind, LiftReason, Subject

pytestmark = pytest.mark.django_db
SUBMISSION = Subject("submission", "12")


def placed(subject: Subject = SUBMISSION) -> Hold:
    return place_hold(subject=subject, basis=HoldBasis.PRESERVATION_REQUEST, reference="Ref 2026/17", by=PERSON)


def test_a_hold_stands_until_it_is_lifted_by_name() -> None:
    assert held(SUBMISSION) is None
    hold = placed()
    assert held(SUBMISSION) == hold
    assert held(Subject("submission", "13")) is None
    with pytest.raises(HeldError) as caught:
        refuse_if_held(Subject("submission", "13"), SUBMISSION)
    assert caught.value.hold == hold.pk
    lift_hold(hold=hold.pk, reason=LiftReason.RELEASED, reference="Ref 2026/18", by=PERSON)
    assert held(SUBMISSION) is None
    refuse_if_held(SUBMISSION)
    hold.refresh_from_db()
    assert (hold.lifted_by, reference_of(hold), lift_reference_of(hold)) == ("7", "Ref 2026/17", "Ref 2026/18")


def test_each_act_is_one_event_without_the_reference() -> None:
    hold = placed()
    lift_hold(hold=hold.pk, reason=LiftReason.MISTAKEN, reference="wrong one", by=PERSON)
    rows = list(AuditEvent.objects.order_by("id").values_list("event", "actor_id", "subject_id", "details"))
    assert rows == [
        (Event.RECORD_HOLD_PLACED, "7", "12", f'{{"basis":"preservation_request","hold":{hold.pk}}}'),
        (Event.RECORD_HOLD_LIFTED, "7", "12", f'{{"hold":{hold.pk},"reason":"mistaken"}}'),
    ]
    assert b"Ref 2026" not in bytes(hold.reference)


def test_lifting_one_of_two_leaves_the_other() -> None:
    first, second = placed(), placed()
    lift_hold(hold=first.pk, reason=LiftReason.CLOSED, reference="closed", by=PERSON)
    assert held(SUBMISSION) == second


@pytest.mark.parametrize(
    "actor", [Actor.system(), Actor.operator(), Actor(ActorKind.CLIENT, "3"), Actor(ActorKind.PERSON)]
)
def test_only_a_person_by_name(actor: Actor) -> None:
    with pytest.raises(ValueError, match="by a person, by name"):
        place_hold(subject=SUBMISSION, basis=HoldBasis.DISPUTE, reference="x", by=actor)
    hold = placed()
    with pytest.raises(ValueError, match="by a person, by name"):
        lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="x", by=actor)
    assert held(SUBMISSION) == hold


@pytest.mark.parametrize("reference", ["", "   ", "x" * 201])
def test_a_reference_is_needed(reference: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        place_hold(subject=SUBMISSION, basis=HoldBasis.DISPUTE, reference=reference, by=PERSON)


@pytest.mark.parametrize("kind", ["item", "submission", "case"])
@pytest.mark.parametrize("number", ["99999", "x", "", "0", "-12", "1.5", "٣", "9" * 19, "9" * 40])
def test_what_is_not_there_cannot_be_held(kind: str, number: str) -> None:
    with pytest.raises(ValueError, match=f"There is no {kind} of this number"):
        placed(Subject(kind, number))
    assert not Hold.objects.exists()
    assert not AuditEvent.objects.exists()


def test_only_what_is_kept_can_be_held() -> None:
    with pytest.raises(ValueError, match="not a valid"):
        placed(Subject("person", "1"))


def test_a_number_with_zeros_before_it_holds_the_row_that_is_meant() -> None:
    hold = placed(Subject("submission", "0012"))
    assert held(SUBMISSION) == hold


def test_lifting_twice_or_nothing_is_refused() -> None:
    hold = placed()
    lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="x", by=PERSON)
    with pytest.raises(ValueError, match="already"):
        lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="x", by=PERSON)
    with pytest.raises(ValueError, match="no such hold"):
        lift_hold(hold=hold.pk + 1, reason=LiftReason.CLOSED, reference="x", by=PERSON)


@pytest.mark.parametrize("change", [{"lifted_by": "7"}, {"lift_reason": "closed"}, {"placed_by": ""}])
def test_the_database_refuses_half_a_lifting(change: dict[str, str]) -> None:
    hold = placed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(**change)


def test_an_item_is_one_row_however_often_it_comes() -> None:
    digest, index = hashlib.sha256(b"a").digest(), hashlib.sha256(b"u").digest()
    first = get_or_create_item(kind=ItemKind.PICTURE, sha256=digest, size=1)
    assert get_or_create_item(kind=ItemKind.PICTURE, sha256=digest, size=1) == first
    url = get_or_create_item(kind=ItemKind.URL, url_index=index)
    assert get_or_create_item(kind=ItemKind.URL, url_index=index) == url
    assert Item.objects.count() == 2
    assert placed(Subject("item", str(url.pk))).content is None


@pytest.mark.parametrize(
    ("kind", "sha256", "url_index", "size"),
    [
        (ItemKind.URL, b"x" * 32, None, None), (ItemKind.PICTURE, None, b"x" * 32, 1),
        (ItemKind.PICTURE, b"x" * 32, None, None),
        (ItemKind.URL, b"x" * 32, b"x" * 32, 1), (ItemKind.URL, None, b"short", None), (ItemKind.VIDEO, b"", None, 0),
    ],
)  # fmt: skip
def test_half_an_item_is_refused(
    kind: ItemKind, sha256: bytes | None, url_index: bytes | None, size: int | None
) -> None:
    with pytest.raises(ValueError, match="is an item|are an item|is one|32 bytes|have a size"):
        get_or_create_item(kind=kind, sha256=sha256, url_index=url_index, size=size)
