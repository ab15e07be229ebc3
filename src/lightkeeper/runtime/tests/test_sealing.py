"""Sealed values: nothing that was altered, moved or sealed for something else is ever opened."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.runtime.crypto import purposes
from lightkeeper.runtime.crypto.sealing import OVERHEAD
from lightkeeper.runtime.models import KeyRow
from lightkeeper.runtime.services import (
    SealError,
    add_version,
    blind_index,
    derived_key,
    seal,
    seal_many,
    unseal,
    unseal_many,
)
from lightkeeper.runtime.tests.threads import all_at_once

PURPOSE = "tests:value"
in_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.django_db
@in_one_database
@given(plain=st.binary(max_size=300), context=st.binary(max_size=20))
def test_what_is_sealed_is_opened_with_its_purpose_and_context_only(plain: bytes, context: bytes) -> None:
    sealed = seal(PURPOSE, plain, context=context)
    assert unseal(PURPOSE, sealed, context=context) == plain
    assert len(sealed) == len(plain) + OVERHEAD
    for purpose, other in ((PURPOSE, context + b"x"), ("tests:other", context)):
        with pytest.raises(SealError):
            unseal(purpose, sealed, context=other)


@pytest.mark.django_db
@in_one_database
@given(st.data())
def test_any_flipped_removed_or_appended_byte_is_refused(data: st.DataObject) -> None:
    sealed = seal(PURPOSE, data.draw(st.binary(max_size=64)))
    at = data.draw(st.integers(0, len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    for altered in (bytes(flipped), sealed[:at] + sealed[at + 1 :], sealed[:at], sealed + b"\0", b""):
        with pytest.raises(SealError):
            unseal(PURPOSE, altered)


@pytest.mark.django_db
def test_equal_values_are_sealed_differently_and_bulk_equals_single() -> None:
    sealed = seal_many(PURPOSE, [b"same"] * 50, context=b"c")
    assert len(set(sealed)) == 50
    assert unseal_many(PURPOSE, sealed, context=b"c") == [b"same"] * 50
    assert unseal(PURPOSE, sealed[7], context=b"c") == b"same"
    assert unseal_many(PURPOSE, []) == seal_many(PURPOSE, []) == []


@pytest.mark.django_db
def test_each_of_many_may_have_its_own_context() -> None:
    contexts = [b"1", b"2", b"3"]
    sealed = seal_many(PURPOSE, [b"a", b"b", b"c"], context=contexts)
    assert unseal_many(PURPOSE, sealed, context=contexts) == [b"a", b"b", b"c"]
    with pytest.raises(SealError):
        unseal_many(PURPOSE, [sealed[1], sealed[0], sealed[2]], context=contexts)
    with pytest.raises(ValueError, match="zip"):
        seal_many(PURPOSE, [b"a"], context=contexts)


@pytest.mark.django_db
def test_a_new_version_of_a_key_seals_and_the_old_one_still_opens() -> None:
    old = seal(PURPOSE, b"before")
    assert add_version("seal", PURPOSE) == 2
    new = seal(PURPOSE, b"after")
    assert (old[1:3], new[1:3]) == (b"\0\1", b"\0\2")
    assert unseal_many(PURPOSE, [old, new]) == [b"before", b"after"]
    KeyRow.objects.filter(version=1).delete()
    purposes.forget_keys()
    with pytest.raises(SealError, match="not in the database"):
        unseal(PURPOSE, old)


@pytest.mark.django_db
def test_an_index_keeps_its_parts_apart_and_depends_on_its_purpose() -> None:
    assert blind_index("tests:id", "1", "user") == blind_index("tests:id", b"1", b"user")
    different = [
        blind_index("tests:id", "1", "user"),
        blind_index("tests:id", "1u", "ser"),
        blind_index("tests:id", "1user"),
        blind_index("tests:id", "1user", ""),
        blind_index("tests:other", "1", "user"),
    ]
    assert len({*different}) == len(different)
    assert {len(one) for one in different} == {32}


@pytest.mark.django_db
def test_an_index_is_the_documented_function_of_its_own_key() -> None:
    index = blind_index("tests:id", "ä")
    _, key = purposes.current_key("index", "tests:id")
    assert index == hmac.new(key, (2).to_bytes(8, "big") + "ä".encode(), hashlib.sha256).digest()


@pytest.mark.django_db
def test_each_use_of_a_purpose_has_a_key_of_its_own() -> None:
    seal("tests:id", b"")
    blind_index("tests:id", b"")
    assert derived_key("tests:id") == derived_key("tests:id")
    assert set(KeyRow.objects.values_list("purpose", flat=True)) == {
        "seal/tests:id",
        "index/tests:id",
        "derive/tests:id",
    }


@pytest.mark.parametrize("purpose", ["", "Words with spaces", "x" * 101, "a/b"])
def test_a_purpose_is_a_code(purpose: str) -> None:
    with pytest.raises(ValueError, match="short code"):
        seal(purpose, b"")


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_transaction_rolled_back_is_never_used_again() -> None:
    with transaction.atomic():
        sealed = seal("tests:rolled-back", b"x")
        assert unseal("tests:rolled-back", sealed) == b"x"
        transaction.set_rollback(True)
    with pytest.raises(SealError):
        unseal("tests:rolled-back", sealed)
    kept = seal("tests:rolled-back", b"y")
    purposes.forget_keys()
    assert unseal("tests:rolled-back", kept) == b"y"


@pytest.mark.django_db(transaction=True)
def test_many_that_need_a_new_key_at_once_make_one() -> None:
    sealed: list[bytes] = []
    all_at_once(*[lambda: sealed.append(seal("tests:at-once", b"x")) for _ in range(6)])
    purposes.forget_keys()
    assert unseal_many("tests:at-once", sealed) == [b"x"] * 6
    assert KeyRow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_known_costs_no_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    sealed = seal(PURPOSE, b"x")
    with django_assert_num_queries(0):
        assert unseal(PURPOSE, sealed) == b"x"
        seal(PURPOSE, b"y")
