"""What a decoding process answers is read back as it was, and anything else is refused."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageOps

from lightkeeper.demo import drawings
from lightkeeper.detect.media.hashing import MAXIMUM_FRAMES, MAXIMUM_QUERIES, hash_frames, queries, read_hashes
from lightkeeper.detect.media.pdq import HASHER
from lightkeeper.detect.media.tests.hashes import drawn, frame, luma, picture, turned
from lightkeeper.detect.media.variants import EFFORTS

ANSWER: dict[str, Any] = {
    "hasher": HASHER,
    "frames": [
        {
            "number": 0,
            "pdq": "0f" * 32,
            "quality": 100,
            "names": ["plain", "uncropped 2 2.5 0 0", "boxed, straightened -2"],
            "values": "0f" * 32 + "1e" * 32 + "2d" * 32,
            "orientations": "01ff03",
        },
        {"number": 4, "pdq": "00" * 32, "quality": 0, "names": [], "values": "", "orientations": ""},
    ],
}


def _answer(**changes: object) -> dict[str, Any]:
    """The answer with the first frame changed."""
    answer = copy.deepcopy(ANSWER)
    answer["frames"][0] |= changes
    return answer


@pytest.mark.parametrize("effort", list(EFFORTS))
def test_hashes_come_back_as_they_were(effort: str) -> None:
    framed = luma(ImageOps.expand(turned(picture(1), 3, "same"), 40, (250, 250, 250)))
    frames = [frame(drawn(0)), frame(framed, 3), frame(luma(drawings.flat(0, (320, 240))), 7)]
    back = read_hashes(json.loads(json.dumps(hash_frames(frames, effort))))
    assert [made.number for made in back] == [0, 3, 7]
    for made, source in zip(back, frames, strict=True):
        expected = queries(source, effort)
        assert (made.plain, made.names) == (expected.plain, expected.names)
        assert np.array_equal(made.values, expected.values)
        assert np.array_equal(made.orientations, expected.orientations)
        assert made.values.shape == (len(made.names), 32)
    assert len(back[1].names) >= len(back[2].names) == 0


def test_a_good_answer_is_read() -> None:
    first, second = read_hashes(copy.deepcopy(ANSWER))
    assert first.names == ("plain", "uncropped 2 2.5 0 0", "boxed, straightened -2")
    assert first.orientations.tolist() == [1, 255, 3]
    assert first.plain.hex() == "0f" * 32
    assert (second.number, second.plain.quality, second.values.shape) == (4, 0, (0, 32))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"hasher": HASHER},
        {"frames": []},
        {"hasher": HASHER + "0", "frames": []},
        {"hasher": None, "frames": []},
        {"hasher": HASHER, "frames": {}},
        {"hasher": HASHER, "frames": [None]},
        {"hasher": HASHER, "frames": [[]]},
        {"hasher": HASHER, "frames": [{}]},
        {"hasher": HASHER, "frames": [ANSWER["frames"][1]] * (MAXIMUM_FRAMES + 1)},
        _answer(number=-1),
        _answer(number=True),
        _answer(number=1.0),
        _answer(number="1"),
        _answer(quality=101),
        _answer(quality=-1),
        _answer(quality=None),
        _answer(quality=50.0),
        _answer(pdq=None),
        _answer(pdq="0f" * 31),
        _answer(pdq="0f" * 33),
        _answer(pdq="0g" * 32),
        _answer(pdq="\u0661\u0661" * 32),
        _answer(names=None),
        _answer(names="abc"),
        _answer(names=["plain", "boxed"]),
        _answer(names=["plain", "boxed", 3]),
        _answer(names=["plain", "boxed", ""]),
        _answer(names=["plain", "boxed", "a" * 61]),
        _answer(names=["plain", "boxed", "Boxed"]),
        _answer(names=["plain", "boxed", "boxed\n"]),
        _answer(names=["plain", "boxed", "\x1b[2J"]),
        _answer(names=["plain", "boxed", "<b>"]),
        _answer(names=["a"] * (MAXIMUM_QUERIES + 1), values="00" * 32 * (MAXIMUM_QUERIES + 1)),
        _answer(values="0f" * 64),
        _answer(values="0f" * 97),
        _answer(values=96),
        _answer(orientations="01ff"),
        _answer(orientations="01ff0304"),
        _answer(orientations=None),
    ],
    ids=repr,
)
def test_what_is_malformed_is_refused(answer: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"answer|frame|names|name|digits|hexadecimal"):
        read_hashes(answer)


@pytest.mark.parametrize(
    "changes",
    [{"pdq": "0f" * 16 + " " * 32}, {"values": "0f" * 64 + " " * 64}, {"orientations": "01    "}],
    ids=lambda changes: next(iter(changes)),
)
def test_blanks_among_the_digits_are_refused(changes: dict[str, str]) -> None:
    # bytes.fromhex skips them, and what is left is shorter than what was to come.
    with pytest.raises(ValueError, match="digits"):
        read_hashes(_answer(**changes))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("0fg,[\u0661", max_size=70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["names", "pdq"]), inner, max_size=2),
    max_leaves=6,
)
_keys = st.sampled_from(list(ANSWER["frames"][0]))
_places = st.one_of(
    st.sampled_from([("hasher",), ("frames",), ("frames", 0), ("frames", 1), ("frames", 0, "names", 1)]),
    st.tuples(st.just("frames"), st.integers(0, 1), _keys),
)


@st.composite
def _mutated(draw: st.DrawFn) -> dict[str, object]:
    """The good answer with one to three parts replaced, removed, cut or changed by a character."""
    answer = copy.deepcopy(ANSWER)
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(_places)
        holder: Any = answer
        try:
            for step in path:
                holder = holder[step]
            old = holder[last]
            what = draw(st.sampled_from(("replace", "remove", "change", "cut")))
            if what == "remove":
                del holder[last]
            elif what != "replace" and isinstance(old, str) and old:
                at = draw(st.integers(0, len(old) - 1))
                holder[last] = (
                    old[:at] if what == "cut" else old[:at] + draw(st.sampled_from("0fF_\u0661")) + old[at + 1 :]
                )
            else:
                holder[last] = draw(_json)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return answer


@given(_mutated())
def test_whatever_is_read_keeps_its_form(answer: dict[str, object]) -> None:
    try:
        made = read_hashes(answer)
    except ValueError:
        return
    assert len(made) <= MAXIMUM_FRAMES
    for one in made:
        assert len(one.plain.value) == 32
        assert 0 <= one.plain.quality <= 100
        assert one.number >= 0
        assert one.values.shape == (len(one.names), 32)
        assert one.orientations.shape == (len(one.names),)
        assert all(name.isascii() and name.isprintable() and len(name) <= 60 for name in one.names)
