"""Reveals: recorded and committed before bytes leave, by entitlement and in steps, ended and counted."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now
from PIL import Image

from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import vault_files, viewlog
from lightkeeper.record.models import AuditEvent, Reveal, RevealEnded
from lightkeeper.record.queries import seen_in
from lightkeeper.review import revealing
from lightkeeper.review.leasing import NotYours
from lightkeeper.review.models import DayExposure, Grade, Lease, Media, Shift
from lightkeeper.review.protection import change_protection
from lightkeeper.review.revealing import RevealRefused, close_unheard, end_reveal, highest_seen, ladder, reveal, seen
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.tests.reveals_made import (
    DRAWING,
    case_item,
    lease,
    policy,
    post,
    reported,
    reviewer,
    trail,
)
from lightkeeper.review.types import MediaKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answered")]


def refusal(**asked: Any) -> str:
    """Why something is not shown."""
    with pytest.raises(RevealRefused) as refused:
        reveal(**asked)
    assert str(refused.value)
    return refused.value.code


def test_a_reveal_is_a_row_an_event_and_a_marked_picture() -> None:
    row = case_item()
    person = reviewer(row)
    shown = reveal(case_item=row, person=person, level="tile")
    logged = Reveal.objects.get()
    assert (logged.public, logged.person, logged.item_id, logged.level) == (
        shown.reveal_id,
        person.pk,
        row.item_id,
        "tile",
    )
    assert (logged.part, logged.purpose, logged.limit, shown.limit) == ("whole", "first", 20, 20)
    image = Image.open(io.BytesIO(shown.content))
    assert (image.format, image.size) == ("JPEG", (384, 288))
    assert DRAWING not in shown.content
    began = {"track": "picture", "level": "tile", "part": "whole", "purpose": "first", "limit": 20}
    assert trail("review:reveal:began") == [began]
    assert [one.level for one in seen(row, person)] == ["tile"]
    assert [one.person for one in seen_in(row.pk)] == [person.pk]


def test_each_level_only_after_the_one_below_it_and_none_above_the_highest() -> None:
    row = case_item()
    person = reviewer(row)
    assert ladder(row, person) == revealing.Ladder(("tile", "grey", "full"), "tile", False)
    assert refusal(case_item=row, person=person, level="full") == "step-missing"
    assert refusal(case_item=row, person=person, level="grey", part="tile-5") == "step-missing"
    assert not Reveal.objects.exists()
    for level, following in (("tile", "grey"), ("grey", "full"), ("full", "full")):
        reveal(case_item=row, person=person, level=level)
        assert highest_seen(row, person) == level
        assert ladder(row, person).next == following
    change_protection(person, {"highest_level": "grey"})
    assert refusal(case_item=row, person=person, level="full") == "above-highest"
    assert ladder(row, person).levels == ("tile", "grey")


def test_colour_in_parts_first_where_that_is_asked_for() -> None:
    row = case_item()
    person = reviewer(row)
    policy(parts_first=True, steps=False)
    assert refusal(case_item=row, person=person, level="full") == "parts-first"
    assert reveal(case_item=row, person=person, level="full", part="tile-9").content
    assert reveal(case_item=row, person=person, level="full").content


def test_what_there_is_not_is_refused() -> None:
    row, bare = case_item(), case_item(b"no picture", 2, derivatives=False)
    person = reviewer(row)
    for asked in ({"level": "original"}, {"level": "tile", "part": "tile-10"}, {"level": "tile", "track": "sound"}):
        assert refusal(case_item=row, person=person, **asked) == "unknown"
    assert refusal(case_item=row, person=person, level="full", track="text") == "nothing-kept"
    assert refusal(case_item=bare, person=reviewer(bare), level="tile") == "nothing-kept"
    assert not Reveal.objects.exists()


def test_only_who_may_see_content_and_has_the_case() -> None:
    row = case_item()
    for role in Role:
        with pytest.raises(PermissionDenied):
            reveal(case_item=row, person=make_person(role), level="tile")
    for role in (Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR):
        with pytest.raises(NotYours):
            reveal(case_item=row, person=reviewer(role=role), level="tile")
    assert not Reveal.objects.exists()
    senior = reviewer(row, role=Role.SUPERVISOR)
    assert reveal(case_item=row, person=senior, level="tile").content
    assert Reveal.objects.get().purpose == "senior"


def test_in_hash_only_mode_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    row = case_item()
    monkeypatch.setattr(revealing, "hash_only", lambda: True)
    assert refusal(case_item=row, person=reviewer(row), level="tile") == "hash-only"
    assert not Reveal.objects.exists()


def test_if_the_row_cannot_be_written_no_bytes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    row = case_item()
    person = reviewer(row)

    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError("no room")

    def read(*_: object) -> bytes:
        raise AssertionError("the vault was read")

    monkeypatch.setattr(revealing, "read_object", read)
    for name in ("begin_reveal", "write_event"):
        with monkeypatch.context() as patch:
            patch.setattr(revealing, name, refuse)
            with pytest.raises(DatabaseError):
                reveal(case_item=row, person=person, level="tile")
    assert not Reveal.objects.exists()
    assert not DayExposure.objects.exists()


def test_damaged_bytes_end_the_reveal_with_no_time_and_are_reported() -> None:
    row = case_item()
    person = reviewer(row)
    vault_files.remove(Media.objects.get(case_item=row, kind=MediaKind.TILE).vault_object.uuid)
    assert refusal(case_item=row, person=person, level="tile") == "not-readable"
    ended = RevealEnded.objects.get()
    assert (ended.how, ended.seconds) == ("failed", 0)
    assert len(trail("record:object:damaged")) == 1
    assert seen(row, person) == []
    assert DayExposure.objects.get().count == 0
    assert Shift.objects.get().reveal is None


def test_the_end_is_a_second_row_of_at_most_the_time_that_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    row = case_item()
    person = reviewer(row)
    shown = reveal(case_item=row, person=person, level="tile")
    began = Reveal.objects.get().began_at
    monkeypatch.setattr(viewlog, "now", lambda: began + timedelta(seconds=7))
    assert end_reveal(shown.reveal_id, person, 999.0, "veiled")
    assert not end_reveal(shown.reveal_id, person, 1.0, "veiled")
    assert (RevealEnded.objects.get().seconds, trail("review:reveal:ended")) == (7, [{"seconds": 7, "how": "veiled"}])
    assert DayExposure.objects.get().seconds == 7
    with pytest.raises(Reveal.DoesNotExist):
        end_reveal(shown.reveal_id, reviewer(), 1.0, "veiled")
    for how in ("unknown", "next", "failed", "", "hovered"):
        with pytest.raises(ValueError, match=f"^{how}$"):
            end_reveal(shown.reveal_id, person, 1.0, how)


@pytest.mark.parametrize(("same", "how", "least"), [(True, "next", 0), (False, "unknown", 20)])
def test_the_next_reveal_ends_the_one_before_in_full_if_another_device_has_it(same: bool, how: str, least: int) -> None:
    row = case_item()
    person = reviewer(row)
    first = reveal(case_item=row, person=person, level="tile")
    reveal(case_item=row, person=person, level="grey", veiled=first.reveal_id if same else uuid.uuid4())
    ended = RevealEnded.objects.get()
    assert ended.how == how
    assert ended.seconds >= least
    assert ended.seconds < least + 19


def test_an_end_that_never_comes_counts_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    row = case_item()
    person = reviewer(row)
    reveal(case_item=row, person=person, level="tile")
    assert close_unheard() == 0
    at = now()
    monkeypatch.setattr(revealing, "now", lambda: at + timedelta(seconds=81))
    assert close_unheard() == 1
    assert close_unheard() == 0
    assert (RevealEnded.objects.get().how, RevealEnded.objects.get().seconds) == ("unknown", 20)
    assert DayExposure.objects.get().seconds == 20


def test_the_view_log_is_append_only() -> None:
    row = case_item()
    person = reviewer(row)
    end_reveal(reveal(case_item=row, person=person, level="tile").reveal_id, person, 0, "veiled")
    for table in ("record_reveal", "record_revealended"):
        for act in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):  # our own names
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(act)
    assert (Reveal.objects.count(), RevealEnded.objects.count()) == (1, 1)


def test_a_second_reviewer_begins_where_the_first_had_seen_enough() -> None:
    row = case_item()
    first, second = reviewer(), reviewer(row)
    at = now()
    Grade.objects.create(
        case_item=row, person=first, part="first", state=GradeState.STANDING, vocabulary="1", policy=0,
        outcome="not_illegal", confidence="sure", proposed="no_action", seen="grey",
        made_at=at, stands_at=at, ended_at=at,
    )  # fmt: skip
    row.state = ItemState.SECOND
    row.save()
    assert ladder(row, second) == revealing.Ladder(("grey", "full"), "grey", False)
    assert refusal(case_item=row, person=second, level="full") == "step-missing"
    reveal(case_item=row, person=second, level="grey")
    assert Reveal.objects.get().purpose == "second"
    Lease.objects.all().delete()
    lease(row, first)
    assert refusal(case_item=row, person=first, level="tile") == "not-your-turn"


def test_the_note_of_a_user_report_is_revealed_in_the_same_way() -> None:
    row = reported()
    person = reviewer(row)
    answer = post(signed_in(person), row, "review:reveal_text")
    assert answer.status_code == 200
    assert b"A note about &lt;b&gt;it&lt;/b&gt;." in answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    logged = Reveal.objects.get()
    assert (logged.track, logged.level, answer.headers["Reveal-Id"]) == ("text", "full", str(logged.public))
    assert DayExposure.objects.get().level == "text"
    assert AuditEvent.objects.filter(details__contains="note").count() == 0
    change_protection(person, {"opt_outs": ["text"]})
    assert refusal(case_item=row, person=person, level="full", track="text") == "opted-out"


def test_addresses_answer_with_the_picture_or_with_a_sentence() -> None:
    row = case_item()
    person = reviewer(row)
    client = signed_in(person)
    shown = post(client, row, level="tile", part="tile-3")
    assert (shown.status_code, shown.headers["Content-Type"], shown.headers["Reveal-Limit"]) == (
        200,
        "image/jpeg",
        "20",
    )
    assert shown.content[:2] == b"\xff\xd8"
    assert "Reveal-Left" not in shown.headers
    grey = post(client, row, level="grey", veiled=shown.headers["Reveal-Id"])
    assert grey.headers["Reveal-Left"] == "count=299, seconds=1800"
    assert RevealEnded.objects.get().how == "next"
    assert client.get(f"/cases/{row.case.public}/items/1/reveal/").status_code == 405
    assert post(client, row, level="nothing").status_code == 400
    ended = f"/reveals/{grey.headers['Reveal-Id']}/end/"
    for _ in range(2):
        assert client.post(ended, {"seconds": "0.2", "how": "blurred"}).status_code == 204
    assert client.post(ended, {"seconds": "nan", "how": "blurred"}).status_code == 400
    assert client.post(f"/reveals/{uuid.uuid4()}/end/", {"seconds": "1", "how": "veiled"}).status_code == 404
    stranger = post(signed_in(reviewer()), row, level="tile")
    assert (stranger.status_code, stranger.headers["Content-Type"]) == (423, "application/problem+json")
    assert stranger.json()["detail"] == f"{person.name} has this case now."
    assert post(signed_in(make_person(Role.ANALYST)), row, level="tile").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_row_is_committed_before_the_vault_is_read_and_stays_if_the_process_dies_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = case_item()
    person = reviewer(row)
    committed = []

    class Killed(BaseException):
        """As if the process ended here."""

    def read(_: object) -> bytes:
        committed.append((connection.in_atomic_block, Reveal.objects.count()))
        raise Killed

    monkeypatch.setattr(revealing, "read_object", read)
    with pytest.raises(Killed):
        reveal(case_item=row, person=person, level="tile")
    assert committed == [(False, 1)]
    assert not RevealEnded.objects.exists()
    at = now()
    monkeypatch.setattr(revealing, "now", lambda: at + timedelta(minutes=2))
    assert close_unheard() == 1
    assert RevealEnded.objects.get().how == "unknown"


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_nothing_is_shown() -> None:
    row = case_item()
    person = reviewer(row)
    with pytest.raises(RuntimeError), transaction.atomic():
        reveal(case_item=row, person=person, level="tile")
    assert not Reveal.objects.exists()
