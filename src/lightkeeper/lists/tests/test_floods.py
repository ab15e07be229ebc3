"""An entry that many uploaders match at once is quarantined, once, and whoever is on call is told."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.lists import hits, services
from lightkeeper.lists.models import Entry, Hit
from lightkeeper.lists.queries import current
from lightkeeper.lists.tests.making import csv, imported, moved, row, value
from lightkeeper.lists.types import EntryState, NewHit
from lightkeeper.people.models import Alert
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db


def key(text: object) -> bytes:
    """32 bytes for an item or uploader."""
    return hashlib.sha256(str(text).encode()).digest()


def note(entry: Entry, uploader: object, item: object | None = None, distance: int = 3) -> None:
    """Note one hit."""
    services.note_hits([NewHit(entry.pk, key(item or uploader), key(("uploader", uploader)), distance)])


def flooding(most: int = 3) -> Entry:
    """The only entry of a list that so many uploaders flood."""
    summary = imported(csv(row(1)))
    services.set_flood_uploaders(summary.list_id, most, actor=Actor.operator())
    return Entry.objects.get()


def test_many_uploaders_within_an_hour_quarantine_an_entry_and_one_alert_comes() -> None:
    entry = flooding()
    note(entry, 1)
    note(entry, 2)
    for again in range(5):
        note(entry, 2, again)  # many items of one uploader are no flood
    entry.refresh_from_db()
    assert entry.state == EntryState.ACTIVE
    note(entry, 3)
    note(entry, 4)
    entry.refresh_from_db()
    assert (entry.state, entry.state_reason) == ("quarantined", "3 uploaders matched it within an hour")
    assert current().lookup_pdq([value(1)]) == [()]
    alert = Alert.objects.get()
    assert (alert.kind, alert.path) == ("entry_flooded", f"/lists/{entry.list_id}/")
    (event,) = AuditEvent.objects.filter(event="lists:entry:moved")
    assert (event.actor_kind, '"uploaders":3' in event.details) == ("system", True)
    imported(csv(row(1, row_id="new")), status=None)
    assert Entry.objects.get().state == EntryState.QUARANTINED


def test_what_matched_before_it_was_restored_counts_no_more() -> None:
    entry = flooding()
    for uploader in range(3):
        note(entry, uploader)
    moved(entry.pk, EntryState.ACTIVE)
    note(entry, 10)
    note(entry, 11)
    assert Entry.objects.get().state == EntryState.ACTIVE
    note(entry, 12)
    assert Entry.objects.get().state == EntryState.QUARANTINED
    assert Alert.objects.count() == 1


def test_hits_of_other_hours_are_no_flood() -> None:
    entry = flooding()
    note(entry, 1)
    note(entry, 2)
    Hit.objects.update(at=now() - timedelta(minutes=61))
    note(entry, 3)
    assert Entry.objects.get().state == EntryState.ACTIVE


def test_with_zero_nothing_is_a_flood() -> None:
    entry = flooding(0)
    for uploader in range(30):
        note(entry, uploader)
    assert Entry.objects.get().state == EntryState.ACTIVE
    assert Hit.objects.count() == 30


def test_the_same_hit_again_is_seen_again_and_not_two() -> None:
    entry = flooding()
    note(entry, 1, distance=9)
    Hit.objects.update(at=now() - timedelta(days=1))
    note(entry, 1, distance=4)
    hit = Hit.objects.get()
    assert hit.distance == 4
    assert hit.at > now() - timedelta(hours=1)
    services.note_hits([])
    services.note_hits([NewHit(entry.pk + 1, key(1), key(2), 0)])  # gone meanwhile
    assert Hit.objects.count() == 1


def test_hits_are_kept_for_ninety_days(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = flooding()
    monkeypatch.setattr(hits, "PRUNED_AT_ONCE", 2)
    for uploader in range(7):
        note(entry, uploader)
    old = Hit.objects.order_by("pk").values_list("pk", flat=True)[:5]
    Hit.objects.filter(pk__in=list(old)).update(at=now() - timedelta(days=91))
    assert hits.prune_hits() == 5
    assert Hit.objects.count() == 2
