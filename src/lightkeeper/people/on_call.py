"""The rota, and how it hears of alerts: one contact after the other until somebody acknowledges.

Each telling is a work row. It tells one contact and plans the next one for when that contact's minutes are over; the
rota is gone through ``ROUNDS`` times. A telling that fails goes on to the next contact at once. What is sent is a link
and whether it is urgent, nothing else.
"""

from __future__ import annotations

import json
import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.people.alert_types import AlertError, AlertState, Channel, DeliveryState
from lightkeeper.people.alerts import NOTIFY, tell
from lightkeeper.people.models import Alert, AlertDelivery, Contact
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details, Subject
from lightkeeper.runtime.services import add_work, post_json, seal, sign, unseal

if TYPE_CHECKING:
    from lightkeeper.people.models import Person

ROUNDS: Final = 3
"""How often the whole rota is gone through before an alert counts as unanswered."""
CALM_MINUTES: Final = 240
"""What every contact has at least when an alert is not urgent."""
WEBHOOK_SECONDS: Final = 10.0
_PURPOSE: Final = "people:contact-secret"

_logger = logging.getLogger(__name__)


@transaction.atomic
def add_contact(
    *, person: Person, channel: Channel, address: str, escalate_minutes: int, actor: Actor
) -> tuple[Contact, str]:
    """Put somebody at the end of the rota; with a webhook the answer holds its key, shown once (else it is empty).

    Open alerts that nobody could be told of go out now. Raises AlertError.
    """
    if not 1 <= escalate_minutes <= 1440:
        raise AlertError(_("A contact has 1 to 1440 minutes before the next one is told."))
    if channel is Channel.WEBHOOK and not address.startswith(("https://", "http://")):
        raise AlertError(_("A webhook is an address that starts with https://."))
    if channel is Channel.EMAIL and ("@" not in address or any(char.isspace() for char in address)):
        raise AlertError(_("That is no e-mail address."))
    last = Contact.objects.aggregate(last=Max("position"))["last"]
    text = secrets.token_hex(32) if channel is Channel.WEBHOOK else ""
    contact = Contact.objects.create(
        person=person,
        position=(last or 0) + 1,
        channel=channel,
        address=address,
        secret=seal(_PURPOSE, text.encode()) if text else b"",
        escalate_minutes=escalate_minutes,
    )
    details: Details = {"channel": channel.value, "minutes": escalate_minutes}
    write_event(Event.PEOPLE_CONTACT_ADDED, actor=actor, subject=_subject(contact), details=details)
    for alert in Alert.objects.filter(state=AlertState.OPEN, step=0):
        tell(alert)
    return contact, text


@transaction.atomic
def remove_contact(*, contact_id: int, actor: Actor) -> None:
    """Take somebody off the rota; whoever stood below moves up. Raises AlertError."""
    contact = _contact(contact_id)
    write_event(Event.PEOPLE_CONTACT_REMOVED, actor=actor, subject=_subject(contact))
    contact.delete()
    _number(list(Contact.objects.select_for_update().order_by("position")))


@transaction.atomic
def move_contact(*, contact_id: int, up: bool, actor: Actor) -> None:
    """Move a contact up or down by one place; at the end of the rota it stays. Raises AlertError."""
    contact = _contact(contact_id)
    rota = list(Contact.objects.select_for_update().order_by("position"))
    here = rota.index(contact)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rota):
        rota[here], rota[there] = rota[there], rota[here]
        _number(rota)
    details = {"position": rota.index(contact) + 1}
    write_event(Event.PEOPLE_CONTACT_MOVED, actor=actor, subject=_subject(contact), details=details)


def notify(alert_id: int) -> None:
    """Tell the next contact of an open alert and plan the one after; what ``jobs.py`` runs for each work row."""
    now = timezone.now()
    alert = Alert.objects.filter(pk=alert_id, state=AlertState.OPEN, next_at__lte=now).first()
    rota = list(Contact.objects.select_related("person").filter(person__is_active=True).order_by("position"))
    if alert is None or not rota:
        return
    if alert.step >= len(rota) * ROUNDS:
        _unanswered(alert)
        return
    contact = rota[alert.step % len(rota)]
    _told(alert, contact, _send(alert, contact))


def _send(alert: Alert, contact: Contact) -> str:
    """Send the link; gives an empty text, or the code of what went wrong. No transaction is open meanwhile."""
    link = f"{settings.LIGHTKEEPER['public_url'].rstrip('/')}/alerts/{alert.pk}/"
    try:
        if contact.channel == Channel.WEBHOOK:
            return _post(alert, contact, link)
        if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.EMAIL_HOST:
            return "no_mail_server"
        send_mail(
            "Lightkeeper: urgent" if alert.urgent else "Lightkeeper: an alert",
            f"{link}\n\nPlease sign in, look at it and acknowledge it; otherwise the next person is told.\n",
            settings.DEFAULT_FROM_EMAIL,
            [contact.address],
        )
    except Exception as error:  # noqa: BLE001  # whatever a mail server does, the next contact must be told
        _logger.warning("an alert could not be sent: %s", type(error).__name__)
        return type(error).__name__.lower()[:64]
    return ""


def _post(alert: Alert, contact: Contact, link: str) -> str:
    body = json.dumps({"alert": alert.pk, "urgent": alert.urgent, "link": link}).encode()
    key = unseal(_PURPOSE, bytes(contact.secret))
    headers = sign(body, key=key, key_id=f"contact-{contact.pk}", at=timezone.now())
    answer = post_json(contact.address, body, headers=headers, timeout=WEBHOOK_SECONDS)
    return "" if 200 <= answer.status < 300 else f"status_{answer.status}"


@transaction.atomic
def _told(alert: Alert, contact: Contact, code: str) -> None:
    """Write down one telling, and plan the next: after the contact's minutes, at once where it failed."""
    step = alert.step
    minutes = contact.escalate_minutes if alert.urgent else max(contact.escalate_minutes, CALM_MINUTES)
    due_at = timezone.now() + timedelta(minutes=0 if code else minutes)
    if not Alert.objects.filter(pk=alert.pk, step=step).update(step=step + 1, next_at=due_at):
        return  # another worker told this step
    AlertDelivery.objects.create(
        alert=alert,
        step=step,
        person=contact.person,
        channel=contact.channel,
        state=DeliveryState.FAILED if code else DeliveryState.SENT,
        code=code,
    )
    details: Details = {"step": step, "channel": contact.channel, "sent": not code}
    subject = Subject("alert", str(alert.pk))
    write_event(Event.PEOPLE_ALERT_TOLD, actor=Actor.system(), subject=subject, details=details)
    add_work(NOTIFY, subject=alert.pk, due_at=due_at)


@transaction.atomic
def _unanswered(alert: Alert) -> None:
    if Alert.objects.filter(pk=alert.pk, unanswered_at__isnull=True).update(unanswered_at=timezone.now()):
        subject = Subject("alert", str(alert.pk))
        details = {"steps": alert.step}
        write_event(Event.PEOPLE_ALERT_UNANSWERED, actor=Actor.system(), subject=subject, details=details)


def _contact(contact_id: int) -> Contact:
    contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise AlertError(_("There is no such contact."))
    return contact


def _number(rota: list[Contact]) -> None:
    """Number the places anew, from 1 without gaps; first out of the way, because a place is taken by one only."""
    for offset in (len(rota) + 1_000_000, 1):
        for place, contact in enumerate(rota):
            contact.position = place + offset
            contact.save(update_fields=["position"])


def _subject(contact: Contact) -> Subject:
    return Subject("contact", str(contact.pk))
