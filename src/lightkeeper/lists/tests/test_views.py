"""The pages show lists and never a value; an uploaded file lies nowhere; each act needs its permission."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lightkeeper.lists import uploads
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.tests.making import csv, imported, row, value
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    return signed_in(make_person(Role.LIST_MANAGER))


def sent(client: Client, content: bytes, **more: object) -> object:
    file = SimpleUploadedFile("planted-name.csv", content)
    return client.post(reverse("lists:import"), {"file": file, "name": "made", **more})


def test_a_file_is_imported_and_shown_without_a_value(manager: Client) -> None:
    content = csv(row(1, "pdq", "planted-id", "planted-category"), ("pdq", "planted-value"))
    page = sent(manager, content, status="vetted", source="a partner")
    assert page.status_code == 200  # type: ignore[attr-defined]
    known = HashList.objects.get()
    assert (known.status, known.source, Entry.objects.count()) == ("vetted", "a partner", 1)
    pages = [page, *(manager.get(url) for url in (reverse("lists:lists"), reverse("lists:list", args=[known.pk])))]
    for each in pages:
        text = each.content.decode()  # type: ignore[attr-defined]
        assert "made" in text
        assert "planted" not in text
        assert value(1).hex() not in text
    assert "characters" in pages[0].content.decode() or "hexadecimal" in pages[0].content.decode()  # type: ignore[attr-defined]
    event = AuditEvent.objects.get(event="lists:import:finished")
    assert event.actor_kind == "person"


def test_an_upload_is_written_to_no_file(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = builtins.open

    def watching(file: object, mode: str = "r", *args: object, **kwargs: object) -> object:
        if set(mode) & set("wax+"):
            opened.append(str(file))
        return real(file, mode, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(builtins, "open", watching)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", _no_temporary_file)
    many = csv(*(row(n) for n in range(40_000)))
    assert len(many) > 2_621_440  # what Django itself would spool
    monkeypatch.setattr("lightkeeper.lists.services.import_list", _refuse)
    assert sent(manager, many).status_code == 422  # type: ignore[attr-defined]
    assert opened == []


def _no_temporary_file(*_: object, **__: object) -> None:
    pytest.fail("a temporary file")


def _refuse(file: object, **_: object) -> None:
    from lightkeeper.lists.types import ListRefused

    raise ListRefused("Not now.")


def test_too_large_a_file_is_refused_with_advice(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1000)
    page = sent(manager, csv(*(row(n) for n in range(40))))
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert "command" in page.content.decode() or "lightkeeper lists import" in page.content.decode()  # type: ignore[attr-defined]
    assert not HashList.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a list"])
def test_what_is_no_list_is_refused_with_a_sentence(manager: Client, content: bytes) -> None:
    page = sent(manager, content)
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert not HashList.objects.exists()
    assert manager.post(reverse("lists:import"), {"name": "made"}).status_code == 422


def test_the_import_checks_where_it_comes_from() -> None:
    person = make_person(Role.LIST_MANAGER)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(person).cookies
    assert sent(strict, csv(row(1))).status_code == 403  # type: ignore[attr-defined]
    assert not HashList.objects.exists()


def test_status_and_radius_are_changed_with_a_reason(manager: Client) -> None:
    known = imported(csv(row(1)))
    status, radius = (reverse(f"lists:{name}", args=[known.list_id]) for name in ("change_status", "change_radius"))
    assert manager.post(status, {"status": "quarantined"}).status_code == 422
    assert manager.post(radius, {"radius": 32, "reason": "wider"}).status_code == 422
    assert manager.post(status, {"status": "quarantined", "reason": "it floods"}).status_code == 302
    assert manager.post(status, {"status": "quarantined", "reason": "again"}).status_code == 422
    assert manager.post(radius, {"radius": 20, "reason": "too many wrong ones"}).status_code == 302
    row_now = HashList.objects.get()
    assert (row_now.status, row_now.radius) == (ListStatus.QUARANTINED, 20)
    page = manager.get(reverse("lists:list", args=[known.list_id])).content.decode()
    assert "it floods" in page
    assert "too many wrong ones" in page
    assert AuditEvent.objects.filter(event="lists:radius:changed").count() == 1


def test_each_page_needs_its_permission() -> None:
    known = imported(csv(row(1)))
    analyst = signed_in(make_person(Role.ANALYST))
    assert analyst.get(reverse("lists:import")).status_code == 403
    assert sent(analyst, csv(row(2))).status_code == 403  # type: ignore[attr-defined]
    for name in ("change_status", "change_radius"):
        assert analyst.post(reverse(f"lists:{name}", args=[known.list_id])).status_code == 403
    stranger = Client()
    for url in (reverse("lists:lists"), reverse("lists:import"), reverse("lists:list", args=[known.list_id])):
        assert stranger.get(url).status_code == 302
    assert Entry.objects.count() == 1


def test_a_list_that_is_not_there_is_not_found(manager: Client) -> None:
    assert manager.get(reverse("lists:list", args=[10**6])).status_code == 404


def test_the_page_of_lists_says_when_nothing_is_searched(manager: Client) -> None:
    assert "nothing that arrives can match" in manager.get(reverse("lists:lists")).content.decode()


def test_templates_have_no_inline_script_or_style() -> None:
    for template in (Path(uploads.__file__).parent / "templates").rglob("*.html"):
        text = template.read_text("utf-8")
        assert "<script" not in text
        assert "style=" not in text
        assert "|safe" not in text
