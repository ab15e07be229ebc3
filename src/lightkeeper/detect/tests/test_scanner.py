"""Bytes in, one outcome out: the scanner with real decoding processes."""

from __future__ import annotations

import hashlib
import io
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lightkeeper.demo import drawings
from lightkeeper.demo.edits import as_jpeg, as_png
from lightkeeper.detect.digesting import digests_of
from lightkeeper.detect.findings import Outcome, Tier
from lightkeeper.detect.matching.catalog import Catalog
from lightkeeper.detect.matching.files import IndexFileError
from lightkeeper.detect.matching.lists import HashList
from lightkeeper.detect.media.decode import Picture
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.pdq import pdq
from lightkeeper.detect.outcomes import MOST_MATCHES
from lightkeeper.detect.scanner import MATCH_RADIUS, POSSIBLE_RADIUS, Scanner
from lightkeeper.detect.tests.scanning import (
    GARBAGE,
    LISTED,
    SVG,
    VIDEO,
    Write,
    bomb,
    corrupt,
    drawing,
    edited,
    hash_of,
    without_time,
)


@pytest.mark.parametrize(
    ("data", "name", "algorithm", "reason"),
    [
        (VIDEO, "video", "md5", "The file is a video, and video cannot be searched yet."),
        (GARBAGE, "garbage", "sha1", "The content is not a picture in any format that we know."),
        (bytes(9000), "large", "sha256", "The content is not a picture in any format that we know."),
    ],
)
def test_listed_bytes_match_whatever_they_are(
    scanner: Scanner, data: bytes, name: str, algorithm: str, reason: str
) -> None:
    result = scanner.scan_bytes(data)
    assert result.outcome is Outcome.MATCH
    (match,) = result.matches
    assert (match.list, match.id, match.algorithm) == ("second.csv", name, algorithm)
    assert (match.distance, match.variant, match.tier) == (0, None, Tier.MATCH)
    assert result.reason == f"The bytes are those of a listed item ({algorithm}). {reason}"
    assert scanner.scan_bytes(data + b"x").matches == ()


def test_a_digest_comes_before_a_hash(write: Write) -> None:
    data = as_png(drawing(5))
    known = write("both.csv", [f"pdq,{hash_of(5)},near,", f"sha256,{hashlib.sha256(data).hexdigest()},exact,"])
    with Scanner([known], workers=1, effort="quick") as made:
        assert [match.id for match in made.scan_bytes(data).matches] == ["exact", "near"]
        assert made.algorithms == ["sha256"]


def test_only_listed_digests_are_made(scanner: Scanner) -> None:
    assert scanner.algorithms == ["md5", "sha1", "sha256"]


def test_an_item_known_by_its_digests_only(scanner: Scanner) -> None:
    found = scanner.scan_digests(digests_of([VIDEO]), "It is too large.", time.perf_counter())
    assert found.outcome is Outcome.MATCH
    assert found.reason == "The bytes are those of a listed item (md5). It is too large."
    unknown = scanner.scan_digests(digests_of([b"?"]), "It is too large.", time.perf_counter())
    assert (unknown.outcome, unknown.reason) == (Outcome.UNREADABLE, "It is too large.")
    assert unknown.sha256 == hashlib.sha256(b"?").hexdigest()


def test_too_many_bytes_are_looked_up_and_not_decoded(lists: list[HashList]) -> None:
    with Scanner(lists, workers=1, limits=Limits(bytes=1000)) as made:
        result = made.scan_bytes(as_png(drawing(0)))
        assert (result.outcome, result.matches) == (Outcome.UNREADABLE, ())
        assert "1000" in result.reason
        assert made.scan_bytes(VIDEO).outcome is Outcome.MATCH


@pytest.mark.parametrize(
    ("data", "outcome", "says"),
    [
        pytest.param(b"", Outcome.UNREADABLE, "empty", id="empty"),
        pytest.param(b"\0" * 500, Outcome.UNMATCHABLE, "not a picture", id="garbage"),
        pytest.param(SVG, Outcome.UNMATCHABLE, "SVG", id="svg"),
        pytest.param(VIDEO + b"x", Outcome.UNMATCHABLE, "video", id="video"),
        pytest.param(as_png(Image.new("RGB", (1, 1))), Outcome.UNMATCHABLE, "1 x 1", id="1x1"),
        pytest.param(as_png(drawings.flat(0, (300, 200))), Outcome.UNMATCHABLE, "too little structure", id="flat"),
        pytest.param(as_jpeg(drawing(50))[:300], Outcome.UNREADABLE, "cut short", id="header only"),
        pytest.param(as_jpeg(drawing(50))[:12000], Outcome.UNREADABLE, "cut short", id="half a stranger"),
        pytest.param(as_jpeg(drawing(1))[:-900], Outcome.MATCH, "cut short", id="most of a listed picture"),
        pytest.param(bomb(), Outcome.UNREADABLE, "30000 x 30000", id="bomb"),
        pytest.param(corrupt(), Outcome.UNREADABLE, "begins like PNG, but is damaged", id="corrupt"),
    ],
)
def test_every_input_has_its_outcome(scanner: Scanner, data: bytes, outcome: Outcome, says: str) -> None:
    result = scanner.scan_bytes(data)
    assert result.outcome is outcome
    assert says in result.reason
    assert result.reason.endswith(".")
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert (result.outcome is Outcome.MATCH) is bool(result.matches)


def test_a_flat_picture_does_not_match_even_itself(write: Write) -> None:
    flat = drawings.flat(1, (300, 200))
    (frame,) = Picture(as_png(flat), Limits()).frames()
    with Scanner([write("flat.csv", [f"pdq,{pdq(frame).hex()},flat,"])], workers=1, effort="thorough") as made:
        result = made.scan_bytes(as_png(flat))
    assert (result.outcome, result.matches) == (Outcome.UNMATCHABLE, ())
    assert f"quality {result.quality}, 50 needed" in result.reason


@given(st.binary(max_size=400))
def test_any_bytes_have_one_outcome(scanner: Scanner, data: bytes) -> None:
    result = scanner.scan_bytes(data)
    assert result.outcome in {Outcome.UNMATCHABLE, Outcome.UNREADABLE}
    assert result.reason.endswith(".")
    assert result.reason.isprintable()


@cache
def _stored(kind: str) -> bytes:
    stored = io.BytesIO()
    drawing(1).resize((120, 90)).save(stored, kind)
    return stored.getvalue()


@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"]), st.data())
def test_a_damaged_picture_has_one_outcome(scanner: Scanner, kind: str, data: st.DataObject) -> None:
    content = bytearray(_stored(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, min(len(content) - 1, 700)))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    result = scanner.scan_bytes(bytes(content))
    assert result.outcome in Outcome
    assert result.reason.endswith(".")
    assert result.reason.isprintable()
    assert {match.id for match in result.matches} <= {"d1"}


def items() -> list[bytes]:
    edits = [edited(edit, number) for edit in ("webp", "mirrored_framed", "crop_2") for number in (*LISTED, 50)]
    return [*edits, VIDEO, GARBAGE, SVG, b"", bomb(), as_png(drawings.flat(0, (200, 150)))]


def test_threads_scan_at_once_as_one_after_another(scanner: Scanner) -> None:
    several = items()
    alone = [without_time(scanner.scan_bytes(data)) for data in several]
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(scanner.scan_bytes, several + several))
    assert [without_time(result) for result in together] == alone + alone


@pytest.mark.parametrize("kind", ["path", "catalog", "mixed"])
def test_an_index_gives_the_same_as_its_lists(
    scanner: Scanner, lists: list[HashList], tmp_path: Path, kind: str
) -> None:
    catalog = Catalog.build(lists)
    catalog.save(tmp_path / "lists.lki")
    Catalog.build(lists[:1]).save(tmp_path / "first.lki")
    by_kind: dict[str, list[HashList | Catalog | Path]] = {
        "path": [tmp_path / "lists.lki"],
        "catalog": [catalog],
        "mixed": [tmp_path / "first.lki", lists[1]],
    }
    known = by_kind[kind]
    with Scanner(known, workers=1) as made:
        assert made.algorithms == scanner.algorithms
        for data in items():
            assert without_time(made.scan_bytes(data)) == without_time(scanner.scan_bytes(data))


def test_a_damaged_index_is_refused_before_anything_starts(lists: list[HashList], tmp_path: Path) -> None:
    path = tmp_path / "lists.lki"
    Catalog.build(lists).save(path)
    content = bytearray(path.read_bytes())
    content[-70] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexFileError, match="damaged"):
        Scanner([path], workers=1)


def test_without_lists_everything_is_clear() -> None:
    with Scanner([], workers=1, effort="quick") as made:
        assert made.algorithms == ["sha256"]
        assert made.scan_bytes(as_png(drawing(0))).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    "options",
    [
        {"effort": "careful"},
        {"radius": -1},
        {"radius": 64},
        {"radius": 31, "possible_radius": 30},
        {"possible_radius": 64},
        {"effort": "thorough", "radius": 64},
        {"workers": -1},
    ],
    ids=str,
)
def test_what_cannot_be_asked_for_is_refused(lists: list[HashList], options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"effort must be|radius must be|at least one worker"):
        Scanner(lists, **options)  # type: ignore[arg-type]  # some are of values that do not exist


def test_possible_ones_are_searched_for_where_asked_or_at_thorough_effort(
    scanner: Scanner, thorough: Scanner, lists: list[HashList]
) -> None:
    assert (scanner.radius, scanner.possible_radius) == (MATCH_RADIUS, MATCH_RADIUS)
    assert (thorough.radius, thorough.possible_radius) == (MATCH_RADIUS, POSSIBLE_RADIUS)
    far = edited("crop_5", 0)
    assert scanner.scan_bytes(far).outcome is Outcome.CLEAR
    with Scanner(lists, workers=1, radius=2, possible_radius=63) as made:
        assert made.scan_bytes(far).outcome is Outcome.POSSIBLE
        assert {match.tier for match in made.scan_bytes(edited("gamma", 0)).matches} == {Tier.POSSIBLE}


def test_a_radius_of_0_finds_equal_hashes_only(lists: list[HashList]) -> None:
    with Scanner(lists, workers=1, effort="quick", radius=0) as made:
        assert made.scan_bytes(as_png(drawing(1))).outcome is Outcome.MATCH
        assert made.scan_bytes(edited("gamma", 1)).outcome is Outcome.CLEAR


def test_a_row_names_no_more_than_it_can_show(write: Write) -> None:
    known = write("equal.csv", [f"pdq,{hash_of(6)},e{number:03},A" for number in range(MOST_MATCHES + 50)])
    with Scanner([known], workers=1, effort="quick") as made:
        result = made.scan_bytes(as_png(drawing(6)))
    assert result.outcome is Outcome.MATCH
    assert [match.id for match in result.matches] == [f"e{number:03}" for number in range(MOST_MATCHES)]
    assert result.reason == (
        f"0 bits from a listed picture (plain). Of {MOST_MATCHES + 50} matches the nearest {MOST_MATCHES} are named."
    )


def test_a_closed_scanner_says_so(lists: list[HashList]) -> None:
    made = Scanner(lists, workers=1, effort="quick")
    assert made.scan_bytes(as_png(drawing(1))).outcome is Outcome.MATCH
    made.close()
    made.close()
    result = made.scan_bytes(as_png(drawing(1)))
    assert (result.outcome, result.reason) == (Outcome.UNREADABLE, "The scan was stopped before this file was read.")
    assert made.scan_bytes(VIDEO).outcome is Outcome.MATCH  # digests need no process


def test_what_protects_the_processes_is_told(scanner: Scanner) -> None:
    assert scanner.hardening is not None
    assert scanner.workers == 1
