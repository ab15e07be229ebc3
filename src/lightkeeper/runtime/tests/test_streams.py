"""Encrypted streams: bytes come out as they went in; from where something is not as it was, none come out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.runtime.crypto.streams import CHUNK, HEADER, TAG
from lightkeeper.runtime.services import (
    StreamAlteredError,
    StreamError,
    StreamTruncatedError,
    decrypt_stream,
    encrypt_stream,
    stored_size,
)

KEY = bytes(range(32))
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 17]
STORED = CHUNK + TAG


def plain_of(size: int) -> bytes:
    return bytes(number % 251 for number in range(size))


def stream_of(size: int) -> bytes:
    return b"".join(encrypt_stream(KEY, [plain_of(size)]))


def opened(stream: bytes, size: int, key: bytes = KEY) -> bytes:
    return b"".join(decrypt_stream(key, io.BytesIO(stream), size=size))


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_opens_to_what_went_in_and_has_the_size_that_was_said(size: int) -> None:
    stream = stream_of(size)
    assert len(stream) == stored_size(size)
    assert opened(stream, size) == plain_of(size)


@given(cuts=st.lists(st.integers(0, 2 * CHUNK + 5), max_size=6))
def test_the_pieces_that_it_is_written_in_do_not_matter(cuts: list[int]) -> None:
    plain = plain_of(2 * CHUNK + 5)
    borders = [0, *sorted(cuts), len(plain)]
    pieces = [plain[start:end] for start, end in pairwise(borders)]
    assert opened(b"".join(encrypt_stream(KEY, pieces)), len(plain)) == plain


def test_it_is_read_bit_by_bit_from_what_gives_little_at_a_time() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 999) if size and size > 0 else size)

    assert b"".join(decrypt_stream(KEY, Slow(stream_of(CHUNK + 9)), size=CHUNK + 9)) == plain_of(CHUNK + 9)


@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([0, 40, CHUNK + 40]))
    stream = bytearray(stream_of(size))
    stream[data.draw(st.integers(0, len(stream) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(StreamAlteredError):
        opened(bytes(stream), size)


@pytest.mark.parametrize("size", SIZES)
def test_cut_at_each_border_and_beside_it_it_is_truncated(size: int) -> None:
    stream = stream_of(size)
    borders = [0, 4, HEADER, *range(HEADER + STORED, len(stream), STORED), len(stream)]
    for cut in sorted({border + beside for border in borders for beside in (-1, 0, 1)} & {*range(len(stream))}):
        with pytest.raises(StreamTruncatedError):
            opened(stream[:cut], size)


@pytest.mark.parametrize("chunks", [1, 2])
def test_cut_to_whole_chunks_it_is_refused_even_if_the_size_is_cut_too(chunks: int) -> None:
    stream = stream_of(3 * CHUNK)
    with pytest.raises(StreamAlteredError):
        opened(stream[: HEADER + chunks * STORED], chunks * CHUNK)


@pytest.mark.parametrize("size", SIZES)
def test_anything_appended_is_refused(size: int) -> None:
    stream = stream_of(size)
    for more in (b"\0", stream[HEADER:], stream):
        with pytest.raises(StreamAlteredError):
            opened(stream + more, size)


def test_reordered_doubled_left_out_and_foreign_chunks_are_refused() -> None:
    size = 3 * CHUNK
    stream, other = stream_of(size), stream_of(size)
    header = stream[:HEADER]
    first, second, third = (stream[at : at + STORED] for at in range(HEADER, len(stream), STORED))
    foreign = other[HEADER : HEADER + STORED]
    for altered in ([second, first, third], [first, first, third], [first, third, second], [foreign, second, third]):
        with pytest.raises(StreamAlteredError):
            opened(header + b"".join(altered), size)
    with pytest.raises(StreamAlteredError):
        opened(header + second + third, 2 * CHUNK)


@pytest.mark.parametrize("wrong", [-1, 1, CHUNK, -CHUNK])
def test_another_size_is_refused(wrong: int) -> None:
    size = 2 * CHUNK
    with pytest.raises(StreamError):
        opened(stream_of(size), size + wrong)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(StreamAlteredError):
        opened(stream_of(100), 100, key=bytes(32))


def test_two_streams_of_the_same_bytes_have_nothing_in_common() -> None:
    assert stream_of(64)[4:] != stream_of(64)[4:]


def test_what_was_sound_before_the_damage_comes_out_and_then_the_error() -> None:
    stream = bytearray(stream_of(2 * CHUNK))
    stream[-1] ^= 1
    pieces: Iterator[bytes] = decrypt_stream(KEY, io.BytesIO(bytes(stream)), size=2 * CHUNK)
    assert next(pieces) == plain_of(CHUNK)
    with pytest.raises(StreamAlteredError):
        next(pieces)
