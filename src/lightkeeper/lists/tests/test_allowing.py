"""What an allow-list names wins over what other lists find, is counted, and never hides equal bytes by likeness."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from lightkeeper.demo import drawings, edits
from lightkeeper.detect import Outcome, Scanner
from lightkeeper.detect.digesting import digests_of
from lightkeeper.lists import tally
from lightkeeper.lists.allowing import YIELDS_TO
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.queries import current
from lightkeeper.lists.tests.making import allowed, csv, imported, moved, near, row, value
from lightkeeper.lists.tests.test_known import drawn
from lightkeeper.lists.types import Algorithm, EntryState, ListStatus

pytestmark = pytest.mark.django_db


def counts(name: str = "harmless") -> tuple[int, int]:
    """Matches on trial and hits won over, of one list."""
    tally.flush()
    row = HashList.objects.get(name=name)
    return row.trial_matches, row.allowed_matches


def test_a_picture_that_is_near_a_harmless_one_is_no_hit_and_is_counted() -> None:
    imported(csv(row(1)))
    harmless = near(value(1), 8)
    allowed(csv(("pdq", harmless.hex())), radius=10)
    hit, won, other = current().look_up([({}, near(value(1), 25)), ({}, near(harmless, 3)), ({}, value(9))])
    assert ([match.distance for match in hit.matches], hit.allowed) == ([25], False)
    assert (won.matches, won.allowed) == ((), True)
    assert (other.matches, other.allowed) == ((), False)
    assert counts() == (0, 1)


def test_equal_bytes_yield_to_equal_bytes_alone() -> None:
    imported(csv(row("a", "sha256"), row("b", "sha256")))
    allowed(csv(row(1), row("b", "md5")))
    likeness, equality = current().look_up(
        [
            ({"sha256": value("a", "sha256")}, value(1)),
            ({"sha256": value("b", "sha256"), "md5": value("b", "md5")}, None),
        ]
    )
    assert [match.algorithm for match in likeness.matches] == ["sha256"]
    assert not likeness.allowed
    assert (equality.matches, equality.allowed) == ((), True)
    assert counts() == (0, 1)


def test_an_address_yields_to_the_same_address() -> None:
    imported(csv(("url", "example.test/x"), ("url", "example.test/y")))
    allowed(csv(("url", "http://example.test/x")))
    won, hit = current().lookup_url(["https://example.test/x", "https://example.test/y"])
    assert (tuple(won.matches), won.allowed) == ((), True)
    assert (len(hit.matches), hit.allowed) == (1, False)


def test_every_algorithm_has_its_rule() -> None:
    assert YIELDS_TO.keys() == set(Algorithm)
    assert all(algorithm in YIELDS_TO[algorithm] for algorithm in Algorithm)
    exact = {Algorithm.SHA256, Algorithm.SHA1, Algorithm.MD5}
    assert all(Algorithm.PDQ not in YIELDS_TO[algorithm] for algorithm in exact)


def test_an_allow_list_on_trial_counts_and_wins_nothing() -> None:
    imported(csv(row(1)))
    allowed(csv(row(1)), status=ListStatus.TRIAL)
    (answer,) = current().look_up([({}, value(1))])
    assert (len(answer.matches), answer.allowed) == (1, False)
    assert counts() == (1, 0)


def test_a_quarantined_allow_list_and_a_disputed_or_withdrawn_entry_win_nothing() -> None:
    imported(csv(row(1), row(2), row(3)))
    allowed(csv(row(1)), "out", ListStatus.QUARANTINED)
    allowed(csv(row(2), row(3)))
    disputed, withdrawn = Entry.objects.filter(list__name="harmless").order_by("pk")
    moved(disputed.pk, EntryState.DISPUTED)
    moved(withdrawn.pk, EntryState.WITHDRAWN)
    answers = current().look_up([({}, value(n)) for n in (1, 2, 3)])
    assert [len(answer.matches) for answer in answers] == [1, 1, 1]
    assert counts() == (0, 0)


def test_an_allow_list_alone_finds_nothing_and_nothing_is_searched_for() -> None:
    allowed(csv(row(1), row("a", "sha1")))
    known = current()
    assert known.look_up([({"sha1": value("a", "sha1")}, value(1))])[0].matches == ()
    assert not known.look_up([({}, value(1))])[0].allowed  # there was nothing to win over
    assert known.degraded == ("no_lists",)
    assert counts() == (0, 0)


def test_what_was_counted_when_it_came_is_not_counted_again() -> None:
    imported(csv(row(1)))
    imported(csv(row(1)), "tried", ListStatus.TRIAL)
    allowed(csv(row(1)))
    assert current().uncounted.look_up([({}, value(1))])[0].allowed
    assert counts() == (0, 0)
    assert counts("tried") == (0, 0)


def test_an_item_on_trial_is_counted_once_whatever_of_it_matched() -> None:
    imported(csv(row(1), row("a", "sha1"), row("b", "md5")), "tried", ListStatus.TRIAL)
    current().look_up([({"sha1": value("a", "sha1"), "md5": value("b", "md5")}, value(1))])
    assert counts("tried") == (1, 0)


def test_allow_lists_are_never_searched_further_than_their_radius() -> None:
    imported(csv(row(1)))
    allowed(csv(row(1)))
    known = current()
    (catalog,) = known.catalogs
    reach, numbers = np.asarray(catalog.reach(31, 56)).tolist(), known.holdings.list_numbers
    assert {of.name: reach[numbers[of.id]] for of in known.lists} == {"made": 56, "harmless": 31}


@pytest.fixture(scope="module")
def scanner() -> Iterator[Scanner]:
    with Scanner([], workers=1, effort="quick") as made:
        yield made


def test_a_scan_says_that_what_it_found_is_harmless(scanner: Scanner) -> None:
    data = edits.as_jpeg(drawings.drawing(1))
    imported(csv(("pdq", drawn(1))))
    allowed(csv(("pdq", drawn(1))))
    result = scanner.scan_bytes(data, catalogs=current().catalogs)
    assert (result.outcome, result.allowed, result.matches) == (Outcome.CLEAR, True, ())
    assert "harmless" in result.reason
    imported(csv(("sha1", digests_of([data])["sha1"].hex())), status=None)
    result = scanner.scan_bytes(data, catalogs=current().catalogs)
    assert [match.algorithm for match in result.matches] == ["sha1"]
    assert (result.outcome, result.allowed) == (Outcome.MATCH, False)
    assert counts() == (0, 2)
