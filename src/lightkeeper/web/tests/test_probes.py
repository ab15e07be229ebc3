"""The probes: what anybody may know, what only this machine and a key may, and what makes a server not ready."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from lightkeeper.lists.freshness import forget
from lightkeeper.lists.queries import refresh
from lightkeeper.people.client_types import Scope
from lightkeeper.people.services import create_client, create_key
from lightkeeper.record.types import Actor
from lightkeeper.runtime import queries as runtime
from lightkeeper.web import health, metrics
from lightkeeper.web.serving import arguments, behind_proxies

pytestmark = pytest.mark.django_db
AWAY: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing remembered from another test, and the lists loaded."""
    monkeypatch.setattr(health, "CACHED_SECONDS", -1.0)
    monkeypatch.setattr(health, "_in_order", False)
    refresh()
    yield
    forget()


def asked(path: str = "/readyz", **meta: Any) -> tuple[int, dict[str, Any]]:
    answer = Client().get(path, **meta)
    return answer.status_code, json.loads(answer.content)


def test_anybody_may_know_whether_and_no_more() -> None:
    assert asked("/healthz", **AWAY) == (200, {"alive": True})
    assert asked(**AWAY) == (200, {"ready": True})
    assert Client().get("/metrics", **AWAY).status_code == 403


def test_this_machine_may_know_why_but_not_through_a_proxy() -> None:
    status, answer = asked()
    assert (status, answer["codes"]) == (200, ["no_worker"])
    for header in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"):
        assert asked(**{header: "192.0.2.7"}) == (200, {"ready": True})


@pytest.mark.parametrize(("scope", "codes"), [(Scope.STATUS, ["no_worker"]), (Scope.SUBMIT, None)])
def test_a_key_with_the_scope_may_know_why(scope: Scope, codes: list[str] | None) -> None:
    client = create_client(name="Example", actor=Actor.operator())
    key = create_key(client_id=client.pk, scopes={scope}, actor=Actor.operator())
    _, answer = asked(**AWAY, HTTP_AUTHORIZATION=f"Bearer {key.text}")
    assert answer.get("codes") == codes
    allowed = Client().get("/metrics", **AWAY, HTTP_AUTHORIZATION=f"Bearer {key.text}")
    assert allowed.status_code == (200 if codes else 403)


def test_a_wrong_key_is_nobody() -> None:
    for word in ("Bearer lk_aaaa_bbbb", "Bearer", "Basic eDp5", "Bearer \udcff"):
        assert asked(**AWAY, HTTP_AUTHORIZATION=word) == (200, {"ready": True})


def test_without_lists_loaded_or_a_database_it_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    assert asked()[1]["codes"] == ["index", "no_worker"]
    assert asked(**AWAY) == (503, {"ready": False})

    def broken() -> list[runtime.Alive]:
        raise OperationalError

    monkeypatch.setattr(runtime, "alive_workers", broken)
    assert asked()[1]["codes"] == ["database"]
    assert Client().get("/metrics").status_code == 503


def test_only_reading_is_allowed_and_nothing_is_kept() -> None:
    assert Client().post("/readyz").status_code == 405
    assert Client().get("/healthz")["Cache-Control"] == "no-store"
    assert Client().head("/healthz").status_code == 200
    assert Client().get("/healthz", HTTP_HOST="10.1.2.3").status_code == 200


def test_metrics_are_text_that_prometheus_reads() -> None:
    text = Client().get("/metrics").content.decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert "lightkeeper_ready 1" in lines
    assert 'lightkeeper_degraded{code="no_worker"} 1' in lines
    assert "lightkeeper_hash_only 1" in lines
    for line in lines:
        name, _, value = line.rpartition(" ")
        assert name.startswith("lightkeeper_")
        float(value)
    assert text.count("# TYPE") == text.count("# HELP")


def test_labels_are_escaped() -> None:
    metric = metrics.Metric("x", "Help.", [({"kind": 'a"b\\c\nd'}, 1.5)])
    assert metrics.render([metric]).splitlines()[-1] == 'lightkeeper_x{kind="a\\"b\\\\c\\nd"} 1.5'


def test_a_callers_address_is_taken_from_our_proxies_alone() -> None:
    def served(environ: dict[str, Any], start: Any) -> list[bytes]:
        return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]

    def through(*, sender: str, forwarded: str, proxies: tuple[str, ...]) -> str:
        environ = {
            "REMOTE_ADDR": sender, "HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": "https",
            "wsgi.url_scheme": "http",
        }  # fmt: skip
        return b"".join(behind_proxies(served, proxies)(environ, lambda *_: None)).decode()

    assert through(sender="127.0.0.1", forwarded="192.0.2.7", proxies=("127.0.0.1",)) == "192.0.2.7 https"
    forged = "203.0.113.9, 192.0.2.7"
    assert through(sender="10.1.1.1", forwarded=forged, proxies=("10.0.0.0/8",)) == "192.0.2.7 https"
    assert through(sender="192.0.2.7", forwarded="127.0.0.1", proxies=("127.0.0.1",)) == "192.0.2.7 http"
    assert through(sender="127.0.0.1", forwarded="192.0.2.7", proxies=()) == "127.0.0.1 http"


def test_the_server_is_asked_for_what_the_settings_say() -> None:
    from django.conf import settings

    given = arguments(settings.LIGHTKEEPER)
    assert (given["address"], given["port"]) == ("127.0.0.1", 8000)
    assert (given["blocking_threads"], given["workers"], given["log_access"]) == (80, 1, False)
    assert given["log_dictconfig"]["root"]["level"] == "INFO"
