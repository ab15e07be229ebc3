"""Damage and given-up work raise alerts by themselves, each matter once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from lightkeeper.people.alerts import NOTIFY, close_alert
from lightkeeper.people.models import Alert
from lightkeeper.people.tests.clients_made import OPERATOR
from lightkeeper.people.watching import dead_letters
from lightkeeper.record.event_specs import EVENTS
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor
from lightkeeper.runtime.models import Work

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("event", "kind"),
    [(Event.RECORD_OBJECT_DAMAGED, "vault_damage"), (Event.RECORD_AUDIT_BROKEN, "audit_break")],
)
def test_what_the_record_tells_raises_one_urgent_alert(event: Event, kind: str) -> None:
    assert EVENTS[event].says
    for _ in range(3):
        with transaction.atomic():
            write_event(event, actor=Actor.system())
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgent) == (kind, True)
    assert Work.objects.filter(kind=NOTIFY, subject=alert.pk).count() == 1


def test_work_that_was_given_up_raises_an_alert_and_again_only_for_more() -> None:
    now = timezone.now()
    dead = {"state": "dead", "due_at": now, "created_at": now, "kind": NOTIFY}
    dead_letters()
    assert not Alert.objects.exists()
    Work.objects.create(**dead, finished_at=now - timedelta(minutes=1))
    dead_letters()
    dead_letters()
    alert = Alert.objects.get()
    assert alert.details == {"count": 1}
    close_alert(alert_id=alert.pk, actor=OPERATOR)
    dead_letters()
    assert Alert.objects.count() == 1
    Work.objects.create(**dead, finished_at=timezone.now())
    dead_letters()
    assert Alert.objects.count() == 2
