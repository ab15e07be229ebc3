"""Authentication answers from memory, forgets within seconds, and cannot be made to remember too much."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from lightkeeper.people import authentication, last_used
from lightkeeper.people.authentication import CACHE_SECONDS, authenticate
from lightkeeper.people.client_types import KeyRefused, Scope
from lightkeeper.people.clients import revoke_key
from lightkeeper.people.key_texts import make_key_text
from lightkeeper.people.models import ApiKey
from lightkeeper.people.tests.clients_made import OPERATOR, forget, make_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], time=time.time)
    monkeypatch.setattr("lightkeeper.people.authentication.time", clock)
    return now


def refused(text: str) -> str:
    with pytest.raises(KeyRefused) as error:
        authenticate(text)
    return error.value.code


def test_a_key_says_whose_it_is_and_what_it_may() -> None:
    made = make_key(Scope.SUBMIT, Scope.DETAIL)
    client = authenticate(made.text)
    assert (client.client_id, client.key_id, client.name) == (made.client_id, made.key_id, "a platform")
    assert client.scopes == {Scope.SUBMIT, Scope.DETAIL}


def test_a_warm_cache_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    text, unknown = make_key().text, make_key_text()[1]
    authenticate(text)
    refused(unknown)
    with django_assert_num_queries(0):
        for _ in range(3):
            authenticate(text)
            refused(unknown)


def test_what_has_not_the_form_of_a_key_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        for text in ("", "lk_", "Bearer x", "lk_abc_def", "\udcff", "lk_" + "a" * 10_000):
            assert refused(text) == "malformed"


def test_a_right_id_with_a_wrong_secret_is_unknown() -> None:
    made = make_key()
    assert refused(f"lk_{made.key_id}_{make_key_text()[1].rsplit('_', 1)[1]}") == "unknown"


@pytest.mark.django_db(transaction=True)
def test_here_a_revoked_key_ends_at_once() -> None:
    made = make_key()
    authenticate(made.text)
    revoke_key(key_id=made.key_id, actor=OPERATOR)
    assert refused(made.text) == "revoked"


def test_in_another_process_a_revoked_key_ends_within_seconds(clock: list[float]) -> None:
    made = make_key()
    authenticate(made.text)
    ApiKey.objects.update(revoked_at=timezone.now())  # as another process does it: our cache is not told
    clock[0] += CACHE_SECONDS - 0.01
    authenticate(made.text)
    clock[0] += 0.02
    assert refused(made.text) == "revoked"


def test_a_flood_of_unknown_keys_is_remembered_within_bounds_and_pushes_no_good_key_out(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(authentication, "CACHE_SIZE", 8)
    made = make_key()
    authenticate(made.text)
    for _ in range(30):
        refused(make_key_text()[1])
    assert len(authentication._refused) == 8
    with django_assert_num_queries(0):
        authenticate(made.text)


def test_a_refusal_says_nothing_of_the_key() -> None:
    text = make_key_text()[1]
    with pytest.raises(KeyRefused) as error:
        authenticate(text)
    assert str(error.value) == repr(error.value.args[0]).strip("'") == "unknown"


def test_last_use_is_noted_without_a_query_and_written_once_for_all_keys(django_assert_num_queries: Any) -> None:
    first, second = make_key(), make_key(name="another platform")
    for made in (first, second):
        authenticate(made.text)
    last_used.flush()
    with django_assert_num_queries(0):
        authenticate(first.text)
        authenticate(second.text)
    with django_assert_num_queries(1):
        assert last_used.flush() == 2
    with django_assert_num_queries(0):
        assert last_used.flush() == 0
    assert ApiKey.objects.filter(last_used_at__isnull=True).count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_thread_writes_a_last_time_when_it_is_stopped() -> None:
    authenticate(make_key().text)
    last_used.start_flushing()
    last_used.start_flushing()
    last_used.stop_flushing()
    connection.close()
    assert ApiKey.objects.get().last_used_at is not None
