"""What a list's status and radius mean for look-ups and scans."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.demo import drawings, edits
from lightkeeper.detect import Outcome, Scanner
from lightkeeper.detect.digesting import digests_of
from lightkeeper.detect.findings import Match, Tier
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.pdq import pdq
from lightkeeper.lists import services, tally
from lightkeeper.lists.known import MOST_MATCHES
from lightkeeper.lists.models import HashList
from lightkeeper.lists.queries import current
from lightkeeper.lists.tests.making import csv, imported, moved, near, row, value
from lightkeeper.lists.types import ListRefused, ListStatus
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()


def distances(query: bytes) -> list[tuple[str, int]]:
    """What a look-up finds: list and distance."""
    return [(match.list, match.distance) for match in current().lookup_pdq([query])[0]]


def test_each_list_is_searched_within_its_own_radius() -> None:
    imported(csv(row(1)), "narrow", radius=10)
    imported(csv(row(1)), "wide", radius=31)
    imported(csv(row(1)), "exact", radius=0)
    assert sorted(distances(value(1))) == [("exact", 0), ("narrow", 0), ("wide", 0)]
    assert distances(near(value(1), 10)) == [("narrow", 10), ("wide", 10)]
    assert distances(near(value(1), 11)) == [("wide", 11)]
    assert distances(near(value(1), 31)) == [("wide", 31)]
    assert distances(near(value(1), 32)) == []
    narrow = HashList.objects.get(name="narrow")
    services.set_radius(narrow.pk, 31, reason="the source advises it", actor=OPERATOR)
    assert len(distances(near(value(1), 31))) == 2


def test_a_list_on_trial_counts_and_tells_nobody() -> None:
    imported(csv(row(1), row(2, "sha256"), ("url", "example.test/x")), "tried", ListStatus.TRIAL)
    known = current()
    assert known.lookup_pdq([value(1), value(9)]) == [(), ()]
    assert known.lookup_digest([("sha256", value(2, "sha256"))]) == [()]
    assert known.lookup_url(["example.test/x"])[0].matches == ()
    assert tally.flush() == 1
    assert HashList.objects.get(name="tried").trial_matches == 3
    assert tally.flush() == 0


def test_a_trial_list_full_of_hits_displaces_none_that_is_told() -> None:
    crowd = [("pdq", near(value(1), 1 + n % 5)[:31].hex() + f"{n:02x}") for n in range(MOST_MATCHES + 20)]
    imported(csv(*crowd), "crowd", ListStatus.TRIAL)
    imported(csv(("pdq", near(value(1), 20).hex())), "vetted")
    assert distances(value(1)) == [("vetted", 20)]


def test_a_look_up_names_no_more_than_the_nearest() -> None:
    imported(csv(*(("pdq", value(1)[:31].hex() + f"{n:02x}") for n in range(MOST_MATCHES + 20))))
    found = distances(value(1))
    assert len(found) == MOST_MATCHES
    assert found == sorted(found)


def test_a_quarantined_list_is_not_searched_and_comes_back() -> None:
    summary = imported(csv(row(1), row(2, "md5"), ("url", "example.test/x")))
    services.set_status(summary.list_id, ListStatus.QUARANTINED, reason="it floods", actor=OPERATOR)
    known = current()
    assert known.lookup_pdq([value(1)]) == [()]
    assert known.lookup_digest([("md5", value(2, "md5"))]) == [()]
    assert known.lookup_url(["example.test/x"])[0].matches == ()
    assert known.degraded == ("no_lists",)
    assert tally.flush() == 0
    services.set_status(summary.list_id, ListStatus.VETTED, reason="it was cleaned", actor=OPERATOR)
    assert current().lookup_pdq([value(1)])[0]
    assert current().degraded == ()


def test_only_equal_bytes_on_an_active_entry_of_a_vetted_list_may_withhold() -> None:
    summary = imported(csv(row(1), row(2, "sha256"), row(3, "sha1"), row(4, "md5"), ("url", "example.test/x")))
    known = current()
    digests = [(name, value(seed, name)) for seed, name in ((2, "sha256"), (3, "sha1"), (4, "md5"))]
    matches = [match for found in known.lookup_digest(digests) for match in found]
    assert len(matches) == 3
    assert all(known.vetted_digest(match) for match in matches)
    assert not known.vetted_digest(known.lookup_pdq([value(1)])[0][0])  # distance 0 is not equality
    assert not known.vetted_digest(known.lookup_url(["example.test/x"])[0].matches[0])
    assert not known.vetted_digest(replace(matches[0], distance=1))
    assert not known.vetted_digest(replace(matches[0], entry=None))
    assert not known.vetted_digest(replace(matches[0], list="another"))
    moved(int(matches[0].entry or 0))
    services.set_status(summary.list_id, ListStatus.TRIAL, reason="doubts", actor=OPERATOR)
    assert not any(current().vetted_digest(match) for match in matches)
    services.set_status(summary.list_id, ListStatus.VETTED, reason="none left", actor=OPERATOR)
    assert [current().vetted_digest(match) for match in matches] == [False, True, True]


def test_look_ups_of_a_batch_are_those_of_each() -> None:
    imported(csv(*(row(n, "pdq", str(n)) for n in range(50)), *(row(n, "sha1", f"d{n}") for n in range(50))))
    known = current()
    hashes = [near(value(n), n) for n in range(40)] + [value(n) for n in range(60, 70)]
    assert known.lookup_pdq(hashes) == [known.lookup_pdq([one])[0] for one in hashes]
    digests = [("sha1", value(n, "sha1")) for n in range(40, 60)]
    assert known.lookup_digest(digests) == [known.lookup_digest([one])[0] for one in digests]
    assert known.lookup_pdq([]) == []
    assert known.lookup_digest([]) == []
    assert known.lookup_url([]) == []


def test_a_turned_hash_is_found_too() -> None:
    from lightkeeper.detect.matching.orientations import Orientation, oriented

    imported(csv(row(1)))
    turned = oriented(np.frombuffer(value(1), np.uint8).reshape(1, 32), Orientation.MIRRORED)
    ((hit,),) = current().lookup_pdq([turned.tobytes()])
    assert (hit.distance, hit.variant) == (0, "mirrored")


@given(st.lists(st.text(), max_size=5))
def test_any_text_can_be_looked_up_as_an_address(texts: list[str]) -> None:
    known = current()
    answers = known.lookup_url(texts)
    assert len(answers) == len(texts)


@pytest.mark.parametrize("wrong", [("sha512", b"x" * 64), ("md5", b"x" * 20), ("pdq", b"x" * 32)])
def test_what_is_no_digest_is_refused(wrong: tuple[str, bytes]) -> None:
    with pytest.raises(ValueError, match="digest"):
        current().lookup_digest([wrong])
    with pytest.raises(ValueError, match="32 bytes"):
        current().lookup_pdq([b"short"])


def test_changes_need_a_reason_and_have_to_change_something() -> None:
    summary = imported(csv(row(1)))
    for reason in ("", "  ", "x" * 2001):
        with pytest.raises(ListRefused, match="reason"):
            services.set_radius(summary.list_id, 20, reason=reason, actor=OPERATOR)
    with pytest.raises(ListRefused, match="0 to 31"):
        services.set_radius(summary.list_id, 32, reason="wider", actor=OPERATOR)
    with pytest.raises(ListRefused, match="already"):
        services.set_status(summary.list_id, ListStatus.VETTED, reason="again", actor=OPERATOR)
    with pytest.raises(ListRefused, match="no such list"):
        services.set_status(10**6, ListStatus.VETTED, reason="none", actor=OPERATOR)
    with pytest.raises(ListRefused, match="name"):
        services.create_list(name="made", actor=OPERATOR)


def as_jpeg(number: int) -> bytes:
    return edits.as_jpeg(drawings.drawing(number))


@pytest.fixture(scope="module")
def scanner() -> Iterator[Scanner]:
    with Scanner([], workers=1, effort="quick") as made:
        yield made


def drawn(number: int) -> str:
    picture = drawings.drawing(number)
    frame = Frame(np.asarray(picture.convert("L")), 1, picture.width, picture.height)
    return pdq(frame).hex()


def test_a_scan_answers_from_vetted_lists_only(scanner: Scanner) -> None:
    imported(csv(("pdq", drawn(1), "one")), "vetted")
    imported(csv(("pdq", drawn(1), "tried"), ("pdq", drawn(2), "tried")), "trial", ListStatus.TRIAL)
    imported(csv(("pdq", drawn(3), "out")), "out", ListStatus.QUARANTINED)
    known = current()
    results = [scanner.scan_bytes(as_jpeg(n), catalogs=known.catalogs) for n in (1, 2, 3)]
    assert [result.outcome for result in results] == [Outcome.MATCH, Outcome.CLEAR, Outcome.CLEAR]
    assert [match.list for match in results[0].matches] == ["vetted"]
    assert "trial" not in repr(results)
    tally.flush()
    assert HashList.objects.get(name="trial").trial_matches == 2  # once for each picture, whatever matched


def test_a_scan_finds_digests_and_keeps_to_the_radius_of_the_list(scanner: Scanner) -> None:
    data = as_jpeg(5)
    sha1 = digests_of([data])["sha1"].hex()
    imported(csv(("sha1", sha1, "same"), ("pdq", drawn(6), "six")), radius=31)
    known = current()
    same = scanner.scan_bytes(data, catalogs=known.catalogs)
    assert [(match.algorithm, match.id) for match in same.matches] == [("sha1", "same")]
    assert known.vetted_digest(same.matches[0])
    edited = edits.as_jpeg(drawings.drawing(6).resize((200, 150)))
    (match,) = scanner.scan_bytes(edited, catalogs=known.catalogs).matches
    assert 0 < match.distance <= 31
    services.set_radius(HashList.objects.get().pk, match.distance - 1, reason="too near", actor=OPERATOR)
    assert scanner.scan_bytes(edited, catalogs=current().catalogs).outcome is Outcome.CLEAR


def test_wider_searches_keep_to_a_narrow_list() -> None:
    imported(csv(row(1)), "usual")
    imported(csv(row(1)), "narrow", radius=12)
    imported(csv(row(1)), "out", ListStatus.QUARANTINED)
    known = current()
    (catalog,) = known.catalogs
    numbers = known.holdings.list_numbers
    reach = np.asarray(catalog.reach(31, 56)).tolist()
    assert {of.name: reach[numbers[of.id]] for of in known.lists} == {"usual": 56, "narrow": 12, "out": -1}


def test_a_match_is_never_made_of_nothing() -> None:
    assert current().lookup_pdq([value(1)]) == [()]
    assert not current().vetted_digest(Match("made", None, None, "sha256", 0, None, Tier.MATCH, 1))
    assert current().degraded == ("no_lists",)
    assert current().as_of is None


def test_the_list_of_the_demo_finds_its_drawings(scanner: Scanner) -> None:
    content = csv(*(("pdq", drawn(n), f"drawing-{n}", "drawing") for n in range(4)))
    assert services.import_list(io.BytesIO(content), name="demo", actor=OPERATOR, status=ListStatus.VETTED).added == 4
    known = current()
    for name, edit in edits.EDITS.items():
        data = edits.as_jpeg(edit(drawings.drawing(0)))
        result = scanner.scan_bytes(data, catalogs=known.catalogs)
        if result.matches:
            assert result.matches[0].id == "drawing-0", name
    assert scanner.scan_bytes(as_jpeg(0), catalogs=known.catalogs).outcome is Outcome.MATCH
    assert scanner.scan_bytes(as_jpeg(8), catalogs=known.catalogs).outcome is Outcome.CLEAR
