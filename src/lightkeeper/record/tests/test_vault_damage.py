"""What is missing, altered or truncated is told, by name, and nothing of it is given out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.record.errors import (
    VaultObjectAltered,
    VaultObjectDamagedError,
    VaultObjectMissing,
    VaultObjectTruncated,
)
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, VaultObject
from lightkeeper.record.services import (
    destroy,
    open_object,
    read_object,
    verify_vault,
)
from lightkeeper.record.tests.vaulted import (
    CHUNK,
    MARK,
    damage_events,
    flip,
    kept,
    path_of,
)
from lightkeeper.record.types import (
    DestructionReason,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


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
