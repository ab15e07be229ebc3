"""On its day all that a case held is gone, and provably: from the database, the vault, and a backup of before.

What was sealed is looked for by its ciphertext, and the keys of objects by their wrapped bytes: with the master key,
each of them would still open wherever it was left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils.timezone import now

from lightkeeper.act.reports.models import Report, ReportFile
from lightkeeper.act.reports.states import Mode
from lightkeeper.act.reports.tests.filing import approved, scene, sent
from lightkeeper.backups.making import make
from lightkeeper.backups.restoring import restore
from lightkeeper.backups.tests.places import elsewhere, killed_at
from lightkeeper.intake.lifecycle import erase_again
from lightkeeper.intake.models import Submission
from lightkeeper.intake.retained import Retained
from lightkeeper.people.clients import create_client
from lightkeeper.record import proofs
from lightkeeper.record.errors import HeldError
from lightkeeper.record.models import DestructionProof, Hold, RetentionClock, VaultObject
from lightkeeper.record.services import (
    bring_log_up,
    destroy_due,
    lift_hold,
    log_path,
    place_hold,
    read_object,
    seal_pending,
    sweep_vault,
)
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.tests.vaulted import files, older
from lightkeeper.record.types import Actor, HoldBasis, LiftReason, Subject
from lightkeeper.review.models import CaseItem, ConversationText, Grade, Sighting
from lightkeeper.review.services import begin_asking, end_asking
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, leased, policy, reviewer, stood
from lightkeeper.review.tests.making import original, source
from lightkeeper.review.types import TextState
from lightkeeper.web.tests.talks_of_cases import SECRET, conversation, verdict, words

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MARK = b"lantern-and-harbour-mark"
NOTE = "a note about the harbour"
LONG = MARK * 3000
"""Longer than a page of a database, so that sealed values of it would lie in pages of their own."""


def picture() -> CaseItem:
    """A settled case of a picture that a submission brought, with a note of whoever judged it."""
    item = case_item(LONG, original=original(LONG), context={"uploader": MARK.decode(), "more": LONG.decode()})
    stood(item, reviewer(), illegal(note=NOTE))
    at = now()
    Submission.objects.create(
        client=create_client(name="a platform", actor=Actor.operator()), reference_index=source(1), kind="picture",
        state="finished", outcome="match", reason="list_match", case=item.case, item=item.item, received_at=at,
        finished_at=at, retained=Retained(body=b"b" * 32, callers_id=MARK.decode()).seal(source(1)),
    )  # fmt: skip
    return item


def talk() -> CaseItem:
    """A settled case of a conversation whose words were kept beyond its end, as a hold stood then."""
    item, person = conversation(), reviewer()
    leased(item, person)
    asking = begin_asking(item, person)
    assert end_asking(asking.public, TextState.KEPT, words()) is TextState.KEPT
    hold = held(item)
    stood(item, person, verdict())
    lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="Over", by=PERSON)
    assert ConversationText.objects.get().state == TextState.KEPT
    return item


def filed(settings: LazySettings) -> Report:
    """A live report of a settled case, with two files."""
    with scene(settings, Mode.LIVE):
        report = sent(approved())
    stood(report.case.items.get(), reviewer(), illegal())
    return report


def held(item: CaseItem) -> Hold:
    return place_hold(
        subject=Subject("case", str(item.case_id)), basis=HoldBasis.DISPUTE, reference="A matter", by=PERSON
    )


def the_day_comes() -> None:
    """All terms are over, and the day of every clock has come."""
    RetentionClock.objects.update(due_at=now() - timedelta(minutes=1))
    Hold.objects.filter(basis=HoldBasis.REPORT_FILED).update(placed_at=now() - timedelta(days=400))


def needles() -> list[bytes]:
    """Pieces of everything that would open: sealed values, wrapped keys; and what they would say."""
    values: list[Any] = [*VaultObject.objects.values_list("wrapped_key", flat=True)]
    values += Sighting.objects.values_list("context", flat=True)
    values += ConversationText.objects.values_list("sealed", flat=True)
    values += Grade.objects.values_list("note", flat=True)
    values += ReportFile.objects.values_list("details", flat=True)
    values += Submission.objects.values_list("retained", flat=True)
    for row in ReportFile.objects.select_related("report").distinct():
        values += [row.report.content, row.report.document]
    found = [bytes(one) for one in values if one]
    assert len(found) >= 14
    pieces = [one[at : at + 24] for one in found for at in {len(one) // 2, len(one) - 24}]
    return [*pieces, MARK, NOTE.encode(), SECRET.encode()]


def stores(data: Path) -> Iterator[bytes]:
    """All bytes that are there: the database's files (of PostgreSQL every row of every table), the vault."""
    if connection.vendor == "sqlite":
        for tail in ("", "-wal", "-journal"):
            file = Path(f"{connection.settings_dict['NAME']}{tail}")
            yield file.read_bytes() if file.exists() else b""
    else:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                yield "\n".join(row[0] for row in cursor.fetchall()).encode()
    for file in files(data / "vault"):
        yield file.read_bytes()


def left_of(wanted: Iterable[bytes], data: Path) -> list[bytes]:
    """The pieces that are found anywhere, as they are or written in hexadecimal."""
    there = list(stores(data))
    return [one for one in wanted if any(one in store or one.hex().encode() in store for store in there)]


def test_on_the_day_nothing_is_left_of_it_but_the_proof(tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA_DIR = live = tmp_path / "live"
    root = tmp_path / "backups"
    policy()
    report, shown, said = filed(settings), picture(), talk()
    searched, plain = needles(), {MARK, NOTE.encode(), SECRET.encode()}
    assert set(left_of(searched, live)) == set(searched) - plain  # what would open is there, and found
    the_day_comes()
    hold = held(shown)  # the backup has it, and does not know that it is lifted afterwards
    seal_pending()
    make(root, at=AT)

    with pytest.raises(HeldError):
        erase_again(Submission.objects.get().pk)
    assert (destroy_due(), RetentionClock.objects.filter(blocked="hold", hold=hold).count()) == (2, 2)
    assert read_object(shown.media.get().vault_object) == LONG
    lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="Over", by=PERSON)
    assert (destroy_due(), destroy_due()) == (1, 0)
    assert left_of(searched, live) == []
    assert not VaultObject.objects.filter(destroyed_at=None).exists()
    report.refresh_from_db()
    assert (report.state, said.grades.get().outcome) == ("finished", "concerning")

    seal_pending()
    bring_log_up()
    given = [proofs.exported(one) for one in DestructionProof.objects.order_by("pk")]
    assert [one["counts"]["media"] for one in given if "media" in one["counts"]] == [2, 1]
    assert all(one["audit"]["link"] and MARK.decode() not in json.dumps(one) for one in given)
    log = log_path()
    with elsewhere(settings, tmp_path / "other") as other:
        done = restore(root, log=log, at=AT)
        assert (done.again.held, done.again.by_hand, done.trail.ok) == (0, 0, True)
        assert left_of(searched, other) == []
        assert set(DestructionProof.objects.values_list("rule", flat=True)) == {"again"}


def test_a_run_that_is_killed_leaves_whole_cases_and_the_next_goes_on(tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA_DIR = tmp_path
    policy()
    for number in (1, 2, 3):
        data = b"drawing %d" % number
        stood(case_item(data, number, original=original(data)), reviewer(), harmless())
    assert [killed_at(step, destroy_due) for step in (1, 1)] == [True, True]  # as a file goes, its case committed
    assert DestructionProof.objects.count() == VaultObject.objects.filter(wrapped_key=None).count() == 2
    assert (destroy_due(), destroy_due()) == (1, 0)
    assert len(set(DestructionProof.objects.values_list("subject_id", flat=True))) == 3
    older(tmp_path / "vault", 3601)
    assert (sweep_vault() + sweep_vault(objects=True), files(tmp_path / "vault")) == (2, [])
