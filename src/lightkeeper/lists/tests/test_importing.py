"""An import takes effect as a whole, once, and says what it set aside; nothing of a value gets out."""

from __future__ import annotations

import io
import logging

import pytest

from lightkeeper.lists import importing, services
from lightkeeper.lists.models import Change, Entry, HashList
from lightkeeper.lists.queries import all_lists, current
from lightkeeper.lists.staging import Staging
from lightkeeper.lists.tests.making import csv, imported, row, value
from lightkeeper.lists.types import EntryState, ListRefused, ListStatus
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db


def test_rows_of_all_kinds_are_imported_and_found() -> None:
    content = csv(
        row(1, "pdq", "a", "A1"), row(2, "sha256", "b"), row(3, "sha1"), row(4, "md5"),
        ("url", "HTTP://Example.test:80/a/../b.jpg#x", "c"),
    )  # fmt: skip
    summary = imported(content)
    assert (summary.rows, summary.added, summary.bad_count, summary.created) == (5, 5, 0, True)
    known = current()
    ((hit,),) = known.lookup_pdq([value(1)])
    assert (hit.list, hit.id, hit.category, hit.distance) == ("made", "a", "A1", 0)
    digests = [(name, value(seed, name)) for seed, name in ((2, "sha256"), (3, "sha1"), (4, "md5"))]
    assert [len(matches) for matches in known.lookup_digest(digests)] == [1, 1, 1]
    (looked_up,) = known.lookup_url(["https://example.test/b.jpg"])
    assert [match.id for match in looked_up.matches] == ["c"]


def test_the_same_file_again_changes_nothing() -> None:
    content = csv(*(row(n, "pdq", str(n)) for n in range(30)), ("url", "example.test/x"))
    first = imported(content)
    before = list(Entry.objects.order_by("pk").values_list("pk", "sealed", "changed"))
    again = imported(content, status=None)
    assert (again.added, again.changed, again.unchanged, again.withdrawn) == (0, 0, 31, 0)
    assert again.version == first.version
    assert not again.created
    assert list(Entry.objects.order_by("pk").values_list("pk", "sealed", "changed")) == before


def test_another_category_changes_an_entry_and_absence_withdraws_only_where_asked() -> None:
    imported(csv(row(1, "pdq", "a", "A1"), row(2), row(3)))
    kept = imported(csv(row(1, "pdq", "a", "A2"), row(2)), status=None)
    assert (kept.added, kept.changed, kept.unchanged, kept.withdrawn) == (0, 1, 1, 0)
    replaced = imported(csv(row(1, "pdq", "a", "A2"), row(2)), status=None, replace=True)
    assert (replaced.changed, replaced.unchanged, replaced.withdrawn) == (0, 2, 1)
    known = current()
    assert [len(found) for found in known.lookup_pdq([value(1), value(2), value(3)])] == [1, 1, 0]
    back = imported(csv(row(3)), status=None)
    assert (back.added, back.changed) == (1, 0)
    assert current().lookup_pdq([value(3)])[0]


def test_of_equal_values_the_first_counts_in_one_batch_and_over_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    rows = [row(1, "pdq", "first"), row(1, "pdq", "second"), row(2), row(1, "pdq", "third"), row(2)]
    summary = imported(csv(*rows))
    assert (summary.rows, summary.added, summary.unchanged) == (5, 2, 0)
    assert current().lookup_pdq([value(1)])[0][0].id == "first"
    again = imported(csv(*rows), status=None)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


def test_bad_rows_are_set_aside_by_line_without_their_values() -> None:
    content = csv(row(1), ("pdq", "not-hex-secret"), ("photodna", "AAAA"), ("url", "ftp://secret.test/"), row(2, "md5"))
    summary = imported(content)
    assert (summary.rows, summary.bad_count) == (2, 3)
    assert [bad.line for bad in summary.bad_rows] == [3, 4, 5]
    assert "secret" not in repr(summary)
    assert "http" in summary.bad_rows[2].problem


def test_plain_values_of_64_digits_are_both() -> None:
    summary = imported(value(1).hex().encode() + b"\n" + value(2, "md5").hex().encode() + b"\n")
    assert (summary.rows, summary.added, summary.both_count) == (2, 3, 1)


@pytest.mark.parametrize("content", [b"", b"value,id\n1,2\n", b"hello\nthere\n", csv(("pdq", "zz"))])
def test_what_is_no_list_makes_none(content: bytes) -> None:
    with pytest.raises(ListRefused):
        imported(content)
    assert not HashList.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_list_without_entries_is_a_list_but_replaces_nothing() -> None:
    assert imported(csv()).rows == 0
    imported(csv(row(1)), status=None)
    with pytest.raises(ListRefused, match="does not replace"):
        imported(csv(), status=None, replace=True)
    assert [known.entries for known in all_lists()] == [1]


def test_a_new_list_is_on_trial_unless_somebody_vouches_for_it() -> None:
    imported(csv(row(1)), status=None)
    assert all_lists()[0].status == ListStatus.TRIAL


def test_an_import_does_not_change_what_a_list_means() -> None:
    imported(csv(row(1)), status=ListStatus.TRIAL, radius=20)
    with pytest.raises(ListRefused, match="status"):
        imported(csv(row(2)), status=ListStatus.VETTED)
    with pytest.raises(ListRefused, match="radius"):
        imported(csv(row(2)), status=None, radius=31)
    assert Entry.objects.count() == 1


def test_one_event_an_import_with_counts_and_no_value() -> None:
    imported(csv(row(1), row(2, "md5")))
    events = list(AuditEvent.objects.order_by("pk").values_list("event", "details"))
    assert [event for event, _ in events] == ["lists:list:created", "lists:import:finished"]
    imported(csv(row(1), row(2, "md5")), status=None)
    assert AuditEvent.objects.count() == 3


def test_an_import_that_dies_leaves_nothing_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    imported(csv(row(1)))

    def die(self: Staging, version: str, **_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Staging, "take_effect", die)
        patch.setattr(Staging, "abandon", lambda _: None)  # as after a kill
        with pytest.raises(KeyboardInterrupt):
            imported(csv(row(1, "pdq", "new id"), row(2), row(3)), status=None)
    assert Entry.objects.filter(state=EntryState.STAGED).count() == 2
    assert len(current().holdings) == 1
    assert current().lookup_pdq([value(1)])[0][0].id is None
    imported(csv(row(4)), status=None)
    assert Entry.objects.count() == 2
    assert not Entry.objects.filter(pending__isnull=False).exists()
    assert current().lookup_pdq([value(1)])[0][0].id is None


def test_an_import_that_fails_cleans_up_after_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(min(size or 0, 200))
            if not data:
                raise OSError("the connection ended")
            return data

    monkeypatch.setattr(importing, "BATCH", 2)
    with pytest.raises(OSError, match="connection"):
        services.import_list(Torn(csv(*(row(n) for n in range(9)))), name="torn", actor=Actor.operator())
    assert not Entry.objects.exists()


def test_of_two_imports_at_once_the_later_counts() -> None:
    list_id = services.create_list(name="made", actor=Actor.operator())
    early = Staging(list_id)
    late = Staging(list_id)
    with pytest.raises(ListRefused, match="Another import"):
        early.stage([])
    early.abandon()
    late.stage([])
    late.take_effect("0" * 64, withdraw=[])


def test_every_row_of_one_import_has_one_number() -> None:
    imported(csv(*(row(n) for n in range(5))))
    assert Entry.objects.values("changed").distinct().count() == 1
    assert set(Entry.objects.values_list("changed", flat=True)) <= set(Change.objects.values_list("number", flat=True))


def test_planted_strings_are_in_no_row_event_log_or_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    planted = [value("planted").hex(), "planted-id-77", "planted-category", "planted.test", "planted-bad"]
    content = csv(
        ("pdq", planted[0], planted[1], planted[2]), ("url", f"https://{planted[3]}/x"), ("pdq", planted[4]),
    )  # fmt: skip
    summary = imported(content)
    current()
    texts = [caplog.text, repr(summary), repr(list(AuditEvent.objects.values_list())), repr(HashList.objects.values())]
    for entry in Entry.objects.values_list():
        texts += [part.hex() if isinstance(part, bytes) else str(part) for part in map(_plain, entry)]
    every = "\n".join(texts)
    for text in planted:
        assert text not in every
        assert text.encode().hex() not in every
    assert value("planted").hex() not in every


def _plain(part: object) -> object:
    return bytes(part) if isinstance(part, memoryview) else part


@pytest.mark.parametrize("name", ["", " ", "a" * 101, "line\nbreak", "\x1b[31m"])
def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(ListRefused, match="name"):
        imported(csv(row(1)), name=name)


def test_long_ids_and_lone_surrogates_do_no_harm() -> None:
    rows = csv(row(1, "pdq", "x" * 1001), row(2, "pdq", "x" * 1000)).decode() + "\npdq," + value(3).hex() + ",\udc80,"
    summary = imported(rows.encode("utf-8", "surrogatepass"))
    assert (summary.rows, summary.bad_count) == (2, 1)
    again = imported(rows.encode("utf-8", "surrogatepass"), status=None)
    assert again.unchanged == 2
