"""An alert is raised once while it is open, goes through the rota in order, and ends when a person says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from lightkeeper.people import on_call
from lightkeeper.people.alert_queries import on_call as standing
from lightkeeper.people.alert_types import ALERT_MOVES, AlertError, AlertKind, AlertState, Channel, DeliveryState
from lightkeeper.people.alerts import NOTIFY, acknowledge_alert, close_alert, raise_alert
from lightkeeper.people.models import Alert, AlertDelivery, Contact, Person
from lightkeeper.people.on_call import ROUNDS, add_contact, move_contact, notify, remove_contact
from lightkeeper.people.tests.clients_made import OPERATOR, details_of
from lightkeeper.record.events import Event
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import OutboundFailed, Response, verify

pytestmark = pytest.mark.django_db


def person(name: str) -> Person:
    return Person.objects.create(email=f"{name}@lightkeeper.test", name=name, role="supervisor")


def contact(name: str, *, minutes: int = 15) -> Contact:
    return add_contact(
        person=person(name),
        channel=Channel.EMAIL,
        address=f"{name}@lightkeeper.test",
        escalate_minutes=minutes,
        actor=OPERATOR,
    )[0]


def alert(key: str = "vault", *, urgent: bool = True) -> int:
    return raise_alert(AlertKind.VAULT_DAMAGE, key=key, urgent=urgent, path="/audit/", details={"damage": "missing"})


def planned() -> list[Work]:
    return list(Work.objects.filter(kind=NOTIFY).order_by("pk"))


def test_while_it_is_open_an_alert_is_raised_once() -> None:
    first = alert()
    assert alert() == first
    assert Alert.objects.get().times == 1
    Alert.objects.update(
        raised_at=timezone.now() - timedelta(hours=1), last_raised_at=timezone.now() - timedelta(minutes=2)
    )
    assert alert() == first
    assert Alert.objects.get().times == 2
    assert len(planned()) == 1
    assert details_of(Event.PEOPLE_ALERT_RAISED) == [{"kind": "vault_damage", "urgent": True}]


def test_after_it_was_closed_it_is_a_new_alert() -> None:
    first = alert()
    close_alert(alert_id=first, actor=OPERATOR)
    assert alert() != first


def test_the_database_too_has_one_open_alert_of_a_key() -> None:
    alert()
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(kind="vault_damage", key="vault", urgent=True, path="/audit/")


def test_content_cannot_enter_an_alert() -> None:
    with pytest.raises(ValueError, match="codes"):
        raise_alert(AlertKind.PROBING, key="a", urgent=False, path="/audit/", details={"name": "Holiday in Spain.jpg"})
    with pytest.raises(ValueError, match="console"):
        raise_alert(AlertKind.PROBING, key="a", urgent=False, path="https://elsewhere.example/")
    with pytest.raises(ValueError, match="console"):
        raise_alert(AlertKind.PROBING, key="a", urgent=False, path="//elsewhere.example/")


def test_what_is_sent_is_a_link_and_nothing_else(settings: Any) -> None:
    contact("first")
    number = alert("planted-key")
    notify(number)
    sent = mail.outbox[0]
    assert sent.to == ["first@lightkeeper.test"]
    assert sent.subject == "Lightkeeper: urgent"
    assert f"{settings.LIGHTKEEPER['public_url']}/alerts/{number}/" in sent.body
    for word in ("vault", "damage", "missing", "planted"):
        assert word not in (sent.subject + sent.body).lower()


def test_contacts_are_told_one_after_the_other_then_from_the_start_and_not_for_ever() -> None:
    for name in ("first", "second"):
        contact(name)
    number = alert()
    for _ in range(2 * ROUNDS + 3):
        notify(number)
        notify(number)  # too early: nothing happens
        Alert.objects.update(next_at=timezone.now())
    assert [one.to[0].split("@")[0] for one in mail.outbox] == ["first", "second"] * ROUNDS
    assert Alert.objects.get().unanswered_at is not None
    assert details_of(Event.PEOPLE_ALERT_UNANSWERED) == [{"steps": 2 * ROUNDS}]
    assert standing().unanswered == 1


def test_the_next_contact_is_planned_for_when_the_minutes_of_this_one_are_over() -> None:
    contact("first", minutes=7)
    contact("second")
    notify(alert())
    work = planned()[-1]
    assert timedelta(minutes=6, seconds=50) < work.due_at - timezone.now() <= timedelta(minutes=7)


def test_what_is_not_urgent_leaves_people_more_time() -> None:
    contact("first", minutes=7)
    notify(alert(urgent=False))
    assert mail.outbox[0].subject == "Lightkeeper: an alert"
    assert planned()[-1].due_at - timezone.now() > timedelta(hours=3)


def test_what_becomes_urgent_is_told_again_at_once() -> None:
    contact("first")
    number = alert(urgent=False)
    notify(number)
    assert alert(urgent=True) == number
    assert planned()[-1].due_at <= timezone.now()


def test_acknowledged_means_that_nobody_else_is_told() -> None:
    first = contact("first")
    number = alert()
    notify(number)
    acknowledge_alert(alert_id=number, by=first.person, actor=OPERATOR)
    Alert.objects.update(next_at=timezone.now())
    notify(number)
    assert len(mail.outbox) == 1
    with pytest.raises(AlertError, match="acknowledged already"):
        acknowledge_alert(alert_id=number, by=first.person, actor=OPERATOR)


@pytest.mark.parametrize("state", list(AlertState))
def test_only_the_moves_of_the_table(state: AlertState) -> None:
    somebody = person("somebody")
    number = alert()
    acts: dict[AlertState, Callable[[], None]] = {
        AlertState.ACKNOWLEDGED: lambda: acknowledge_alert(alert_id=number, by=somebody, actor=OPERATOR),
        AlertState.CLOSED: lambda: close_alert(alert_id=number, actor=OPERATOR),
    }
    if state is not AlertState.OPEN:
        acts[state]()
    for following, act in acts.items():
        with transaction.atomic():
            if following in ALERT_MOVES[state]:
                act()
            else:
                with pytest.raises(AlertError):
                    act()
            transaction.set_rollback(True)


def test_a_telling_that_fails_goes_to_the_next_contact_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    contact("first")
    contact("second")

    def broken(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError("mail.example refused planted-secret")

    monkeypatch.setattr(on_call, "send_mail", broken)
    number = alert()
    notify(number)
    delivery = AlertDelivery.objects.get()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "connectionrefusederror")
    assert planned()[-1].due_at <= timezone.now()


def test_without_a_mail_server_an_e_mail_counts_as_failed(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    contact("first")
    notify(alert())
    assert AlertDelivery.objects.get().code == "no_mail_server"


def test_a_webhook_is_signed_and_carries_a_link_only(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    made, secret = add_contact(
        person=person("first"),
        channel=Channel.WEBHOOK,
        address="https://pager.example/hook",
        escalate_minutes=5,
        actor=OPERATOR,
    )
    assert secret.encode() not in bytes(made.secret)
    sent: list[tuple[str, bytes, dict[str, str]]] = []

    def post(url: str, body: bytes, *, headers: dict[str, str], timeout: float) -> Response:
        sent.append((url, body, headers))
        return Response(202, b"")

    monkeypatch.setattr(on_call, "post_json", post)
    number = alert()
    notify(number)
    url, body, headers = sent[0]
    assert url == "https://pager.example/hook"
    assert json.loads(body) == {
        "alert": number,
        "urgent": True,
        "link": f"{settings.LIGHTKEEPER['public_url']}/alerts/{number}/",
    }
    assert verify(headers, body, keys={f"contact-{made.pk}": secret.encode()}) == f"contact-{made.pk}"


@pytest.mark.parametrize(("status", "code"), [(500, "status_500"), (None, "outboundfailed")])
def test_a_webhook_that_fails(monkeypatch: pytest.MonkeyPatch, status: int | None, code: str) -> None:
    add_contact(
        person=person("first"),
        channel=Channel.WEBHOOK,
        address="https://pager.example/hook",
        escalate_minutes=5,
        actor=OPERATOR,
    )

    def post(url: str, body: bytes, **rest: object) -> Response:
        if status is None:
            raise OutboundFailed("timed_out")
        return Response(status, b"planted answer")

    monkeypatch.setattr(on_call, "post_json", post)
    notify(alert())
    assert AlertDelivery.objects.get().code == code


def test_without_a_rota_it_is_quiet_and_the_first_contact_hears_of_what_is_open() -> None:
    number = alert()
    notify(number)
    assert standing().quiet
    assert standing().urgent_open == 1
    contact("first")
    assert [work.subject for work in planned()] == [number, number]
    assert not standing().quiet


def test_somebody_who_was_deactivated_is_passed_over() -> None:
    gone = contact("first")
    contact("second")
    Person.objects.filter(pk=gone.person_id).update(is_active=False, deactivated_at=timezone.now())
    notify(alert())
    assert mail.outbox[0].to == ["second@lightkeeper.test"]


def test_the_rota_can_be_ordered_anew() -> None:
    rota = [contact(name) for name in ("first", "second", "third")]
    move_contact(contact_id=rota[2].pk, up=True, actor=OPERATOR)
    move_contact(contact_id=rota[0].pk, up=True, actor=OPERATOR)  # it is the first already
    remove_contact(contact_id=rota[0].pk, actor=OPERATOR)
    names = Contact.objects.order_by("position").values_list("position", "person__name")
    assert list(names) == [(1, "third"), (2, "second")]


@pytest.mark.parametrize(
    ("channel", "address", "minutes"),
    [
        (Channel.EMAIL, "nobody", 15),
        (Channel.EMAIL, "a@b.test\nBcc: c@d.test", 15),
        (Channel.WEBHOOK, "ftp://x", 15),
        (Channel.EMAIL, "a@b.test", 0),
    ],
)
def test_contacts_that_are_refused(channel: Channel, address: str, minutes: int) -> None:
    with pytest.raises(AlertError):
        add_contact(person=person("first"), channel=channel, address=address, escalate_minutes=minutes, actor=OPERATOR)


def test_the_document_names_every_alert() -> None:
    document = (Path(__file__).parents[4] / "docs" / "on-call.md").read_text("utf-8")
    assert [kind for kind in AlertKind.values if f"| `{kind}` |" not in document] == []
