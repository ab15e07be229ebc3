"""Whatever is altered in the trail, verifying names it, where it is; and what is right verifies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.record import checkpoints, verifying
from lightkeeper.record.chain import EVENT_FIELDS, GENESIS, checkpoint_message, event_digest, next_link
from lightkeeper.record.errors import ChainError
from lightkeeper.record.models import AuditEvent, Checkpoint, Seal, SigningKey, Unsealed
from lightkeeper.record.services import public_key, read_checkpoint, seal_pending, sign_checkpoint, verify
from lightkeeper.record.tests.support import chain, without_triggers, write
from lightkeeper.record.verifying import BreakKind

pytestmark = pytest.mark.django_db
shared_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


class Undone(Exception):  # noqa: N818
    """Ends a transaction that only an example needs."""


def after(tamper: Callable[[], object]) -> verifying.Verification:
    """What verifying shows after some tampering, which is undone."""
    try:
        with transaction.atomic():
            with without_triggers():
                tamper()
            result = verify()
            raise Undone
    except Undone:
        return result


def test_an_empty_trail_is_sound() -> None:
    result = verify()
    assert (result.ok, result.events, result.head, result.unsealed) == (True, 0, GENESIS, 0)


def test_sealed_events_verify_and_the_tail_is_told() -> None:
    chain(12)
    sign_checkpoint()
    tail = write(3)
    result = verify()
    assert (result.ok, result.events, result.checkpoints, result.unsealed) == (True, 12, 1, 3)
    assert result.unsealed_since == AuditEvent.objects.get(id=tail[0]).at
    assert not result.late
    assert seal_pending() == 3
    assert verify().unsealed == 0


def test_more_than_a_page_and_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PAGE", 7)
    monkeypatch.setattr("lightkeeper.record.sealing.BATCH", 5)
    write(33)
    assert seal_pending() == 33
    sign_checkpoint()
    seen: list[int] = []
    assert verify(tell=seen.append).ok
    assert seen == [7, 14, 21, 28, 33]


EVENT_CHANGES: dict[str, object] = {
    "at": timedelta(microseconds=1), "event": "record:object:destroyed", "actor_kind": "client", "actor_id": "8",
    "actor_role": "auditor", "subject_kind": "items", "subject_id": "x", "details": '{"kind":"original", "size":1}',
    "id": 10**9,
}  # fmt: skip
SEAL_FIELDS = ("position", "event_id", "event_digest", "previous", "link", "sealed_at")


def test_no_field_is_forgotten() -> None:
    assert {field.attname for field in AuditEvent._meta.concrete_fields} == set(EVENT_CHANGES)
    assert {field.attname for field in Seal._meta.concrete_fields} == set(SEAL_FIELDS)


@shared_database
@given(field=st.sampled_from(sorted(EVENT_CHANGES)), which=st.integers(0, 11))
def test_any_altered_field_of_any_event_is_named(field: str, which: int) -> None:
    with transaction.atomic():
        ids = chain(12)
        event, change = AuditEvent.objects.get(id=ids[which]), EVENT_CHANGES[field]
        value = event.at + change if isinstance(change, timedelta) else change
        found = after(lambda: AuditEvent.objects.filter(id=event.id).update(**{field: value})).first_break
        assert found is not None
        assert found.kind is (BreakKind.EVENT_MISSING if field == "id" else BreakKind.EVENT_ALTERED)
        assert (found.position, found.event_id) == (Seal.objects.get(event_id=event.id).position, event.id)
        transaction.set_rollback(True)


@shared_database
@given(field=st.sampled_from(SEAL_FIELDS), which=st.integers(1, 12), bit=st.integers(0, 255))
def test_any_altered_field_of_any_seal_is_named(field: str, which: int, bit: int) -> None:
    with transaction.atomic():
        chain(12)
        seal = Seal.objects.order_by("position")[which - 1]
        value = altered(getattr(seal, field), bit)
        found = after(lambda: Seal.objects.filter(position=seal.position).update(**{field: value})).first_break
        assert found is not None
        assert found.kind is (BreakKind.SEAL_MISSING if field == "position" else BreakKind.SEAL_ALTERED)
        assert found.position == which
        transaction.set_rollback(True)


def altered(value: object, bit: int) -> object:
    if isinstance(value, int):
        return value + 10**9 + bit
    if isinstance(value, bytes | memoryview):
        raw = bytearray(value)
        raw[bit // 8] ^= 1 << (bit % 8)
        return bytes(raw)
    return value + timedelta(microseconds=bit + 1)  # type: ignore[operator]


def test_seals_that_changed_places_are_out_of_order() -> None:
    chain(6)

    def swap() -> None:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            Seal.objects.filter(position=old).update(position=new)

    found = after(swap).first_break
    assert found is not None
    assert (found.kind, found.position) == (BreakKind.OUT_OF_ORDER, 3)


def test_a_missing_event_and_a_missing_seal_are_named() -> None:
    ids = chain(6)
    found = after(lambda: AuditEvent.objects.filter(id=ids[3]).delete()).first_break
    assert found is not None
    assert (found.kind, found.position, found.event_id) == (BreakKind.EVENT_MISSING, 4, ids[3])
    found = after(lambda: Seal.objects.filter(position=2).delete()).first_break
    assert found is not None
    assert (found.kind, found.position) == (BreakKind.SEAL_MISSING, 2)
    assert "position 2" in str(found)


def test_an_event_that_vanished_before_its_seal_is_named_and_does_not_stop_the_sealer() -> None:
    ids = write(4)

    def remove() -> None:
        AuditEvent.objects.filter(id=ids[1]).delete()

    with without_triggers():
        remove()
    assert seal_pending() == 3
    assert seal_pending() == 0
    found = verify().first_break
    assert found is not None
    assert (found.kind, found.event_id) == (BreakKind.EVENT_MISSING, ids[1])


def test_an_event_taken_from_the_queue_by_hand_is_queued_again() -> None:
    from lightkeeper.record.sealing import queue_lost

    chain(3)
    write(2)
    Unsealed.objects.all().delete()
    assert seal_pending() == 0
    assert verify().unsealed == 2
    assert (queue_lost(), queue_lost(), seal_pending()) == (2, 0, 2)


def test_a_sealed_event_put_into_the_queue_again_is_sealed_once() -> None:
    ids = chain(3)
    Unsealed.objects.create(event_id=ids[0])
    assert seal_pending() == 0
    assert not Unsealed.objects.exists()
    assert verify().ok


@pytest.mark.parametrize("field", ["position", "link", "signed_at", "key_id", "signature"])
def test_any_altered_field_of_a_checkpoint_is_named(field: str) -> None:
    chain(6)
    sign_checkpoint()
    row = Checkpoint.objects.get()
    changes = {"position": 4, "key_id": "0" * 16}
    value = changes.get(field) or altered(getattr(row, field), 7)
    found = after(lambda: Checkpoint.objects.update(**{field: value})).first_break
    assert found is not None
    assert found.kind is BreakKind.SIGNATURE_WRONG
    assert f"checkpoint {row.pk}" in str(found)


def test_a_cut_end_is_found_by_a_checkpoint() -> None:
    ids = chain(10)
    sign_checkpoint()

    def cut() -> None:
        Seal.objects.filter(position__gt=7).delete()
        AuditEvent.objects.filter(id__in=ids[7:]).delete()

    found = after(cut).first_break
    assert found is not None
    assert (found.kind, found.position) == (BreakKind.CUT_SHORT, 8)


def write_anew() -> None:
    """Seal everything again, as somebody could who has the database and the program."""
    link = GENESIS
    for seal in Seal.objects.order_by("position"):
        event = AuditEvent.objects.filter(id=seal.event_id).values(*EVENT_FIELDS).get()
        digest = event_digest(event)
        previous, link = link, next_link(link, event_id=seal.event_id, digest=digest, sealed_at=seal.sealed_at)
        Seal.objects.filter(position=seal.position).update(previous=previous, link=link, event_digest=digest)


def test_a_chain_written_anew_is_found_by_a_checkpoint_kept_elsewhere() -> None:
    ids = chain(10)
    made = sign_checkpoint()
    assert made is not None
    kept_elsewhere = read_checkpoint(made.as_text())
    assert verify(against=kept_elsewhere).ok
    with without_triggers():
        AuditEvent.objects.filter(id=ids[4]).update(actor_id="9")
        write_anew()
    found = verify().first_break
    assert found is not None
    assert found.kind is BreakKind.CONTRADICTED
    with without_triggers():
        Checkpoint.objects.all().delete()
    assert verify().ok  # nothing inside the database shows it any more
    found = verify(against=kept_elsewhere).first_break
    assert found is not None
    assert (found.kind, found.position) == (BreakKind.CONTRADICTED, 10)


def test_a_checkpoint_reaches_further_than_a_trail_begun_anew() -> None:
    chain(4)
    made = sign_checkpoint()
    assert made is not None
    with without_triggers():
        for model in (Seal, Checkpoint, AuditEvent):
            model.objects.all().delete()
    chain(2)
    found = verify(against=made).first_break
    assert found is not None
    assert found.kind is BreakKind.CUT_SHORT


def test_only_a_key_of_this_service_signs() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    chain(2)
    made = sign_checkpoint()
    assert made is not None
    assert public_key() == (made.key_id, made.public)
    foreign = Ed25519PrivateKey.generate()
    public = foreign.public_key().public_bytes_raw()
    name, now = checkpoints.key_id_of(public), timezone.now()
    message = checkpoint_message(position=1, link=made.link, signed_at=now, key_id=name)
    forged = checkpoints.SignedCheckpoint(1, made.link, now, name, public, foreign.sign(message))
    assert forged.genuine
    found = verify(against=forged).first_break
    assert found is not None
    assert found.kind is BreakKind.SIGNATURE_WRONG
    SigningKey.objects.create(key_id=name, public=public, private=b"no sealed value")
    found = verify().first_break
    assert found is not None
    assert found.kind is BreakKind.KEY_FORGED


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"format": "lightkeeper-checkpoint-1"}', "not json", '{"position": []}']
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ChainError, match="no checkpoint"):
        read_checkpoint(text)


@given(st.data())
def test_a_checkpoint_survives_its_file_and_no_change_to_it(data: st.DataObject) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    name, link, at = checkpoints.key_id_of(public), data.draw(st.binary(min_size=32, max_size=32)), timezone.now()
    position = data.draw(st.integers(1, 2**62))
    message = checkpoint_message(position=position, link=link, signed_at=at, key_id=name)
    made = checkpoints.SignedCheckpoint(position, link, at, name, public, key.sign(message))
    text = made.as_text()
    assert read_checkpoint(text) == made
    assert made.genuine
    where = data.draw(st.integers(0, len(text) - 1))
    changed = text[:where] + data.draw(st.sampled_from("0123456789abcdef")) + text[where + 1 :]
    try:
        other = read_checkpoint(changed)
    except ChainError:
        return
    assert other == made or not other.genuine


def test_a_checkpoint_is_due_when_the_chain_grew_and_the_last_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not checkpoints.sign_checkpoint_if_due()
    chain(2)
    assert checkpoints.sign_checkpoint_if_due()
    assert not checkpoints.sign_checkpoint_if_due()
    chain(1)
    assert not checkpoints.sign_checkpoint_if_due()
    monkeypatch.setattr(checkpoints, "EVERY", timedelta(seconds=-1))
    assert checkpoints.sign_checkpoint_if_due()
    assert not checkpoints.sign_checkpoint_if_due()
    assert Checkpoint.objects.count() == 2


def test_what_waits_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        query = str(Unsealed.objects.filter(event_id__gt=5).order_by("event_id").values("event_id")[:10].query)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + query)
        plan = str(cursor.fetchall())
    assert "USING COVERING INDEX" in plan or "Index Only Scan" in plan
