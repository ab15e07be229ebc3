"""The vault keeps nothing in clear, gives back exactly what it took, and says so when it cannot."""

from __future__ import annotations

import hashlib
import os
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.record import vault_files
from lightkeeper.record.errors import (
    HeldError,
    ItemTooLarge,
    VaultObjectAltered,
    VaultObjectDamagedError,
    VaultObjectDestroyedError,
    VaultObjectMissing,
    VaultObjectTruncated,
)
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, VaultObject
from lightkeeper.record.services import (
    destroy,
    discard,
    get_or_create_item,
    incoming,
    keep,
    lift_hold,
    make_durable,
    open_object,
    place_hold,
    read_incoming,
    read_object,
    sweep_vault,
    verify_vault,
)
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import (
    DestructionReason,
    HoldBasis,
    ItemKind,
    LiftReason,
    ObjectKind,
    Stored,
    Subject,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
MARK = b"lightkeeper-planted-mark"
CHUNK = 64 * 1024


def store(data: bytes, *, durable: bool = True, piece: int = 10_000) -> Stored:
    with incoming(len(data)) as writer:
        for at in range(0, len(data), piece):
            writer.write(data[at : at + piece])
        return writer.commit(durable=durable)


def store_pieces(piece: bytes, count: int, *, limit: int) -> Stored:
    with incoming(limit) as writer:
        for _ in range(count):
            writer.write(piece)
        return writer.commit()


def kept(data: bytes, kind: ObjectKind = ObjectKind.ORIGINAL, original: VaultObject | None = None) -> VaultObject:
    with transaction.atomic():
        return keep(store(data), kind=kind, original=original)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    size=st.one_of(st.integers(0, 300), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])),
    piece=st.integers(1, 100_000),
)
def test_what_goes_in_comes_out_with_its_digests(size: int, piece: int) -> None:
    data = hashlib.shake_256(bytes([size % 256])).digest(size)
    stored = store(data, piece=max(piece, size // 50 or 1))
    assert stored.size == size
    assert (stored.sha256, stored.md5) == (hashlib.sha256(data).digest(), hashlib.md5(data).digest())  # noqa: S324
    assert stored.sha1 == hashlib.sha1(data).digest()  # noqa: S324
    assert read_incoming(stored) == data
    with transaction.atomic():
        obj = keep(stored, kind=ObjectKind.ORIGINAL)
    assert read_object(obj) == data
    assert all(len(chunk) <= CHUNK for chunk in open_object(obj))


def test_nothing_is_on_disk_in_clear_and_only_we_may_look(folder: Path) -> None:
    stored = store(MARK * 10_000)
    (file,) = files(folder)
    assert MARK not in file.read_bytes()
    assert stored.stored_size == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()} == {0o700}
    obj = kept(MARK)
    assert MARK not in bytes(obj.wrapped_key or b"")
    assert bytes(obj.sha256) != hashlib.sha256(MARK).digest()
    assert MARK.decode() not in repr(stored)


def test_too_large_is_refused_and_leaves_nothing(folder: Path) -> None:
    with pytest.raises(ItemTooLarge, match="1000 bytes"), incoming(1000) as writer:
        writer.write(b"x" * 1001)
    with pytest.raises(ItemTooLarge, match="1000 bytes"):
        store_pieces(b"x" * 400, 3, limit=1000)
    assert files(folder) == []
    with incoming(1000) as writer:
        writer.write(b"x" * 1000)
        assert writer.commit().size == 1000


def test_an_error_or_no_commit_leaves_nothing(folder: Path) -> None:
    with pytest.raises(TypeError):
        store_pieces("no bytes", 1, limit=100)  # type: ignore[arg-type]
    with incoming(100) as writer:
        writer.write(b"never committed")
    assert files(folder) == []


def test_a_full_disk_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(vault_files, "sync_folder", print)
    with pytest.raises(OSError, match="No space"):
        store(b"x")
    assert files(folder) == []


def test_the_writer_holds_a_few_chunks_however_much_comes() -> None:
    piece = bytes(1 << 20)
    with incoming(1 << 30) as writer:
        writer.write(piece)
        tracemalloc.start()
        for _ in range(24):
            writer.write(piece)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        stored = writer.commit(durable=False)
    assert peak < 3 << 20
    discard(stored)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files and folders that were made to last, in order."""
    names: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        names.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return names


def test_file_and_folder_last_before_commit_returns(synced: list[str]) -> None:
    store(b"first")  # makes the folders
    synced.clear()
    stored = store(b"x")
    assert synced == [str(stored.uuid), "incoming"]


def test_what_was_not_made_to_last_is_when_it_is_kept(synced: list[str]) -> None:
    stored = store(b"x", durable=False)
    synced.clear()
    with transaction.atomic():
        keep(stored, kind=ObjectKind.ORIGINAL)
    assert synced == [str(stored.uuid), "incoming"]
    again = store(b"y", durable=False)
    assert make_durable(make_durable(again)).durable


def test_discard_removes_at_once(folder: Path) -> None:
    stored = store(b"x")
    discard(stored)
    discard(stored)
    assert files(folder) == []
    with pytest.raises(VaultObjectMissing):
        read_incoming(stored)


@pytest.mark.django_db(transaction=True)
def test_a_kept_file_moves_when_its_row_is_committed(folder: Path) -> None:
    stored = store(b"kept")
    with transaction.atomic():
        obj = keep(stored, kind=ObjectKind.ORIGINAL)
        assert read_object(obj) == b"kept"
        assert files(folder) == [folder / "incoming" / str(stored.uuid)]
    assert files(folder) == [folder / "objects" / stored.uuid.hex[:2] / str(stored.uuid)]
    assert read_object(obj) == b"kept"


def older(folder: Path, seconds: float) -> None:
    for file in files(folder):
        os.utime(file, (time.time() - seconds, time.time() - seconds))


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_writing_and_the_row_is_swept_after_an_hour_and_never_before(folder: Path) -> None:
    store(b"the process died here")
    older(folder, vault_files.SWEEP_AFTER - 30)
    assert sweep_vault() == 0
    assert len(files(folder)) == 1
    older(folder, vault_files.SWEEP_AFTER + 1)
    assert sweep_vault() == 1
    assert files(folder) == []
    assert AuditEvent.objects.get().event == Event.RECORD_VAULT_SWEPT


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_row_gives_the_file_another_hour_and_then_it_goes(folder: Path) -> None:
    stored = store(b"x")
    older(folder, vault_files.SWEEP_AFTER + 1)
    with transaction.atomic():
        keep(stored, kind=ObjectKind.ORIGINAL)
        assert sweep_vault() == 0  # keep began the hour anew
        transaction.set_rollback(True)
    assert sweep_vault() == 0
    older(folder, vault_files.SWEEP_AFTER + 1)
    assert sweep_vault() == 1
    with pytest.raises(VaultObjectMissing), transaction.atomic():
        keep(stored, kind=ObjectKind.ORIGINAL)


def test_a_crash_between_the_row_and_the_move_loses_nothing(folder: Path) -> None:
    obj = kept(b"moved by the sweep")  # no commit in this test, so no move either
    older(folder, vault_files.SWEEP_AFTER + 1)
    assert read_object(obj) == b"moved by the sweep"
    assert sweep_vault() == 0
    assert files(folder) == [vault_files.object_path(obj.uuid)]
    assert read_object(obj) == b"moved by the sweep"


def test_files_without_a_row_among_the_objects_go_too(folder: Path) -> None:
    obj, gone = kept(b"stays"), kept(b"goes")
    for one in (obj, gone):
        vault_files.settle(one.uuid)
    gone.delete()
    (folder / "objects" / gone.uuid.hex[:2] / "README").write_text("not ours")
    older(folder, vault_files.SWEEP_AFTER + 1)
    assert sweep_vault(objects=True) == 1
    assert {file.name for file in files(folder)} == {str(obj.uuid), "README"}
    assert read_object(obj) == b"stays"


def damage_events() -> list[str]:
    rows = AuditEvent.objects.filter(event=Event.RECORD_OBJECT_DAMAGED).order_by("id")
    return list(rows.values_list("details", flat=True))


def path_of(obj: VaultObject) -> Path:
    return vault_files.incoming_path(obj.uuid)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(bytes(data))


def swap_chunks(path: Path) -> None:
    data, piece = path.read_bytes(), CHUNK + 16
    path.write_bytes(data[:11] + data[11 + piece : 11 + 2 * piece] + data[11 : 11 + piece] + data[11 + 2 * piece :])


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (cut, VaultObjectTruncated), (grow, VaultObjectAltered), (flip, VaultObjectAltered),
        (swap_chunks, VaultObjectAltered), (Path.unlink, VaultObjectMissing),
    ],
)  # fmt: skip
def test_damage_is_told_and_nothing_is_given_out(
    harm: Callable[[Path], object], error: type[VaultObjectDamagedError]
) -> None:
    obj = kept(MARK * 8000)
    harm(path_of(obj))
    with pytest.raises(error, match=f"Object {obj.pk} ") as caught:
        read_object(obj)
    assert damage_events() == [f'{{"damage":"{caught.value.damage.value}"}}']
    assert AuditEvent.objects.filter(subject_kind="object", subject_id=str(obj.pk)).count() == 2


@pytest.mark.parametrize("harm", [cut, grow, Path.unlink])
def test_a_wrong_size_is_found_before_the_first_byte(harm: Callable[[Path], object]) -> None:
    obj = kept(b"x" * 200_000)
    harm(path_of(obj))
    with pytest.raises(VaultObjectDamagedError):
        open_object(obj)  # not even iterated


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_any_changed_byte_of_a_file_is_found(data: st.DataObject) -> None:
    obj = kept(b"abcdefgh" * 20_000)
    path = path_of(obj)
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(raw))
    with pytest.raises(VaultObjectAltered):
        read_object(obj)


@pytest.mark.parametrize("field", ["wrapped_key", "sha256"])
def test_an_altered_row_is_found(field: str) -> None:
    obj = kept(b"x" * 1000)
    value = bytearray(getattr(obj, field))
    value[-1] ^= 1
    VaultObject.objects.filter(pk=obj.pk).update(**{field: bytes(value)})
    obj.refresh_from_db()
    with pytest.raises(VaultObjectAltered):
        read_object(obj)
    assert len(damage_events()) == 1


def test_another_objects_file_and_key_do_not_pass() -> None:
    first, second = kept(b"first content"), kept(b"other content")
    path_of(first).write_bytes(path_of(second).read_bytes())
    VaultObject.objects.filter(pk=first.pk).update(wrapped_key=second.wrapped_key)
    first.refresh_from_db()
    with pytest.raises(VaultObjectAltered):
        read_object(first)


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    obj = kept(b"x")
    path = path_of(obj)
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(VaultObjectAltered):
        read_object(obj)


@pytest.mark.django_db(transaction=True)
def test_destroying_takes_the_key_and_then_the_file(folder: Path) -> None:
    obj = kept(b"x" * 1000)
    with transaction.atomic():
        destroy(obj, reason=DestructionReason.RETENTION_OVER)
        assert obj.wrapped_key is None
        assert len(files(folder)) == 1
        transaction.set_rollback(True)
    obj.refresh_from_db()
    assert read_object(obj) == b"x" * 1000
    stale = VaultObject.objects.get(pk=obj.pk)
    destroy(obj, reason=DestructionReason.RETENTION_OVER)
    destroy(obj, reason=DestructionReason.ERASED)
    assert files(folder) == []
    assert (obj.wrapped_key, obj.destroyed_because) == (None, "retention_over")
    for one in (obj, stale):
        with pytest.raises(VaultObjectDestroyedError):
            read_object(one)
    assert AuditEvent.objects.filter(event=Event.RECORD_OBJECT_DESTROYED).count() == 1
    assert damage_events() == []


def test_the_database_refuses_half_a_destruction() -> None:
    obj = kept(b"x")
    for change in ({"wrapped_key": None}, {"destroyed_because": "erased"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VaultObject.objects.filter(pk=obj.pk).update(**change)


def test_a_hold_on_the_item_holds_its_object_and_what_was_derived() -> None:
    data = b"held content"
    obj = kept(data)
    derived, other = kept(b"tile", ObjectKind.DERIVATIVE, obj), kept(b"other")
    item = get_or_create_item(kind=ItemKind.PICTURE, sha256=hashlib.sha256(data).digest(), size=len(data))
    subject = Subject("item", str(item.pk))
    hold = place_hold(subject=subject, basis=HoldBasis.COURT_ORDER, reference="AZ 1/26", by=PERSON)
    for one in (obj, derived):
        with pytest.raises(HeldError, match=f"hold {hold.pk}"):
            destroy(one, reason=DestructionReason.ERASED)
        assert read_object(one)
    destroy(other, reason=DestructionReason.ERASED)
    lift_hold(hold=hold.pk, reason=LiftReason.RELEASED, reference="AZ 1/26", by=PERSON)
    for one in (derived, obj):
        destroy(one, reason=DestructionReason.ERASED)


def test_a_hold_on_a_submission_holds_what_is_destroyed_for_it() -> None:
    obj, submission = kept(b"x"), Subject("submission", "12")
    place_hold(subject=submission, basis=HoldBasis.DISPUTE, reference="C 4", by=PERSON)
    with pytest.raises(HeldError):
        destroy(obj, reason=DestructionReason.ERASED, subjects=[submission])
    destroy(obj, reason=DestructionReason.ERASED, subjects=[Subject("submission", "13")])


def test_verifying_reads_all_and_names_the_damaged() -> None:
    objects = [kept(bytes([number]) * 70_000) for number in range(6)]
    flip(path_of(objects[1]))
    path_of(objects[4]).unlink()
    destroy(objects[5], reason=DestructionReason.ERASED)
    seen: list[int] = []
    found = verify_vault(tell=seen.append)
    assert (found.objects, found.damaged_count, found.ok) == (5, 2, False)
    assert found.damaged == ((objects[1].pk, "altered"), (objects[4].pk, "missing"))
    assert seen == [5]
    assert len(damage_events()) == 2
    told = AuditEvent.objects.get(event=Event.RECORD_VAULT_VERIFIED)
    assert told.details == '{"damaged":2,"objects":5}'
