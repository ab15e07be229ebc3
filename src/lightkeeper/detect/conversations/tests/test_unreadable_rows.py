"""A row that cannot be read is said to be so: never taken for an empty one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightkeeper.detect.conversations.account import AccountState
from lightkeeper.detect.conversations.packing import StateError, sealed
from lightkeeper.detect.conversations.pair import PairState
from lightkeeper.detect.conversations.recipient import RecipientState
from lightkeeper.detect.conversations.relation import RelationState
from lightkeeper.detect.conversations.sender import SenderState
from lightkeeper.detect.conversations.tests.saying import message, rows_after

KINDS = [PairState, SenderState, RecipientState, AccountState, RelationState]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=50, deadline=None)
@given(rubbish=st.binary(max_size=3000))
def test_rubbish(kind: type[PairState], rubbish: bytes) -> None:
    with pytest.raises(StateError, match="A row of state of the kind"):
        kind.unpack(rubbish)


@pytest.mark.usefixtures("unjudged")
def test_every_changed_byte_is_noticed() -> None:
    row = next(row for name, row in rows_after([[message("m", 0, "secret")]]).items() if name.kind == "pair")
    assert PairState.unpack(row).pack() == row
    for place in range(len(row)):
        with pytest.raises(StateError):
            PairState.unpack(row[:place] + bytes([row[place] ^ 1]) + row[place + 1 :])


def test_the_message_says_what_is_wrong() -> None:
    with pytest.raises(StateError, match=r"kind pair is version 9, and this engine reads version 2: it cannot be used"):
        PairState.unpack(b"\x09rubbish")
    with pytest.raises(StateError, match="kind pair is empty"):
        PairState.unpack(b"")
    with pytest.raises(StateError, match="kind sender is damaged"):
        SenderState.unpack(b"\x02rubbish")


def test_a_row_of_another_kind() -> None:
    with pytest.raises(StateError, match="of another kind, or damaged"):
        PairState.unpack(SenderState().pack())
    with pytest.raises(StateError, match="of another kind, or damaged"):
        SenderState.unpack(sealed([([b"12345"], 5)]))
