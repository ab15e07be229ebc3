"""What runs again and again does what it should, and is on time."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction

from lightkeeper.record import jobs
from lightkeeper.record.models import AuditEvent, Checkpoint, Seal, VaultObject
from lightkeeper.record.services import incoming, keep, read_object, rotate_keys, verify
from lightkeeper.record.tests.support import write
from lightkeeper.record.types import Actor, ObjectKind
from lightkeeper.runtime.crypto import master
from lightkeeper.runtime.work.registry import schedules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def test_sealing_comes_often_enough_for_five_seconds() -> None:
    every = {one.kind: one.every for one in schedules()}
    assert every["record:seal"] == timedelta(seconds=2)
    assert every["record:sweep"] is not None
    assert every["record:look-after"] == timedelta(days=1)


def test_sealing_seals_and_signs_and_may_come_twice() -> None:
    write(3)
    jobs.seal_events(None)
    jobs.seal_events(None)
    assert (Seal.objects.count(), Checkpoint.objects.count()) == (3, 1)
    assert verify().ok


def test_looking_after_may_come_twice(folder: Path) -> None:
    for _ in range(2):
        jobs.sweep_incoming(None)
        jobs.look_after(None)
    assert AuditEvent.objects.filter(event="record:vault:verified").count() == 2


def test_rotation_wraps_objects_anew_and_rewrites_none(folder: Path, settings: LazySettings, tmp_path: Path) -> None:
    objects, data = [], [hashlib.sha256(bytes([number])).digest() * 100 for number in range(5)]
    for content in data:
        with transaction.atomic(), incoming(1 << 20) as writer:
            writer.write(content)
            objects.append(keep(writer.commit(), kind=ObjectKind.ORIGINAL))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    wrapped = {obj.pk: bytes(obj.wrapped_key or b"") for obj in objects}
    old = settings.LIGHTKEEPER["master_key"]
    new = "newer:" + base64.b64encode(bytes(range(1, 33))).decode()
    try:
        use_master_key(settings, f"{new}\n{old}")
        done = rotate_keys(actor=Actor.operator())
        assert (done.master, done.data_keys) == ("newer", 5)
        assert rotate_keys(actor=Actor.operator()).data_keys == 0
        use_master_key(settings, new)
        for obj, content in zip(objects, data, strict=True):
            obj.refresh_from_db()
            assert bytes(obj.wrapped_key or b"") != wrapped[obj.pk]
            assert read_object(obj) == content
        assert {path: path.read_bytes() for path in before} == before
        assert VaultObject.objects.count() == 5
    finally:
        use_master_key(settings, old)


def use_master_key(settings: LazySettings, text: str) -> None:
    values = {**settings.LIGHTKEEPER.values, "master_key": text}
    settings.LIGHTKEEPER = replace(settings.LIGHTKEEPER, values=values)
    master.master_keys(reload=True)
