"""Which edits of listed pictures it finds at which effort, what they are called, and that strangers are clear."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from benchmarks.edits import TONE
from lightkeeper.demo.edits import as_png
from lightkeeper.detect.findings import Match, Outcome, Tier
from lightkeeper.detect.scanner import MATCH_RADIUS, POSSIBLE_RADIUS, Scanner
from lightkeeper.detect.tests.scanning import (
    LISTED,
    STRANGERS,
    drawing,
    edited,
)

FOUND_AT_STANDARD = [
    *TONE,
    *("small", "enlarged", "mirrored", "quarter_turned", "border_black", "border_white", "border_coloured", "canvas"),
    *("letterbox", "mirrored_framed", "caption", "framed_captioned", "phone_screenshot", "tilt_2_same"),
    *("tilt_2_expanded", "tilt_4_same", "tilt_4_expanded", "tilt_7_expanded", "crop_2", "crop_3_two_sides"),
]
FOUND_AT_THOROUGH = ["crop_5", "crop_8", "crop_12_one_side", "mirrored_cropped", "tilted_cropped", "tilt_4_inner"]


@pytest.mark.parametrize("edit", FOUND_AT_STANDARD)
def test_edits_are_found_at_standard_effort(scanner: Scanner, edit: str) -> None:
    for number in LISTED:
        result = scanner.scan_bytes(edited(edit, number))
        assert result.outcome is Outcome.MATCH
        assert {match.id for match in result.matches} == ({"d0", "again"} if number == 0 else {f"d{number}"})
        assert all(match.distance <= MATCH_RADIUS and match.tier is Tier.MATCH for match in result.matches)
        best = result.matches[0]
        assert result.reason == f"{best.distance} bits from a listed picture ({best.variant})."


@pytest.mark.parametrize("edit", FOUND_AT_THOROUGH)
def test_thorough_finds_more_and_says_when_it_is_only_possible(thorough: Scanner, edit: str) -> None:
    for number in LISTED:
        result = thorough.scan_bytes(edited(edit, number))
        assert result.outcome in {Outcome.MATCH, Outcome.POSSIBLE}
        assert {match.id for match in result.matches} == ({"d0", "again"} if number == 0 else {f"d{number}"})
        for match in result.matches:
            assert match.tier is (Tier.MATCH if match.distance <= MATCH_RADIUS else Tier.POSSIBLE)
            assert match.distance <= POSSIBLE_RADIUS
        possible = result.matches[0].tier is Tier.POSSIBLE
        assert (result.outcome is Outcome.POSSIBLE) is possible
        assert result.reason.endswith("perhaps the same; a person should look.") is possible


def test_some_are_only_possible(thorough: Scanner) -> None:
    assert {thorough.scan_bytes(edited("crop_8", number)).outcome for number in LISTED} >= {Outcome.POSSIBLE}


def test_strangers_are_clear(scanner: Scanner, thorough: Scanner) -> None:
    for number in STRANGERS:
        edits = ("recompressed", "phone_screenshot", "tilt_4_same")
        for one, edit in [*((scanner, edit) for edit in edits), (thorough, edits[number % 3])]:
            result = one.scan_bytes(edited(edit, number))
            assert (result.outcome, result.matches) == (Outcome.CLEAR, ())
            assert result.quality is not None
            assert result.quality >= 50


def test_variants_are_named_for_people(scanner: Scanner) -> None:
    def variant(edit: str) -> str | None:
        return scanner.scan_bytes(edited(edit, 1)).matches[0].variant

    assert variant("recompressed") in {"plain", "resampled"}
    assert variant("mirrored") == "mirrored"
    assert variant("mirrored_framed") in {"mirrored, boxed", "mirrored, corners found"}
    assert variant("border_white") == "boxed"
    turned = as_png(drawing(1).transpose(Image.Transpose.ROTATE_90))  # anticlockwise; turned 90 brings it back
    assert scanner.scan_bytes(turned).matches[0].variant == "turned 90"


def test_a_match_says_all_that_the_list_says(scanner: Scanner) -> None:
    data = as_png(drawing(0))
    result = scanner.scan_bytes(data)
    assert result.matches == (
        Match("first.csv", "d0", "A", "pdq", 0, "plain", Tier.MATCH),
        Match("second.csv", "again", None, "pdq", 0, "plain", Tier.MATCH),
    )
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert result.quality == 100


def test_every_frame_of_an_animation_is_searched(scanner: Scanner) -> None:
    stored = io.BytesIO()
    drawing(60).save(stored, "GIF", save_all=True, append_images=[drawing(61), drawing(2), drawing(62)])
    result = scanner.scan_bytes(stored.getvalue())
    assert result.outcome is Outcome.MATCH
    assert [match.id for match in result.matches] == ["d2"]


def test_an_entry_that_many_frames_match_is_named_once(scanner: Scanner) -> None:
    stored = io.BytesIO()
    mirrored = drawing(3).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    mirrored.save(stored, "GIF", save_all=True, append_images=[drawing(3), mirrored])
    assert [(match.id, match.variant) for match in scanner.scan_bytes(stored.getvalue()).matches] == [("d3", "plain")]
