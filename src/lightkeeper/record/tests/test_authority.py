"""Hash-only until a named person answers, and again when nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from lightkeeper.record import authority
from lightkeeper.record.countries import COUNTRIES
from lightkeeper.record.models import AuditEvent, Authority
from lightkeeper.record.services import current_authority, end_authority, hash_only, record_authority
from lightkeeper.record.types import Actor

ANSWER = {
    "organisation": "Example Ltd",
    "person_name": "A. Person",
    "role": "Head of trust and safety",
    "country": "GB",
}
BASIS = "Section 1 of an example law, advice of 1 November"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    authority.forget()
    yield
    authority.forget()


def answer(**changes: Any) -> Authority:
    return record_authority(**{**ANSWER, "basis": BASIS, "actor": Actor.operator(), **changes})


@pytest.mark.django_db
def test_hash_only_until_somebody_answers_and_after() -> None:
    assert hash_only()
    given = answer(country=" gb ")
    assert not hash_only()
    assert given.country == "GB"
    assert end_authority(actor=Actor.operator())
    assert hash_only()
    assert not end_authority(actor=Actor.operator())
    events = list(AuditEvent.objects.order_by("id").values_list("event", "details"))
    assert events == [("record:authority:recorded", '{"country":"gb"}'), ("record:authority:ended", "{}")]


@pytest.mark.django_db
def test_a_new_answer_ends_the_one_before() -> None:
    first, second = answer(), answer(person_name="B. Person")
    first.refresh_from_db()
    assert first.ended_at is not None
    assert current_authority() == second


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["organisation", "person_name", "role", "basis", "country"])
@pytest.mark.parametrize("value", ["", "  ", "x" * 2001])
def test_nothing_may_be_left_out(field: str, value: str) -> None:
    with pytest.raises(ValueError, match="must be given|too long|two letters"):
        answer(**{field: value})
    assert not Authority.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["UK", "XX", "GBR", "EU"])
def test_the_country_is_one(country: str) -> None:
    with pytest.raises(ValueError, match="two letters"):
        answer(country=country)


def test_all_countries() -> None:
    assert len(COUNTRIES) == 249
    assert all(len(code) == 2 and code.isupper() for code in COUNTRIES)


@pytest.mark.django_db(transaction=True)
def test_the_answer_is_remembered_for_two_seconds_and_known_at_once_here(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("lightkeeper.record.authority.time.monotonic", lambda: now[0])
    with django_assert_num_queries(1):
        assert [hash_only() for _ in range(50)] == [True] * 50
    answer()
    assert not hash_only()  # recorded in this process: at once
    Authority.objects.all().delete()  # in another process
    assert not hash_only()
    now[0] += 2.1
    assert hash_only()
