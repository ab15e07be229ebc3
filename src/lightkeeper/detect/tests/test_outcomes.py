"""What a scan ends in, and the sentence that a person is told."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect import outcomes
from lightkeeper.detect.findings import Match, Outcome, Tier
from lightkeeper.detect.media.hashing import Queries
from lightkeeper.detect.media.pdq import HASHER, Pdq
from lightkeeper.detect.media.pool import Decoded, DecodeStatus
from lightkeeper.detect.outcomes import MOST_MATCHES, frames_of, of_decoded, of_digests

SENTENCE = "What became of it."
GOOD: dict[str, object] = {"hasher": HASHER, "frames": []}


def _match(  # as many as a match has
    distance: int = 4,
    *,
    list: str = "a.csv",  # noqa: A002  # named as the field
    id: str | None = "1",  # noqa: A002
    algorithm: str = "pdq",
    variant: str | None = "plain",
    category: str = "A",
    tier: Tier = Tier.MATCH,
) -> Match:
    return Match(list, id, category, algorithm, distance, variant, tier)


def _frame(*, quality: int = 100, variants: int = 1) -> Queries:
    values = np.zeros((variants, 32), np.uint8)
    return Queries(0, Pdq(bytes(32), quality), values, np.ones(variants, np.uint8), ("plain",) * variants)


def _decoded(status: DecodeStatus, *, hashes: bool = False) -> Decoded:
    return Decoded(status, SENTENCE, hashes=GOOD if hashes else None)


UNMATCHABLE = {DecodeStatus.NOT_A_PICTURE, DecodeStatus.REFUSED, DecodeStatus.VIDEO, DecodeStatus.TOO_SMALL}


@pytest.mark.parametrize("status", sorted(set(DecodeStatus) - {DecodeStatus.OK, DecodeStatus.PARTIAL}))
def test_what_did_not_decode_is_never_clear(status: DecodeStatus) -> None:
    result = of_decoded(_decoded(status), None, [])
    assert result.outcome is (Outcome.UNMATCHABLE if status in UNMATCHABLE else Outcome.UNREADABLE)
    assert (result.reason, result.quality, result.matches) == (SENTENCE, None, ())


@pytest.mark.parametrize("status", sorted(DecodeStatus))
def test_a_match_counts_whatever_became_of_the_pixels(status: DecodeStatus) -> None:
    result = of_decoded(_decoded(status), None, [_match(0, algorithm="md5", variant=None)])
    assert result.outcome is Outcome.MATCH
    said = "The bytes are those of a listed item (md5)."
    assert result.reason == (said if status is DecodeStatus.OK else f"{said} {SENTENCE}")


def test_only_a_picture_searched_whole_is_clear() -> None:
    clear = of_decoded(_decoded(DecodeStatus.OK, hashes=True), [_frame(quality=77)], [])
    assert (clear.outcome, clear.quality) == (Outcome.CLEAR, 77)
    partial = of_decoded(_decoded(DecodeStatus.PARTIAL, hashes=True), [_frame(quality=77)], [])
    assert (partial.outcome, partial.reason, partial.quality) == (Outcome.UNREADABLE, SENTENCE, 77)


def test_too_little_structure_is_not_clear() -> None:
    flat = [_frame(quality=7, variants=0)]
    result = of_decoded(_decoded(DecodeStatus.OK, hashes=True), flat, [])
    assert (result.outcome, result.quality) == (Outcome.UNMATCHABLE, 7)
    assert "quality 7, 50 needed" in result.reason
    # One frame of several that can be searched is enough.
    assert of_decoded(_decoded(DecodeStatus.OK, hashes=True), [*flat, _frame()], []).outcome is Outcome.CLEAR


def test_an_answer_that_makes_no_sense_is_unreadable() -> None:
    decoded = Decoded(DecodeStatus.OK, SENTENCE, hashes={"frames": "?"})
    assert frames_of(decoded) is None
    result = of_decoded(decoded, None, [])
    assert (result.outcome, result.reason) == (
        Outcome.UNREADABLE,
        "The decoding process gave an answer that makes no sense.",
    )
    assert frames_of(Decoded(DecodeStatus.OK, SENTENCE, hashes=GOOD)) == []
    assert of_decoded(_decoded(DecodeStatus.OK, hashes=True), [], []).outcome is Outcome.UNREADABLE
    assert frames_of(Decoded(DecodeStatus.EMPTY, SENTENCE)) is None


def test_a_possible_match_is_for_a_person() -> None:
    possible, strong = _match(40, tier=Tier.POSSIBLE), _match(12, id="2", variant="mirrored, boxed")
    frames, decoded = [_frame()], _decoded(DecodeStatus.OK, hashes=True)
    weak = of_decoded(decoded, frames, [possible])
    assert weak.outcome is Outcome.POSSIBLE
    assert weak.reason == "40 bits from a listed picture (plain): perhaps the same; a person should look."
    both = of_decoded(decoded, frames, [possible, strong])
    assert both.outcome is Outcome.MATCH
    assert both.matches == (strong, possible)
    assert both.reason == "12 bits from a listed picture (mirrored, boxed)."


def test_the_nearest_comes_first_and_each_entry_once() -> None:
    near, far = _match(2, variant="boxed"), _match(9)
    exact = _match(0, algorithm="sha256", variant=None)
    equal = _match(0, id="7")
    unnamed = _match(2, id=None)
    given_matches = [far, unnamed, equal, near, unnamed, exact]
    result = of_decoded(_decoded(DecodeStatus.OK, hashes=True), [_frame()], given_matches)
    # Entries without an id cannot be told apart: both stay.
    assert result.matches == (exact, equal, unnamed, unnamed, near)
    assert result.reason == "The bytes are those of a listed item (sha256)."


def test_the_same_id_on_two_lists_is_two_entries() -> None:
    result = of_digests([_match(list="b.csv"), _match()], SENTENCE)
    assert [match.list for match in result.matches] == ["a.csv", "b.csv"]


def test_of_digests() -> None:
    assert of_digests([], SENTENCE).outcome is Outcome.UNREADABLE
    found = of_digests([_match(0, algorithm="sha1", variant=None)], SENTENCE)
    assert found.outcome is Outcome.MATCH
    assert found.reason == f"The bytes are those of a listed item (sha1). {SENTENCE}"


def test_no_more_are_named_than_a_row_can_show_and_the_reason_says_so() -> None:
    many = [_match(number % 30, id=str(number)) for number in range(MOST_MATCHES + 7)]
    result = of_decoded(_decoded(DecodeStatus.OK, hashes=True), [_frame()], many)
    assert len(result.matches) == MOST_MATCHES
    assert [match.distance for match in result.matches] == sorted(match.distance for match in many)[:MOST_MATCHES]
    assert result.reason.endswith(f"Of {MOST_MATCHES + 7} matches the nearest {MOST_MATCHES} are named.")
    assert "named" not in of_decoded(_decoded(DecodeStatus.OK, hashes=True), [_frame()], many[:MOST_MATCHES]).reason


def test_an_entry_that_many_frames_match_counts_once() -> None:
    frames = 4
    many = [_match(id=str(number)) for number in range(60)] * frames
    result = of_decoded(_decoded(DecodeStatus.OK, hashes=True), [_frame()] * frames, many)
    assert len(result.matches) == 60
    assert result.reason == "4 bits from a listed picture (plain)."


_matches = st.builds(
    _match,
    st.integers(0, 63),
    tier=st.sampled_from(Tier),
    algorithm=st.sampled_from(["pdq", "md5"]),
    id=st.sampled_from(["1", "2", None]),
    list=st.sampled_from(["a.csv", "b.csv"]),
)
_frames = st.none() | st.lists(st.builds(_frame, quality=st.integers(0, 100), variants=st.integers(0, 2)), max_size=3)


@given(st.sampled_from(DecodeStatus), st.booleans(), _frames, st.lists(_matches, max_size=120))
def test_every_ending_is_one_outcome(
    status: DecodeStatus, answered: bool, frames: list[Queries] | None, matches: list[Match]
) -> None:
    result = of_decoded(_decoded(status, hashes=answered), frames, matches)
    assert bool(result.matches) is bool(matches) is (result.outcome in {Outcome.MATCH, Outcome.POSSIBLE})
    assert result.reason.endswith(".")
    assert len(result.matches) <= MOST_MATCHES
    distances = [match.distance for match in result.matches]
    assert distances == sorted(distances)
    if result.outcome is Outcome.CLEAR:
        assert status is DecodeStatus.OK
        assert frames
    if result.outcome is Outcome.MATCH:
        assert any(match.tier is Tier.MATCH for match in matches)
    named = [(match.list, match.id, match.algorithm) for match in result.matches if match.id]
    assert len(named) == len(set(named))
    for match, later in itertools.combinations(result.matches, 2):
        assert match.distance <= later.distance


def test_reasons_name_no_list_and_no_id() -> None:
    secret = _match(3, list="secret-list.csv", id="secret-id", category="secret-category")
    for result in (of_digests([secret], SENTENCE), of_decoded(_decoded(DecodeStatus.OK), None, [secret])):
        assert "secret" not in result.reason
    assert outcomes.MOST_MATCHES == MOST_MATCHES
