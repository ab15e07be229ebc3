"""Cases: one that waits for each item, whoever brings it up; withdrawn, erased, held, and in a hurry."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from lightkeeper.people.alert_types import AlertState, Channel
from lightkeeper.people.alerts import acknowledge_alert
from lightkeeper.people.models import Alert, Person
from lightkeeper.people.on_call import add_contact, notify
from lightkeeper.record.errors import HeldError
from lightkeeper.record.models import AuditEvent, OwedDestruction, VaultObject
from lightkeeper.record.services import destroy_owed, lift_hold, place_hold
from lightkeeper.record.types import Actor, ActorKind, HoldBasis, LiftReason, Subject
from lightkeeper.review import danger
from lightkeeper.review.models import Case, CaseItem, Finding, Media, Sighting
from lightkeeper.review.opening import DERIVE
from lightkeeper.review.queries import public_id, waiting
from lightkeeper.review.services import context_of, erase_from_case, withdraw_case
from lightkeeper.review.states import GRADE_MOVES, ITEM_MOVES, GradeState, ItemState
from lightkeeper.review.tests.making import CLIENT, finding, item, opened, original, source
from lightkeeper.review.types import CaseReason, MediaKind
from lightkeeper.runtime.models import Work

pytestmark = pytest.mark.django_db
SUPERVISOR = Actor(ActorKind.PERSON, "7", "supervisor")


def events(event: str) -> list[dict[str, object]]:
    rows = AuditEvent.objects.filter(event=event).order_by("pk")
    return [json.loads(row.details) for row in rows]


def test_every_state_has_its_moves_and_settled_is_the_end() -> None:
    assert set(ITEM_MOVES) == set(ItemState)
    assert not ITEM_MOVES[ItemState.SETTLED]
    assert set(GRADE_MOVES) == set(GradeState)


def test_a_new_item_opens_a_case_with_what_came_sealed() -> None:
    ref = opened(original=original(b"drawing"))
    assert ref.opened
    assert (public_id(ref.id), waiting()) == (ref.public, 1)
    case = Case.objects.get()
    assert (case.state, case.reason, case.imminent) == ("waiting", "list_match", False)
    assert context_of(Sighting.objects.get()) == {"number": 1}
    found = Finding.objects.get()
    assert (found.list_name, found.entry, found.distance) == ("a list", 1, 12)
    assert b"planted" not in bytes(found.sealed)
    assert Media.objects.get().kind == MediaKind.ORIGINAL
    assert Work.objects.filter(kind=DERIVE, subject=case.items.get().pk).count() == 1
    assert events("review:case:opened") == [{"findings": 1, "imminent": False, "reason": "list_match"}]


def test_the_same_item_joins_the_case_that_waits() -> None:
    first = opened(original=original(b"drawing"))
    second = opened(
        number=2, reason=CaseReason.USER_REPORT, findings=[finding(), finding(2)], original=original(b"drawing")
    )
    assert (second.id, second.public, second.opened) == (first.id, first.public, False)
    assert Case.objects.get().reason == "list_match"
    assert set(Sighting.objects.values_list("reason", flat=True)) == {"list_match", "user_report"}
    assert set(Finding.objects.values_list("entry", flat=True)) == {1, 2}
    assert Media.objects.count() == 1
    assert VaultObject.objects.exclude(destroyed_at=None).get().destroyed_because == "superseded"
    assert Work.objects.filter(kind=DERIVE).count() == 1
    assert len(events("review:case:joined")) == 1


def test_the_same_submission_again_is_one_sighting() -> None:
    opened()
    opened()
    assert (Sighting.objects.count(), Finding.objects.count()) == (1, 1)


def test_another_item_has_a_case_of_its_own() -> None:
    assert opened(b"one").id != opened(b"two").id


def test_a_closed_case_is_not_joined() -> None:
    first = opened()
    CaseItem.objects.update(state=ItemState.SETTLED, settled_at=now())
    Case.objects.update(state="closed", closed_at=now())
    second = opened(number=2)
    assert second.opened
    assert second.id != first.id
    assert waiting() == 1


def test_one_item_cannot_be_open_in_two_cases() -> None:
    opened()
    other = opened(b"other")
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseItem.objects.create(case_id=other.id, item=item(b"drawing"), position=2, added_at=now())


def test_withdrawing_tells_the_case_which_stays() -> None:
    ref = opened()
    opened(number=2)
    withdraw_case(case_id=ref.id, source=source(1), actor=CLIENT)
    at = Sighting.objects.get(source=source(1)).withdrawn_at
    withdraw_case(case_id=ref.id, source=source(1), actor=CLIENT)
    assert at is not None
    assert Sighting.objects.get(source=source(1)).withdrawn_at == at
    assert Sighting.objects.get(source=source(2)).withdrawn_at is None
    assert waiting() == 1


def test_erasing_takes_the_bytes_with_the_last_and_closes_the_case() -> None:
    ref = opened(original=original(b"drawing"))
    opened(number=2)
    erase_from_case(case_id=ref.id, source=source(1), actor=CLIENT)
    assert (waiting(), Media.objects.count()) == (1, 1)
    erase_from_case(case_id=ref.id, source=source(2), actor=CLIENT)
    case = Case.objects.get()
    assert case.state == "closed"
    assert case.closed_at is not None
    assert not Media.objects.exists()
    assert VaultObject.objects.get().destroyed_because == "erased"
    assert all(context_of(row) is None for row in Sighting.objects.all())
    assert events("review:sighting:erased") == [{"last": False}, {"last": True}]


def test_under_a_hold_nothing_is_erased_and_what_is_not_needed_is_owed() -> None:
    ref = opened(original=original(b"drawing"))
    hold = place_hold(
        subject=Subject("item", str(item(b"drawing").pk)), basis=HoldBasis.COURT_ORDER, reference="A", by=SUPERVISOR
    )
    joined = opened(number=2, original=original(b"drawing"))
    assert joined.id == ref.id
    assert OwedDestruction.objects.get().reason == "superseded"
    erase_from_case(case_id=ref.id, source=source(1), actor=CLIENT)
    with pytest.raises(HeldError), transaction.atomic():
        erase_from_case(case_id=ref.id, source=source(2), actor=CLIENT)
    assert not VaultObject.objects.exclude(destroyed_at=None).exists()
    lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="A", by=SUPERVISOR)
    assert destroy_owed() == 1
    kept = VaultObject.objects.get(destroyed_at=None)
    assert Media.objects.get().vault_object == kept


@pytest.mark.parametrize("on", ["opening", "joining"])
def test_a_child_in_danger_marks_the_case_and_reaches_on_call_at_once(on: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    monkeypatch.setattr(danger, "now", lambda: at)
    person = Person.objects.create(email="a@lightkeeper.test", name="A", role="supervisor")
    add_contact(
        person=person, channel=Channel.EMAIL, address="a@lightkeeper.test", escalate_minutes=15, actor=SUPERVISOR
    )
    if on == "joining":
        opened()
        assert not Alert.objects.exists()
    ref = opened(number=2, reason=CaseReason.USER_REPORT, imminent=True)
    opened(number=3)
    opened(number=4, reason=CaseReason.USER_REPORT, imminent=True)
    assert Case.objects.get().imminent
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgent, alert.details) == ("urgent_case", True, {"case": ref.id})
    told = Work.objects.get(kind="people:notify")
    assert told.due_at <= now()
    notify(alert.pk)
    (message,) = mail.outbox
    assert message.subject == "Lightkeeper: urgent"
    assert f"/alerts/{alert.pk}/" in message.body
    assert "planted" not in message.body


def test_another_day_calls_again_though_somebody_took_the_first_call_up(monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    person = Person.objects.create(email="a@lightkeeper.test", name="A", role="supervisor")
    for number, day in enumerate((0, 0, 1)):
        monkeypatch.setattr(danger, "now", lambda day=day: at + timedelta(days=day))
        opened(number=number, reason=CaseReason.USER_REPORT, imminent=True)
        for alert in Alert.objects.filter(state=AlertState.OPEN):
            acknowledge_alert(alert_id=alert.pk, by=person, actor=SUPERVISOR)
    assert Alert.objects.count() == 2


def test_who_is_in_danger_comes_first() -> None:
    opened(b"one")
    second = opened(b"two", imminent=True)
    assert Case.objects.filter(state="waiting").order_by("-imminent", "opened_at")[0].pk == second.id
