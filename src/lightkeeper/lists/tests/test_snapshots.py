"""Snapshots: a node that starts from one knows what one knows that read every row, and from no other."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from lightkeeper.lists import freshness, jobs, snapshots
from lightkeeper.lists.known import Known
from lightkeeper.lists.loading import load
from lightkeeper.lists.models import Change, Entry, HashList, Snapshot, SnapshotPart
from lightkeeper.lists.services import move_entry
from lightkeeper.lists.tests.making import csv, imported, row, value
from lightkeeper.lists.types import EntryState
from lightkeeper.record.types import Actor
from lightkeeper.runtime.services import rotate_master_keys

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [
    *(row(seed, "pdq", f"p{seed}", "A1") for seed in range(40)),
    *(row(seed, "sha256", "", "B1" if seed % 2 else "") for seed in range(30)),
    *(row(seed, "md5", f"grün {seed}") for seed in range(5)),
    ("url", "https://pictures.example/a/b", "u1", ""),
    ("domain", "bad.example", "d1", ""),
]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(snapshots, "SMALLEST", 10)
    monkeypatch.setattr(snapshots, "PART", 1 << 12)
    freshness.forget()
    yield
    freshness.forget()


def made(*rows: Any) -> Known:
    imported(csv(*(rows or ROWS)))
    freshness.refresh()
    jobs.snapshot(None)
    return freshness.current()


def told(known: Known) -> list[Any]:
    """All that can be asked of it about what was imported."""
    digests = [("sha256", value(seed, "sha256")) for seed in range(30)] + [("md5", value(s, "md5")) for s in range(5)]
    asked = ["https://pictures.example/a/b", "http://www.bad.example/x", "https://other.example/"]
    return [
        known.lookup_pdq([value(seed) for seed in range(40)]), known.lookup_digest(digests), known.lookup_url(asked),
        known.lists, known.change,
    ]  # fmt: skip


def started() -> Known:
    """What a process knows that starts now."""
    freshness.forget()
    freshness.refresh()
    return freshness.current()


def test_a_node_that_starts_from_a_snapshot_knows_the_same_and_opens_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(made())
    assert Snapshot.objects.get().parts > 1
    monkeypatch.setattr("lightkeeper.lists.loading._built", lambda: pytest.fail("every row was read"))
    assert told(started()) == before


def test_what_changed_since_is_read_from_its_rows() -> None:
    made()
    entry = Entry.objects.filter(algorithm="sha256").order_by("pk").first()
    assert entry is not None
    move_entry(entry.pk, EntryState.WITHDRAWN, reason="it was wrong", actor=Actor.operator())
    imported(csv(row("later", "sha256")), "another")
    known = started()
    [gone], [there] = (
        known.lookup_digest([("sha256", value(0, "sha256"))]),
        known.lookup_digest([("sha256", value("later", "sha256"))]),
    )
    assert (len(gone), len(there)) == (0, 1)
    assert len(known.holdings) == len(ROWS)


def test_a_snapshot_of_a_holding_with_removed_entries_is_whole() -> None:
    known = made()
    for entry in Entry.objects.order_by("pk")[::3]:
        move_entry(entry.pk, EntryState.WITHDRAWN, reason="it was wrong", actor=Actor.operator())
    freshness.refresh()
    jobs.snapshot(None)
    assert Snapshot.objects.count() == 2
    known = freshness.current()
    before, rows = told(known), told_by_rows(known)
    assert told(started()) == before == rows


def told_by_rows(known: Known) -> list[Any]:
    return told(Known(load(None, 0), known.lists, known.change, known.at, tuple))


def test_nothing_of_an_entry_stands_in_it_in_clear() -> None:
    made()
    stored = b"".join(bytes(part.data) for part in SnapshotPart.objects.order_by("number"))
    assert value(1) not in stored
    assert "grün".encode() not in stored
    assert b"pictures.example" not in stored


@pytest.mark.parametrize("harm", ["byte", "part", "order", "change", "signature", "key", "short"])
def test_one_that_was_altered_is_passed_over_and_said(harm: str, caplog: pytest.LogCaptureFixture) -> None:
    before = told(made())
    kept = Snapshot.objects.get()
    part = SnapshotPart.objects.order_by("number")[1]
    if harm == "byte":
        SnapshotPart.objects.filter(pk=part.pk).update(data=bytes([bytes(part.data)[0] ^ 1]) + bytes(part.data)[1:])
    elif harm == "part":
        part.delete()
    elif harm == "order":
        SnapshotPart.objects.filter(pk=part.pk).update(number=99)
        SnapshotPart.objects.filter(number=0).update(number=1)
        SnapshotPart.objects.filter(number=99).update(number=0)
    elif harm == "change":
        later = Change.objects.create(number=kept.change + 1, stamp=kept.stamp, at=kept.made_at)
        Snapshot.objects.update(change=later.number)
    elif harm == "short":
        Snapshot.objects.update(parts=1)
    else:
        Snapshot.objects.update(**{"signature" if harm == "signature" else "data_key": bytes(64)})
    with caplog.at_level(logging.ERROR):
        assert told(started()) == before
    assert "cannot be used" in caplog.text


def test_one_of_another_history_is_not_read() -> None:
    before = told(made())
    Change.objects.update(stamp="00000000-0000-0000-0000-000000000001")
    Snapshot.objects.update(entries=1)  # it would not verify either: but it is not even tried
    assert told(started())[:4] == before[:4]


def test_one_is_made_where_much_changed_and_the_older_are_let_go() -> None:
    made()
    jobs.snapshot(None)
    assert Snapshot.objects.count() == 1
    imported(csv(row("one", "sha256")), "another")
    freshness.refresh()
    jobs.snapshot(None)
    assert Snapshot.objects.count() == 1
    for seed in range(3):
        imported(csv(*(row(f"{seed} {number}", "sha256") for number in range(10))), f"more {seed}")
        freshness.refresh()
        jobs.snapshot(None)
    assert Snapshot.objects.count() == snapshots.KEPT
    assert HashList.objects.count() == 5


def test_what_a_process_left_that_died_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = SnapshotPart.objects.create

    def dying(**values: Any) -> SnapshotPart:
        if values["number"] == 1:
            raise KeyboardInterrupt
        return real(**values)

    monkeypatch.setattr(SnapshotPart.objects, "create", dying)
    with pytest.raises(KeyboardInterrupt):
        made()
    assert not Snapshot.objects.get().complete
    assert len(started().holdings) == len(ROWS)
    monkeypatch.undo()
    monkeypatch.setattr(snapshots, "SMALLEST", 10)
    freshness.refresh()
    jobs.snapshot(None)
    assert Snapshot.objects.get().complete


def test_a_rotation_of_master_keys_leaves_it_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(made())
    rotate_master_keys()
    monkeypatch.setattr("lightkeeper.lists.loading._built", lambda: pytest.fail("every row was read"))
    assert told(started()) == before
