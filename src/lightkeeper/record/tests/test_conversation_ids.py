"""Ids of platforms are keyed: stable, apart by client and kind, and never the plain id."""

from __future__ import annotations

import pytest

from lightkeeper.record.conversation_ids import keyed, keyed_many, pair_index
from lightkeeper.record.types import KEYED_BYTES

pytestmark = pytest.mark.django_db


def test_an_id_is_keyed_the_same_each_time_and_apart_by_client_and_kind() -> None:
    ids = {keyed(client, kind, "robin") for client in (1, 2) for kind in ("person", "message", "conversation")}
    assert len(ids) == 6
    assert {len(one) for one in ids} == {KEYED_BYTES}
    assert keyed(1, "person", "robin") in ids
    assert keyed_many(1, "person", ["robin", "kim"]) == [keyed(1, "person", "robin"), keyed(1, "person", "kim")]


def test_a_pair_has_an_order_and_a_client() -> None:
    one, other = keyed_many(1, "person", ["robin", "kim"])
    assert len({pair_index(1, one, other), pair_index(1, other, one), pair_index(2, one, other)}) == 3
    assert len(pair_index(1, one, other)) == 32


def test_what_is_no_kind_and_no_keyed_id_is_refused() -> None:
    with pytest.raises(ValueError, match="planet"):
        keyed(1, "planet", "robin")
    with pytest.raises(ValueError, match="16 bytes"):
        pair_index(1, b"robin", keyed(1, "person", "kim"))
