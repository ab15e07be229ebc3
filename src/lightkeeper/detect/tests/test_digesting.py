"""Digests are those that everybody else makes."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.digesting import ALGORITHMS, digests_of


@given(st.lists(st.binary(max_size=50), max_size=4), st.sets(st.sampled_from(ALGORITHMS)))
def test_parts_are_digested_one_after_another(parts: list[bytes], algorithms: set[str]) -> None:
    whole = b"".join(parts)
    assert digests_of(parts, algorithms) == {name: hashlib.new(name, whole).digest() for name in algorithms}


def test_all_that_lists_hold_is_the_default() -> None:
    assert set(digests_of([b"x"])) == {"md5", "sha1", "sha256"}
