"""Digests are found exactly, however they came into the table."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightkeeper.detect.matching import digests
from lightkeeper.detect.matching.digests import DIGEST_BYTES, DigestTable

STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), st.sampled_from(list(DIGEST_BYTES)), st.integers(0, 8)), max_size=30
)


def digest(algorithm: str, number: int) -> bytes:
    """A digest; numbers that share their third share a long prefix."""
    size = DIGEST_BYTES[algorithm]
    return (bytes([number // 3]) * (size - 2) + bytes([number % 3, 7]))[:size]


@settings(max_examples=100, deadline=None)
@given(steps=STEPS, room=st.sampled_from([0, 3, 100]))
def test_look_up_equals_a_dictionary(steps: list[tuple[str, str, int]], room: int) -> None:
    table, known = DigestTable(), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "DELTA_ROOM", room)
        for entry, (act, algorithm, number) in enumerate(steps):
            if act == "add":
                table.add(algorithm, np.frombuffer(digest(algorithm, number), np.uint8)[None], [entry])
                known[entry] = (algorithm, number)
            else:
                assert table.remove([number, number, 99]) == (known.pop(number, None) is not None)
    for look in (table, DigestTable.from_sections(table.sections())):
        assert len(look) == len(known)
        for algorithm in DIGEST_BYTES:
            for number in range(9):
                expected = [entry for entry, what in known.items() if what == (algorithm, number)]
                assert look.find(algorithm, digest(algorithm, number)) == expected


def test_many_digests() -> None:
    table = DigestTable()
    values = [hashlib.sha1(b"%d" % n, usedforsecurity=False).digest() for n in range(20_000)]
    table.add("sha1", np.frombuffer(b"".join(values), np.uint8).reshape(-1, 20), np.arange(20_000))
    assert all(table.find("sha1", values[n]) == [n] for n in range(0, 20_000, 371))
    assert table.find("sha1", bytes(20)) == []


def test_what_is_no_digest_is_refused() -> None:
    table = DigestTable()
    with pytest.raises(ValueError, match="unknown digest algorithm"):
        table.find("crc32", bytes(4))
    with pytest.raises(ValueError, match="16 bytes"):
        table.find("md5", bytes(20))
    with pytest.raises(ValueError, match="shape"):
        table.add("md5", np.zeros((1, 20), np.uint8), [0])
    with pytest.raises(ValueError, match="entry numbers"):
        table.add("md5", np.zeros((1, 16), np.uint8), [0, 1])
