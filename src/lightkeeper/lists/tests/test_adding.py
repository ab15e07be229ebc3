"""Entries are added by hand: under a name, with a reason, and nothing of a value gets out."""

from __future__ import annotations

import pytest

from lightkeeper.lists import adding, services
from lightkeeper.lists.lines import BadLines
from lightkeeper.lists.models import Change, Entry, HashList
from lightkeeper.lists.queries import current, entries_with
from lightkeeper.lists.tests.making import csv, imported, moved, new, row, value
from lightkeeper.lists.types import Algorithm, EntryState, ListRefused, ListStatus, NewEntry
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()


def bank(name: str = "ours") -> int:
    """An empty vetted list."""
    return services.create_list(name=name, actor=OPERATOR, status=ListStatus.VETTED)


def added(list_id: int, *entries: NewEntry) -> list[int]:
    """Add entries as the operator."""
    return services.add_entries(list_id, entries, actor=OPERATOR, reason="graded by two people")


def test_what_is_added_is_found_at_once_by_one_change_and_one_event() -> None:
    list_id = bank()
    before = Change.objects.count()
    keys = added(list_id, new(1, category="B2"), new(2, "sha256"), new(1))
    assert keys[0] == keys[2] != keys[1]
    assert Change.objects.count() == before + 1
    event = AuditEvent.objects.get(event="lists:entries:added")
    assert (event.subject_id, event.details) == (str(list_id), '{"added":2,"there":0}')
    known = current()
    assert [match.category for match in known.lookup_pdq([value(1)])[0]] == ["B2"]
    (match,) = known.lookup_digest([("sha256", value(2, "sha256"))])[0]
    assert match.entry == keys[1]
    assert known.vetted_digest(match)
    assert Entry.objects.get(pk=keys[0]).state_reason == "graded by two people"


def test_what_is_there_stays_as_it_is() -> None:
    list_id = bank()
    keys = added(list_id, new(1), new(2), new(3))
    moved(keys[0], EntryState.DISPUTED)
    moved(keys[1], EntryState.WITHDRAWN)
    change = Change.objects.count()
    assert added(list_id, new(1), new(2), new(3)) == keys
    assert Change.objects.count() == change
    states = Entry.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [EntryState.DISPUTED, EntryState.WITHDRAWN, EntryState.ACTIVE]


def test_what_its_source_withdrew_comes_back_by_hand() -> None:
    imported(csv(row(1), row(2)))
    summary = imported(csv(row(2)), status=None, replace=True)
    assert summary.withdrawn == 1
    assert current().lookup_pdq([value(1)]) == [()]
    (key,) = added(summary.list_id, new(1, category="B1"))
    (match,) = current().lookup_pdq([value(1)])[0]
    assert (match.entry, match.category) == (key, "B1")


def test_what_an_import_has_staged_is_there_even_if_the_import_is_given_up() -> None:
    from lightkeeper.lists.sealing import Content
    from lightkeeper.lists.staging import Listed, Staging

    list_id = bank()
    staging = Staging(list_id)
    staging.stage([Listed("pdq", Content(value(1), "", "")), Listed("pdq", Content(value(2), "", ""))])
    added(list_id, new(1))
    staging.abandon()
    assert [bool(found) for found in current().lookup_pdq([value(1), value(2)])] == [True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        NewEntry(Algorithm.PDQ, b"short"),
        NewEntry(Algorithm.URL, b""),
        NewEntry(Algorithm.PDQ, bytes(32), id="x" * 1001),
        NewEntry(Algorithm.PDQ, bytes(32), confidence=101),
        NewEntry("sha512", bytes(64)),  # type: ignore[arg-type]
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_place(wrong: NewEntry) -> None:
    with pytest.raises(ListRefused, match="Value 2 cannot be added"):
        added(bank(), new(1), wrong)
    assert not Entry.objects.exists()


def test_too_many_none_at_all_no_list_and_no_reason_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    list_id = bank()
    with pytest.raises(ListRefused, match="No value"):
        added(list_id)
    with pytest.raises(ListRefused, match="no such list"):
        added(list_id + 1, new(1))
    for reason in ("", " ", "x" * 301, f"as {value(1).hex()} is"):
        with pytest.raises(ListRefused, match="reason"):
            services.add_entries(list_id, [new(1)], actor=OPERATOR, reason=reason)
    monkeypatch.setattr(adding, "MOST_ADDED", 1)
    with pytest.raises(ListRefused, match="At most 1 "):
        added(list_id, new(1), new(2))
    assert not Entry.objects.exists()


def test_lines_are_read_with_what_is_known_of_them() -> None:
    lines = services.read_lines(
        f"\npdq {value(1).hex()}\nSHA-1 {value(2, 'sha1').hex()} 17 a name of blanks\n  url example.test/x 18\n"
    )
    assert lines == [
        (2, NewEntry(Algorithm.PDQ, value(1))),
        (3, NewEntry(Algorithm.SHA1, value(2, "sha1"), "17", "a name of blanks")),
        (4, NewEntry(Algorithm.URL, lines[2][1].value, "18")),
    ]


def test_bad_lines_are_named_without_their_value_and_nothing_is_used() -> None:
    secret = value(1).hex()
    with pytest.raises(BadLines) as refused:
        services.read_lines(f"pdq {secret}\nmd5 {secret}\nsha512 {secret}\npdq\n{secret}\n")
    assert [bad.line for bad in refused.value.lines] == [2, 3, 4, 5]
    assert "line 2: " in str(refused.value)
    assert secret[:8] not in str(refused.value)
    with pytest.raises(ListRefused, match="too much"):
        services.read_lines("x" * (5 << 20))


def test_entries_are_named_by_their_values() -> None:
    list_id = bank()
    (key,) = added(list_id, new(1))
    moved(key, EntryState.QUARANTINED)
    assert entries_with(list_id, [new(1), new(1, "sha256")]) == [[(key, "quarantined")], []]


def test_a_file_fills_confidence_and_the_same_file_again_changes_nothing() -> None:
    lines = [f"pdq,{value(1).hex()},80", f"pdq,{value(2).hex()},", f"pdq,{value(3).hex()},101"]
    content = "\n".join(["algorithm,value,confidence", *lines]).encode()
    summary = imported(content)
    assert (summary.added, [bad.line for bad in summary.bad_rows]) == (2, [4])
    assert list(Entry.objects.order_by("pk").values_list("confidence", flat=True)) == [80, None]
    assert imported(content, status=None).effects == 0
    assert imported(csv(row(1), row(2)), status=None).effects == 0  # a file that says none takes none away
    assert imported(content.replace(b",80", b",81"), status=None).changed == 1
    assert Entry.objects.order_by("pk")[0].confidence == 81
    assert HashList.objects.get().updated_at is not None
