"""A file of the vault moves when its row is committed; what no row claims is swept, and never too early."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from lightkeeper.record import vault_files
from lightkeeper.record.errors import (
    VaultObjectMissing,
)
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.services import (
    keep,
    read_object,
    sweep_vault,
)
from lightkeeper.record.tests.vaulted import (
    files,
    kept,
    older,
    store,
)
from lightkeeper.record.types import (
    ObjectKind,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.mark.django_db(transaction=True)
def test_a_kept_file_moves_when_its_row_is_committed(folder: Path) -> None:
    stored = store(b"kept")
    with transaction.atomic():
        obj = keep(stored, kind=ObjectKind.ORIGINAL)
        assert read_object(obj) == b"kept"
        assert files(folder) == [folder / "incoming" / str(stored.uuid)]
    assert files(folder) == [folder / "objects" / stored.uuid.hex[:2] / str(stored.uuid)]
    assert read_object(obj) == b"kept"


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
