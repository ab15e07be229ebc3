"""Derivatives: made once in locked-in processes, in no mode but the one that allows it, of nothing that is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightkeeper.demo import drawings, edits
from lightkeeper.record import authority, vault_files
from lightkeeper.record.models import AuditEvent, OwedDestruction, VaultObject
from lightkeeper.record.services import place_hold, read_object, record_authority
from lightkeeper.record.types import Actor, ActorKind, DestructionReason, HoldBasis, ObjectKind, Subject
from lightkeeper.record.vault import destroy
from lightkeeper.review import derivatives, jobs
from lightkeeper.review.models import CaseItem, Media
from lightkeeper.review.services import keep_derivative
from lightkeeper.review.tests.making import opened, original
from lightkeeper.review.types import CaseRef, MediaKind
from lightkeeper.runtime.services import Dead

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = edits.as_jpeg(drawings.drawing(5, (192, 144)))
JPEG = b"\xff\xd8"


@pytest.fixture(autouse=True, scope="module")
def _no_pool_is_left() -> Iterator[None]:
    yield
    if derivatives._pool is not None:
        derivatives._pool.close()
    derivatives._pool = None


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    authority.forget()
    yield
    authority.forget()


@pytest.fixture
def keeping() -> None:
    record_authority(
        organisation="An organisation", person_name="A person", role="Head", country="GB", basis="A law",
        actor=Actor.operator(),
    )  # fmt: skip
    authority.forget()


def item_of(ref: CaseRef) -> int:
    return CaseItem.objects.get(case_id=ref.id).pk


def kinds() -> list[str]:
    return sorted(Media.objects.values_list("kind", flat=True))


def test_hash_only_makes_none() -> None:
    ref = opened(PICTURE, original=original(PICTURE))
    jobs.derive(item_of(ref))
    assert kinds() == ["original"]
    assert not VaultObject.objects.filter(kind=ObjectKind.DERIVATIVE).exists()


@pytest.mark.usefixtures("keeping")
def test_each_is_made_once_and_kept_encrypted() -> None:
    ref = opened(PICTURE, original=original(PICTURE))
    for _ in range(2):
        jobs.derive(item_of(ref))
    assert kinds() == ["full", "grey", "original", "tile"]
    made = list(VaultObject.objects.filter(kind=ObjectKind.DERIVATIVE))
    assert len(made) == 3
    assert all(read_object(one).startswith(JPEG) for one in made)
    assert all(one.original is not None for one in made)
    assert AuditEvent.objects.filter(event="review:derivative:kept").count() == 3


@pytest.mark.usefixtures("keeping")
def test_of_no_case_without_bytes_and_of_no_bytes_that_are_gone() -> None:
    jobs.derive(None)
    jobs.derive(opened(b"without bytes").id)
    kept = original(PICTURE)
    ref = opened(PICTURE, original=kept)
    destroy(kept, reason=DestructionReason.ERASED)
    jobs.derive(item_of(ref))
    assert kinds() == ["original"]


@pytest.mark.usefixtures("keeping")
def test_of_damaged_bytes_none_are_made_and_it_is_reported() -> None:
    kept = original(PICTURE)
    ref = opened(PICTURE, original=kept)
    vault_files.remove(kept.uuid)
    with pytest.raises(Dead, match="vault_damaged"):
        jobs.derive(item_of(ref))
    assert AuditEvent.objects.filter(event="record:object:damaged").count() == 1


def test_what_nobody_can_read_as_a_picture_has_none(keeping: None) -> None:
    ref = opened(b"no picture", original=original(b"no picture"))
    jobs.derive(item_of(ref))
    assert kinds() == ["original"]


def test_a_second_one_of_a_kind_goes_at_once_or_when_a_hold_is_lifted() -> None:
    kept = original(PICTURE)
    ref = opened(PICTURE, original=kept)

    def again() -> bool:
        return keep_derivative(
            case_item_id=CaseItem.objects.get(case_id=ref.id).pk, kind=MediaKind.TILE, made=original(b"a tile")
        )

    assert again()
    assert not again()
    assert VaultObject.objects.filter(destroyed_because="superseded").count() == 1
    place_hold(
        subject=Subject("case", str(ref.id)), basis=HoldBasis.DISPUTE, reference="A",
        by=Actor(ActorKind.PERSON, "7", "supervisor"),
    )  # fmt: skip
    assert not again()
    assert OwedDestruction.objects.get().subject_id == str(ref.id)
