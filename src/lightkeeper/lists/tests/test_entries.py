"""Entries are disputed, quarantined, withdrawn and restored; what a person did no source undoes."""

from __future__ import annotations

import itertools

import pytest

from lightkeeper.lists import services
from lightkeeper.lists.models import Entry
from lightkeeper.lists.queries import all_lists, current, state_counts
from lightkeeper.lists.states import SEARCHED
from lightkeeper.lists.tests.making import csv, imported, moved, row, value
from lightkeeper.lists.types import EntryState, ListRefused
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()
HELD = (EntryState.ACTIVE, EntryState.DISPUTED, EntryState.QUARANTINED, EntryState.WITHDRAWN)


@pytest.mark.parametrize(("old", "new"), list(itertools.permutations(HELD, 2)))
def test_every_move_is_one_event_and_decides_what_is_found(old: EntryState, new: EntryState) -> None:
    imported(csv(row(1, "sha256")))
    entry = Entry.objects.get()
    if old is not EntryState.ACTIVE:
        moved(entry.pk, old)
    seen = AuditEvent.objects.count()
    moved(entry.pk, new)
    (event,) = AuditEvent.objects.order_by("pk")[seen:]
    assert (event.event, event.subject_id) == ("lists:entry:moved", str(entry.pk))
    assert event.details == f'{{"from":"{old}","list":{entry.list_id},"to":"{new}"}}'
    known = current()
    found = known.lookup_digest([("sha256", value(1, "sha256"))])[0]
    assert bool(found) == (new in SEARCHED)
    assert [known.vetted_digest(match) for match in found] == [new is EntryState.ACTIVE] * len(found)
    assert [of.entries for of in all_lists()] == [of.entries for of in known.lists] == [len(found)]
    assert state_counts(entry.list_id) == {new: 1}


def test_a_disputed_entry_is_found_at_every_distance_and_withholds_nothing() -> None:
    imported(csv(row(1), row(2, "md5")))
    for entry in Entry.objects.all():
        moved(entry.pk, EntryState.DISPUTED)
    known = current()
    (digest,) = known.lookup_digest([("md5", value(2, "md5"))])[0]
    assert known.lookup_pdq([value(1)])[0]
    assert not known.vetted_digest(digest)


@pytest.mark.parametrize("state", [EntryState.DISPUTED, EntryState.QUARANTINED, EntryState.WITHDRAWN])
def test_a_source_never_makes_active_what_a_person_moved(state: EntryState) -> None:
    summary = imported(csv(row(1), row(2)))
    entry = Entry.objects.order_by("pk")[0]
    moved(entry.pk, state)
    imported(csv(row(1, row_id="another id")), status=None)
    assert Entry.objects.get(pk=entry.pk).state == state
    # It goes from the source and comes back: still not.
    imported(csv(row(2)), status=None, replace=True)
    assert Entry.objects.get(pk=entry.pk).state == EntryState.WITHDRAWN
    imported(csv(row(1), row(2)), status=None)
    entry.refresh_from_db()
    assert (entry.state, entry.state_reason) == (EntryState.WITHDRAWN, "it was looked at")
    moved(entry.pk, EntryState.ACTIVE)
    assert current().lookup_pdq([value(1)])[0]
    assert state_counts(summary.list_id) == {"active": 2}


def test_what_a_person_restored_follows_its_source_again() -> None:
    imported(csv(row(1), row(2)))
    entry = Entry.objects.order_by("pk")[0]
    moved(entry.pk, EntryState.WITHDRAWN)
    moved(entry.pk, EntryState.ACTIVE)
    imported(csv(row(2)), status=None, replace=True)
    assert Entry.objects.get(pk=entry.pk).state == EntryState.WITHDRAWN
    imported(csv(row(1), row(2)), status=None)
    assert Entry.objects.get(pk=entry.pk).state == EntryState.ACTIVE


def test_moves_that_cannot_be_are_refused_in_words() -> None:
    imported(csv(row(1)))
    entry = Entry.objects.get()
    with pytest.raises(ListRefused, match="no such entry"):
        moved(entry.pk + 1)
    with pytest.raises(ListRefused, match="active already"):
        moved(entry.pk, EntryState.ACTIVE)
    with pytest.raises(ListRefused, match="import"):
        moved(entry.pk, EntryState.STAGED)
    for reason in ("", "\n", "x" * 301, value(1).hex()):
        with pytest.raises(ListRefused, match="reason"):
            services.move_entry(entry.pk, EntryState.DISPUTED, reason=reason, actor=OPERATOR)
    assert Entry.objects.get().state == EntryState.ACTIVE
