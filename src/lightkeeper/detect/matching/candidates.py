"""What of a list an address or a text could be: the indexes that have to be looked up for it, and no others.

An address is on a list if it, a prefix of it or a domain that it is in is; a text holds a phrase if some run of its
words is one. To try every prefix and every run would cost more than the look-up. So the index remembers hints: for a
host the depths of the prefixes that are listed below it, for a top-level domain the numbers of labels of the domains
listed in it, for a first word the lengths of the phrases that begin with it. Hints are a table of keyed 64-bit words
with a mask each; one too many costs a look-up that finds nothing, and none is ever missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from lightkeeper.detect.hosts import is_address
from lightkeeper.detect.links import SCHEME
from lightkeeper.detect.matching.compiling import array_of, kernel, part
from lightkeeper.detect.matching.keyed import index_of, indexes_of
from lightkeeper.detect.places import DOMAIN, PHRASE, PREFIX, URL

KIND: Final = {URL: 1, PREFIX: 2, DOMAIN: 3, "url_sha256": 4, "url_md5": 5, PHRASE: 6}
"""The number of each kind, as it goes into an index."""

_HINT: Final = 64
"""Added to a kind's number for its hints."""

_URL, _PREFIX, _DOMAIN, _PHRASE = (KIND[name] for name in (URL, PREFIX, DOMAIN, PHRASE))
_SCHEME: Final = len(SCHEME)
_SLASH, _DOT, _COLON, _QUESTION, _BRACKET, _NINE, _ZERO, _BLANK = (ord(c) for c in "/.:?[90 ")
ONE = np.uint64(1)

_words = array_of(types.uint64)
_bytes = array_of(types.uint8)
_longs = array_of(types.int64)
_out_words = array_of(types.uint64, 2, writable=True)
_out_longs = array_of(types.int64, 1, writable=True)


@dataclass(frozen=True, slots=True)
class Hints:
    """Sorted ``keys`` (n,), each once, and the ``masks`` that they have; bit n stands for a depth or number of n."""

    keys: NDArray[np.uint64]
    masks: NDArray[np.uint64]

    def extended(self, more: Hints) -> Hints:
        """With others."""
        return joined([self, more]) if len(more.keys) else self


NO_HINTS: Final = Hints(np.empty(0, np.uint64), np.empty(0, np.uint64))


def joined(parts: Sequence[Hints]) -> Hints:
    """The hints of several, in no order that they must have; masks of equal keys are joined."""
    keys = np.concatenate([NO_HINTS.keys, *(part.keys for part in parts)])
    masks = np.concatenate([NO_HINTS.masks, *(part.masks for part in parts)])
    if not len(keys):
        return NO_HINTS
    order = np.argsort(keys, kind="stable")
    keys, masks = keys[order], masks[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return Hints(keys[first], np.bitwise_or.reduceat(masks, first))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Indexes to be looked up: ``words`` (n, 2), whose they are, where in it they end, in the order they count."""

    words: NDArray[np.uint64]
    owners: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def hints_of(key: NDArray[np.uint64], kinds: list[str], values: list[bytes]) -> Hints:
    """The hints of listed values."""
    texts, numbers, masks = [], [], []
    for kind, value in zip(kinds, values, strict=True):
        text, bit = _hint(kind, value)
        if bit >= 0:
            texts.append(text)
            numbers.append(KIND[kind] + _HINT)
            masks.append(1 << bit)
    if not texts:
        return NO_HINTS
    keys = np.ascontiguousarray(indexes_of(key, numbers, texts)[:, 0])
    return joined([Hints(keys, np.array(masks, np.uint64))])


def _hint(kind: str, value: bytes) -> tuple[bytes, int]:
    if kind == PREFIX:
        place = value[_SCHEME:]
        return place.partition(b"/")[0], place.count(b"/")
    if kind == DOMAIN:
        if is_address(value.decode("ascii")):
            return value, 0
        return value.rpartition(b".")[2], value.count(b".") + 1
    if kind == PHRASE:
        words = value.split(b" ")
        return words[0], len(words)
    return b"", -1


def of_addresses(key: NDArray[np.uint64], hints: Hints, forms: list[str]) -> Candidates:
    """What to look up for addresses in their canonical form: each itself, its prefixes, its domains, longest first."""
    data = "".join(forms).encode("ascii")
    blob = np.frombuffer(data or b"\0", np.uint8)
    ends = np.cumsum(np.array([len(form) for form in forms], np.int64), dtype=np.int64)
    room = len(forms) * 3 + data.count(b"/") + data.count(b".")
    return _gathered(_addresses, key, hints, blob, ends, room)


def of_words(key: NDArray[np.uint64], hints: Hints, texts: list[list[str]], most: int) -> Candidates:
    """What to look up for texts, given as their words: the runs that could be phrases, ``most`` words at most.

    ``starts`` and ``ends`` are numbers of words.
    """
    blob = np.frombuffer(" ".join([" ".join(text) for text in texts if text]).encode("utf-8"), np.uint8)
    ends = np.append(np.flatnonzero(blob == _BLANK), len(blob)) if len(blob) else np.empty(0, np.int64)
    last = np.cumsum(np.array([len(text) for text in texts], np.int64), dtype=np.int64)
    owners = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(last, prepend=0))
    masks = np.zeros(len(ends), np.uint64)
    count = int(_runs_begun(key, hints.keys, hints.masks, blob, ends, masks))
    out = Candidates(np.empty((count, 2), np.uint64), *(np.empty(count, np.int64) for _ in range(3)))
    found = _runs(key, masks, blob, ends, owners, last, most, out.words, out.owners, out.starts, out.ends)
    return _cut(out, int(found))


def _gathered(fill: Any, key: Any, hints: Hints, blob: Any, ends: Any, room: int) -> Candidates:
    out = Candidates(np.empty((room, 2), np.uint64), *(np.empty(room, np.int64) for _ in range(3)))
    return _cut(out, int(fill(key, hints.keys, hints.masks, blob, ends, out.words, out.owners, out.starts, out.ends)))


def _cut(out: Candidates, count: int) -> Candidates:
    return Candidates(out.words[:count], out.owners[:count], out.starts[:count], out.ends[:count])


@part
def _mask(key: Any, hint_keys: Any, hint_masks: Any, kind: Any, blob: Any, start: Any, end: Any) -> Any:
    """The mask of a hint's text, 0 where there is none."""
    if len(hint_keys) == 0:
        return np.uint64(0)
    word, _ = index_of(key, kind + _HINT, blob, start, end)
    low, high = 0, len(hint_keys)
    while low < high:
        middle = (low + high) // 2
        if hint_keys[middle] < word:
            low = middle + 1
        else:
            high = middle
    if low < len(hint_keys) and hint_keys[low] == word:
        return hint_masks[low]
    return np.uint64(0)


@part
def _put(words: Any, owners: Any, starts: Any, ends: Any, at: Any, index: Any, owner: Any, start: Any, end: Any) -> Any:
    words[at, 0], words[at, 1] = index
    owners[at], starts[at], ends[at] = owner, start, end
    return at + 1


@part
def _prefixes(key: Any, mask: Any, blob: Any, first: Any, slash: Any, end: Any, out: Any, at: Any, owner: Any) -> Any:
    """Prefixes of the depths of the mask, longest first; ``slash`` is where the path begins."""
    stop = slash
    depth = 0
    while stop < end and blob[stop] != _QUESTION:
        depth += blob[stop] == _SLASH
        stop += 1
    # Backwards: a border is where the text before a slash, before the query, or the whole path ends.
    border = stop
    while border >= slash:
        if border == stop or blob[border] == _SLASH:
            if border < stop:
                depth -= 1
            if depth < 64 and (mask >> np.uint64(depth)) & ONE:
                index = index_of(key, _PREFIX, blob, first, border)
                at = _put(out[0], out[1], out[2], out[3], at, index, owner, first, border)
        border -= 1
    return at


@part
def _domains(
    key: Any, hint_keys: Any, hint_masks: Any, blob: Any, host: Any, end: Any, out: Any, at: Any, owner: Any
) -> Any:
    """The host and what it is below, as many labels as the mask has, longest first."""
    last = end
    while last > host and blob[last - 1] != _DOT:
        last -= 1
    mask = np.uint64(0)
    if blob[host] != _BRACKET and not (_ZERO <= blob[last] <= _NINE):
        mask = _mask(key, hint_keys, hint_masks, _DOMAIN, blob, last, end)
    if mask == 0:
        mask = _mask(key, hint_keys, hint_masks, _DOMAIN, blob, host, end)
        if mask & ONE:
            return _put(out[0], out[1], out[2], out[3], at, index_of(key, _DOMAIN, blob, host, end), owner, host, end)
        return at
    labels = 1
    for n in range(host, end):
        labels += blob[n] == _DOT
    begin = host
    while begin < end:
        if labels < 64 and (mask >> np.uint64(labels)) & ONE:
            at = _put(out[0], out[1], out[2], out[3], at, index_of(key, _DOMAIN, blob, begin, end), owner, begin, end)
        while begin < end and blob[begin] != _DOT:
            begin += 1
        begin += 1
        labels -= 1
    return at


@kernel(types.int64(_words, _words, _words, _bytes, _longs, _out_words, _out_longs, _out_longs, _out_longs))
def _addresses(
    key: Any, hint_keys: Any, hint_masks: Any, blob: Any, ends: Any, words: Any, owners: Any, starts: Any, stops: Any
) -> Any:
    at = 0
    first = 0
    out = (words, owners, starts, stops)
    for owner in range(len(ends)):
        end = ends[owner]
        at = _put(words, owners, starts, stops, at, index_of(key, _URL, blob, first, end), owner, first, end)
        host = first + _SCHEME
        slash = host
        while blob[slash] != _SLASH:
            slash += 1
        mask = _mask(key, hint_keys, hint_masks, _PREFIX, blob, host, slash)
        if mask:
            at = _prefixes(key, mask, blob, first, slash, end, out, at, owner)
        bare = slash
        while bare > host and _ZERO <= blob[bare - 1] <= _NINE:
            bare -= 1
        if bare == host or blob[bare - 1] != _COLON or (blob[host] == _BRACKET and blob[bare - 2] != ord("]")):
            bare = slash
        else:
            bare -= 1
        at = _domains(key, hint_keys, hint_masks, blob, host, bare, out, at, owner)
        first = end
    return at


@kernel(types.int64(_words, _words, _words, _bytes, _longs, array_of(types.uint64, 1, writable=True)))
def _runs_begun(key: Any, hint_keys: Any, hint_masks: Any, blob: Any, ends: Any, masks: Any) -> Any:
    """The mask of each word, and how many runs they come to at most."""
    count = 0
    start = 0
    for n in range(len(ends)):
        mask = _mask(key, hint_keys, hint_masks, _PHRASE, blob, start, ends[n])
        masks[n] = mask
        while mask:
            mask &= mask - ONE
            count += 1
        start = ends[n] + 1
    return count


@kernel(types.int64(_words, _words, _bytes, _longs, _longs, _longs, types.int64,
                    _out_words, _out_longs, _out_longs, _out_longs))  # fmt: skip
def _runs(
    key: Any, masks: Any, blob: Any, ends: Any, text_of: Any, last: Any, most: Any,
    words: Any, owners: Any, starts: Any, stops: Any,
) -> Any:  # fmt: skip
    at = 0
    for n in range(len(ends)):
        if masks[n] == 0:
            continue
        start = ends[n - 1] + 1 if n else 0
        owner = text_of[n]
        for count in range(most, 0, -1):
            if (masks[n] >> np.uint64(count)) & ONE and n + count <= last[owner]:
                index = index_of(key, _PHRASE, blob, start, ends[n + count - 1])
                at = _put(words, owners, starts, stops, at, index, owner, n, n + count)
    return at
