"""A sealed export takes two people, is never in clear, and says what it holds and through whose hands that went."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now

from lightkeeper.act.requests import evidence
from lightkeeper.act.requests.archive import NotWritten, write_export
from lightkeeper.act.requests.evidence_models import EvidenceExport, EvidenceState
from lightkeeper.act.requests.models import AuthorityRequest, RequestSubject
from lightkeeper.act.requests.services import About, approve_end, propose_end, take_up
from lightkeeper.act.requests.states import RequestRefused, RequestState
from lightkeeper.act.requests.tests.made import SAYS, asked
from lightkeeper.act.retaining import related
from lightkeeper.people.models import Person
from lightkeeper.people.tests.clients_made import details_of
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import Blocked, destroy, read_checkpoint, seal_pending
from lightkeeper.record.types import DestructionReason
from lightkeeper.record.vault_files import object_path
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.tests.grades_made import case_item
from lightkeeper.review.tests.making import opened as opened_case
from lightkeeper.review.tests.making import original
from lightkeeper.runtime.crypto import age
from lightkeeper.runtime.tests.test_age import opened

pytestmark = pytest.mark.django_db(transaction=True)
ONE, TWO = b"planted-first" * 9000, b"planted-second" * 9000


@pytest.fixture
def people(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Person, Person]:
    """Two who may; a vault of the test's own, and a passphrase that is quick to try."""
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(age, "WORK", 4)
    return make_person(Role.SUPERVISOR), make_person(Role.SENIOR_ANALYST)


def answered(lead: Person, second: Person) -> AuthorityRequest:
    """A request about a case with an original and another item with one, that two people answered."""
    first = case_item(ONE, 1, original=original(ONE))
    other = case_item(TWO, 2, original=original(TWO))
    request = asked(lead, about=About(cases=(first.case_id,), items=(other.item_id,)))
    take_up(request, lead)
    propose_end(request, RequestState.ANSWERED, note="Both files.", person=lead)
    approve_end(request, person=second)
    return request


def released(lead: Person, second: Person) -> EvidenceExport:
    export = evidence.prepare(answered(lead, second), lead)
    evidence.release(export, second)
    seal_pending()
    return export


def unpacked(file: Path) -> dict[str, bytes]:
    """What is in an archive whose passphrase is ``words``."""
    with tarfile.open(fileobj=io.BytesIO(opened(file.read_bytes(), "words"))) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]


def test_two_people_release_it_and_one_who_prepared_it_never_does(
    people: tuple[Person, Person], tmp_path: Path
) -> None:
    lead, second = people
    request = asked(lead)
    with pytest.raises(RequestRefused, match="before the request is answered"):
        evidence.prepare(request, lead)
    export = evidence.prepare(answered(lead, second), lead)
    with pytest.raises(RequestRefused, match="prepared already"):
        evidence.prepare(export.request, lead)
    with pytest.raises(RequestRefused, match="another person releases it"):
        evidence.release(export, lead)
    with pytest.raises(PermissionDenied):
        evidence.release(export, make_person(Role.ANALYST))
    with pytest.raises(NotWritten, match="not released by a second person"):
        write_export(export.public, tmp_path / "x", "words")
    assert not (tmp_path / "x").exists()
    evidence.drop(export, lead)
    with pytest.raises(RequestRefused, match="does not wait"):
        evidence.release(export, second)
    with pytest.raises(NotWritten, match="or was dropped"):
        write_export(export.public, tmp_path / "x", "words")


def test_the_archive_holds_all_and_nothing_of_it_is_in_clear(people: tuple[Person, Person], tmp_path: Path) -> None:
    lead, second = people
    export, file = released(lead, second), tmp_path / "evidence.tar.age"
    done = write_export(export.public, file, "words")
    found = unpacked(file)
    assert [found["files/001.bin"], found["files/002.bin"]] == [ONE, TWO]
    manifest: dict[str, Any] = json.loads(found["manifest.json"])
    for row, data in zip(manifest["files"], (ONE, TWO), strict=True):
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert row["md5"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
        assert (row["size"], row["kind"]) == (len(data), "picture")
    assert (manifest["reference"], manifest["absent"]) == (SAYS.reference, [])
    assert manifest["prepared"]["person"] == str(lead.pk)
    assert manifest["released"] == {
        "person": str(second.pk), "role": "senior_analyst", "at": manifest["released"]["at"]
    }  # fmt: skip
    assert manifest["custody_sha256"] == hashlib.sha256(found["custody.jsonl"]).hexdigest()
    events = [json.loads(line)["event"] for line in found["custody.jsonl"].splitlines()]
    for event in ("record:object:kept", "review:case:opened", "act:request:ended", "act:evidence:released"):
        assert event in events
    assert read_checkpoint(found["checkpoint.json"].decode()).genuine
    written = file.read_bytes()
    assert b"planted" not in written
    assert SAYS.reference.encode() not in written
    assert file.stat().st_mode & 0o777 == 0o600
    assert done.archive == hashlib.sha256(written).hexdigest()
    [details] = details_of(Event.ACT_EVIDENCE_WRITTEN)
    assert (details["archive"], details["manifest"]) == (
        done.archive,
        hashlib.sha256(found["manifest.json"]).hexdigest(),
    )
    export.refresh_from_db()
    assert (export.state, export.archive) == (EvidenceState.WRITTEN, done.archive)
    with pytest.raises(FileExistsError):
        write_export(export.public, file, "words")
    assert file.read_bytes() == written
    write_export(export.public, tmp_path / "again", "words")


def test_what_is_gone_is_named_and_what_is_damaged_leaves_no_file(
    people: tuple[Person, Person], tmp_path: Path
) -> None:
    export = released(*people)
    first, second = VaultObject.objects.order_by("pk")
    destroy(first, reason=DestructionReason.ERASED)
    done = write_export(export.public, tmp_path / "one", "words")
    assert (done.files, done.absent) == (1, 1)
    assert [row["position"] for row in json.loads(unpacked(tmp_path / "one")["manifest.json"])["absent"]] == [1]
    place = object_path(second.uuid)
    data = bytearray(place.read_bytes())
    data[-1] ^= 1
    place.write_bytes(data)
    with pytest.raises(NotWritten, match="Nothing was written: verify the vault"):
        write_export(export.public, tmp_path / "two", "words")
    assert not (tmp_path / "two").exists()


def test_the_page_offers_each_what_they_may_do(people: tuple[Person, Person]) -> None:
    lead, second = people
    request = answered(lead, second)
    ours, theirs = signed_in(lead), signed_in(second)
    address = f"/requests/{request.public}/"
    assert "Prepare an export of 2 originals" in ours.get(address).text
    ours.post(f"{address}export/")
    assert "Release it" not in ours.get(address).text
    assert "another person releases it" in ours.post(f"{address}export/release/", follow=True).text
    assert "Release it" in theirs.get(address).text
    page = theirs.post(f"{address}export/release/", follow=True).text
    assert f"lightkeeper evidence {EvidenceExport.objects.get().public}" in page
    assert "No export of this request waits" in ours.post(f"{address}export/drop/", follow=True).text


def test_another_case_with_the_same_content_is_not_told_of_and_a_named_one_without_originals_is(
    people: tuple[Person, Person], tmp_path: Path
) -> None:
    lead, second = people
    export = released(lead, second)
    named = set(export.request.subjects.filter(kind="case").values_list("number", flat=True))
    item = export.files.get(position=1).item
    CaseItem.objects.filter(item=item).update(state="settled", settled_at=now())
    Case.objects.update(state="closed", closed_at=now())
    other = opened_case(ONE, 77, person=b"p" * 32)
    assert other.id not in named
    bare = case_item(b"named without an original", 78)
    RequestSubject.objects.create(request=export.request, kind="case", number=bare.case_id)
    seal_pending()
    write_export(export.public, tmp_path / "x", "words")
    rows = [json.loads(line) for line in unpacked(tmp_path / "x")["custody.jsonl"].splitlines()]
    cases = {row["subject"] for row in rows if row["subject"].startswith("case ")}
    assert f"case {other.id}" not in cases
    assert f"case {bare.case_id}" in cases


def test_what_waits_to_be_exported_is_not_destroyed(people: tuple[Person, Person], tmp_path: Path) -> None:
    export = released(*people)
    case = CaseItem.objects.filter(item=export.files.get(position=1).item)[0].case_id
    with transaction.atomic():
        assert related(case).waits is Blocked.EXPORT
    write_export(export.public, tmp_path / "x", "words")
    with transaction.atomic():
        assert related(case).waits is None
