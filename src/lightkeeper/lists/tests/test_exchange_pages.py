"""The pages of exchanges: set up by a form, credentials that only go in, a history in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.lists.exchanges import clients
from lightkeeper.lists.exchanges.credentials import opened
from lightkeeper.lists.models import Entry, Exchange, Feedback, SetAside, SyncRun
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.runtime.models import Work

pytestmark = pytest.mark.django_db

FEED = {
    "address": "https://lists.partner.example/hashes", "format": "json", "field_value": "hash",
    "field_algorithm": "kind", "algorithms": "phash = pdq", "whole": "on", "every_minutes": "30", "enabled": "on",
}  # fmt: skip


@pytest.fixture
def manager() -> Client:
    return signed_in(make_person(Role.LIST_MANAGER))


@pytest.fixture
def known() -> int:
    return imported(csv(row(1))).list_id


def url(name: str, pk: int, *more: object) -> str:
    return reverse(f"lists:{name}", args=[pk, *more])


def test_a_feed_is_set_up_changed_and_removed(manager: Client, known: int) -> None:
    assert "CSV or JSON feed" in manager.get(url("exchange", known)).content.decode()
    assert manager.post(url("set_up", known, "feed"), FEED).status_code == 302
    made = Exchange.objects.get()
    assert made.options["fields"] == {"value": "hash", "algorithm": "kind"}
    assert (made.options["algorithms"], made.every_minutes, made.enabled) == ({"phash": "pdq"}, 30, True)
    page = manager.get(url("set_up", known, "feed")).content.decode()
    assert "phash = pdq" in page
    assert 'value="hash"' in page
    shown = manager.get(url("exchange", known)).content.decode()
    assert "lists.partner.example" in shown
    assert "none: the next sync begins at the beginning" in shown
    wrong = manager.post(url("set_up", known, "feed"), {**FEED, "algorithm": "pdq"})
    assert (wrong.status_code, "which field names the algorithm" in wrong.content.decode()) == (422, True)
    assert manager.get(url("set_up", known, "file")).status_code == 404
    assert manager.post(url("remove_exchange", known), {}).status_code == 422
    assert manager.post(url("remove_exchange", known), {"sure": "on"}).status_code == 302
    assert not Exchange.objects.exists()
    assert Entry.objects.count() == 1


def test_credentials_go_in_and_never_come_out(manager: Client, known: int) -> None:
    manager.post(url("set_up", known, "feed"), {**FEED, "header": "X-Key"})
    assert "not set" in manager.get(url("exchange", known)).content.decode()
    too_long = manager.post(url("credentials", known), {"header_value": "planted-secret" * 100})
    assert too_long.status_code == 422
    assert "planted-secret" not in too_long.content.decode()
    assert manager.post(url("credentials", known), {"header_value": "planted-secret"}).status_code == 302
    made = Exchange.objects.get()
    assert opened(made.pk, made.credentials) == {"header_value": "planted-secret"}
    for name in ("exchange", "credentials"):
        page = manager.get(url(name, known)).content.decode()
        assert "planted-secret" not in page
    assert AuditEvent.objects.filter(event="lists:credentials:changed", actor_kind="person").count() == 1


def test_it_is_fetched_now_or_all_again(manager: Client, known: int) -> None:
    assert manager.post(url("sync", known)).status_code == 404
    manager.post(url("set_up", known, "feed"), FEED)
    Exchange.objects.update(checkpoint={"at": 1})
    assert manager.post(url("sync", known), {}).status_code == 302
    assert Work.objects.filter(kind="lists:sync").count() == 1
    assert manager.post(url("anew", known), {}).status_code == 422
    assert Exchange.objects.get().checkpoint == {"at": 1}
    assert manager.post(url("anew", known), {"sure": "on"}).status_code == 302
    assert Exchange.objects.get().checkpoint is None
    assert AuditEvent.objects.filter(event="lists:checkpoint:reset", subject_id=str(known)).count() == 1
    Exchange.objects.update(enabled=False)
    refused = manager.post(url("sync", known), {})
    assert (refused.status_code, "switched off" in refused.content.decode()) == (422, True)


def test_the_history_has_one_clear_line_for_each_sync(manager: Client, known: int) -> None:
    manager.post(url("set_up", known, "feed"), FEED)
    made, at = Exchange.objects.get(), now()
    failed = SyncRun.objects.create(
        exchange=made, outcome="failed", begun_at=at - timedelta(hours=1), ended_at=at, problem="It answered 500."
    )
    run = SyncRun.objects.create(
        exchange=made, outcome="complete", begun_at=at, ended_at=at, records=812, added=790, set_aside=1, unsearched=3
    )
    SetAside.objects.create(run=run, page=2, position=17, record="r-17", problem="its value has no 64 digits")
    Feedback.objects.create(entry=Entry.objects.get(), grade=1, opinion="down", reason="Hash", queued_at=at)
    page = manager.get(url("exchange", known)).content.decode()
    assert page.index("812") < page.index("It answered 500.")
    one = manager.get(reverse("lists:run", args=[run.pk])).content.decode()
    assert all(said in one for said in ("r-17", "its value has no 64 digits", "790 new", "3 values of other kinds"))
    assert "None." in manager.get(reverse("lists:run", args=[failed.pk])).content.decode()
    overview = manager.get(reverse("lists:exchanges")).content.decode()
    assert "complete" in overview
    assert "It answered 500." not in overview
    assert manager.get(reverse("lists:run", args=[10**6])).status_code == 404


def test_without_the_extra_the_page_says_what_to_install(
    manager: Client, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "has_clients", lambda: False)
    monkeypatch.setattr("lightkeeper.lists.exchange_queries.has_clients", lambda: False)
    monkeypatch.setattr("lightkeeper.lists.exchange_forms.has_clients", lambda: False)
    page = manager.get(url("exchange", known)).content.decode()
    assert page.count("requirements/exchanges.txt") == 3
    refused = manager.post(url("set_up", known, "stopncii"), {"every_minutes": "60", "enabled": "on"})
    assert (refused.status_code, "requirements/exchanges.txt" in refused.content.decode()) == (422, True)
    assert manager.get(url("set_up", known, "ncmec")).status_code == 200


@pytest.mark.parametrize(("kind", "data"), [
    ("ncmec", {"environment": "Industry", "negative_reason": ""}), ("stopncii", {}),
    ("threatexchange", {"privacy_group": "303636684709969"}), ("file", {"path": "partner.csv"}),
])  # fmt: skip
def test_each_kind_has_its_form(manager: Client, known: int, kind: str, data: dict[str, str]) -> None:
    if kind in {"ncmec", "stopncii", "threatexchange"} and not clients.has_clients():
        pytest.skip("needs the extra 'exchanges'")
    assert manager.get(url("set_up", known, kind)).status_code == 200
    answer = manager.post(url("set_up", known, kind), {**data, "every_minutes": "60", "enabled": "on"})
    assert answer.status_code == 302, answer.content.decode()
    assert Exchange.objects.get().kind == kind
    assert manager.get(url("exchange", known)).status_code == 200
