"""The status page: each thing that is degraded is said in a sentence, and nothing that is asked can break the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from lightkeeper.lists.types import ListStatus
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import services as record
from lightkeeper.record.models import AuditEvent
from lightkeeper.web import status

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 4, 5, tzinfo=timezone.get_default_timezone())


def found(name: str) -> status.Check:
    return next(check for check in status.checks() if check.name == name)


def answer(monkeypatch: pytest.MonkeyPatch, room: str, question: str, value: Any) -> None:
    monkeypatch.setattr(getattr(status, room), question, lambda *_, **__: value)


def test_a_new_installation_says_what_it_lacks() -> None:
    codes = {code for check in status.checks() for code in check.codes}
    assert {"hash_only", "no_worker", "no_lists", "nobody_on_call"} <= codes
    assert "unknown" not in codes


@pytest.mark.parametrize("name", list(status.LOOKS))
def test_what_cannot_be_found_out_is_said_and_breaks_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> status.Check:
        raise RuntimeError("planted words of an error")

    monkeypatch.setitem(status.LOOKS, name, broken)
    page = signed_in(make_person(Role.AUDITOR)).get("/")
    assert page.status_code == 200
    assert found(name).codes == ("unknown",)
    assert "planted" not in page.content.decode()


CASES: dict[str, tuple[str, str, Any, str, str]] = {
    "a dead kind": (
        "runtime", "dead_kinds", [SimpleNamespace(kind="act:deliver", count=3, newest=AT)],
        "failed work", "3 of act:deliver failed for good, last at 2026-03-01 04:05 UTC.",
    ),
    "a failing schedule": (
        "runtime", "failing_schedules", [("record:seal", "error", AT)],
        "failed work", "The regular work record:seal failed at 2026-03-01 04:05 UTC.",
    ),
    "old work": (
        "runtime", "backlog", [SimpleNamespace(due=1, oldest=AT)],
        "waiting work", "1 piece of work waits, the oldest since 2026-03-01 04:05 UTC.",
    ),
    "dead callbacks": (
        "act", "delivering", SimpleNamespace(dead=2, held_clients=1, open=0),
        "callbacks", "2 callbacks could not be delivered in five days.",
    ),
    "alerts": (
        "people", "on_call",
        SimpleNamespace(open_alerts=2, urgent_open=1, oldest_open_at=AT, unanswered=1, contacts=1),
        "alerts", "2 alerts open, 1 of them urgent, the oldest since 2026-03-01 04:05 UTC.",
    ),
    "no list": ("lists", "all_lists", [], "lists", "There is no list to match against, so nothing can be found."),
    "a lapsed basis": (
        "intake", "all_surfaces",
        [SimpleNamespace(name="chat", detection=True, basis_until=date(2020, 1, 1))],
        "legal basis", "The legal basis has lapsed, so nothing is searched, on: chat.",
    ),
    "a basis that lapses soon": (
        "intake", "all_surfaces",
        [SimpleNamespace(name="chat", detection=True, basis_until=timezone.now().date() + timedelta(days=1))],
        "legal basis", "The legal basis lapses within 14 days on: chat.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_trouble_is_a_sentence_and_says_who_does_what(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room, question, value, name, sentence = CASES[case]
    answer(monkeypatch, room, question, value)
    check = found(name)
    assert not check.ok
    assert sentence in check.says
    assert check.codes
    assert len(check.says) > 1


FINE: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "workers": lambda patch: answer(patch, "runtime", "alive_workers", [object()]),
    "alerts": lambda patch: answer(
        patch, "people", "on_call", SimpleNamespace(open_alerts=0, unanswered=0, contacts=1)
    ),
    "authority": lambda patch: answer(patch, "record", "hash_only", value=False),
}


@pytest.mark.parametrize("name", FINE)
def test_what_is_in_order_is_said_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FINE[name](monkeypatch)
    assert found(name).ok


def test_lists_that_are_loaded_are_in_order_and_stale_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "lists", "all_lists", [SimpleNamespace(status=ListStatus.VETTED, imported_at=AT)])
    for stale in (False, True):
        freshness = SimpleNamespace(as_of=AT, stale=stale, why="The database does not answer.", entries=1200)
        answer(monkeypatch, "lists", "freshness", freshness)
        assert found("lists").ok is not stale
    assert "The database does not answer." in found("lists").says[0]


def test_lists_that_were_not_renewed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "lists", "all_lists", [SimpleNamespace(status=ListStatus.VETTED, imported_at=AT)])
    answer(monkeypatch, "lists", "freshness", SimpleNamespace(as_of=AT, stale=False, why=None, entries=1200))
    answer(monkeypatch, "lists", "stale_lists", [SimpleNamespace(name="an old list")])
    check = found("lists")
    assert (check.ok, check.codes) == (False, ("list_stale",))
    assert "an old list" in check.says[0]


def test_an_unsealed_tail_is_told_of_when_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(make_person())
    assert AuditEvent.objects.count() == 1
    assert found("audit trail").ok
    now = timezone.now()
    monkeypatch.setattr(status, "timezone", SimpleNamespace(now=lambda: now + timedelta(minutes=1)))
    assert found("audit trail").codes == ("audit_unsealed",)
    record.seal_pending()
    assert found("audit trail").ok
