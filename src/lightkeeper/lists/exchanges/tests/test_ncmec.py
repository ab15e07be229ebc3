"""NCMEC: all that it tells is found, what it deletes is not, and a sync goes on where the last one stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lightkeeper.lists.exchanges.tests.making import checkpoint, counts, held, made, synced
from lightkeeper.lists.exchanges.tests.servers.ncmec import BEGUN, PASSWORD, USER, Ncmec, drawn, value
from lightkeeper.lists.exchanges.tests.servers.serving import Server, serving
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.types import EntryState, ExchangeKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Ncmec:
    return Ncmec([drawn(number) for number in range(10)], size=4)


@pytest.fixture
def server(app: Ncmec) -> Iterator[Server]:
    with serving(app) as running:
        yield running


@pytest.fixture
def exchange(server: Server) -> int:
    return made(ExchangeKind.NCMEC, {"address": server.address}, {"username": USER, "password": PASSWORD})


def expected(*numbers: int) -> set[tuple[str, bytes, str]]:
    return {(kind.lower(), value(n, kind), f"42/entry{n}") for n in numbers for kind in ("MD5", "PDQ")}


def test_all_pages_are_read_and_the_next_sync_asks_for_what_is_new(app: Ncmec, server: Server, exchange: int) -> None:
    run = synced(exchange)
    assert counts(run) == {"outcome": "complete", "records": 10, "added": 20}
    assert (run.pages, run.problem) == (3, "")
    assert held(exchange) == expected(*range(10))
    assert checkpoint(exchange) == {"from": app.now - 600}
    again = synced(exchange)
    assert counts(again) == {"outcome": "complete"}
    assert server.asked[-1].query["from"] == datetime.fromtimestamp(app.now - 600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_what_is_deleted_or_changed_is_so_after_one_sync(app: Ncmec, exchange: int) -> None:
    synced(exchange)
    gone = drawn(1, at=app.now, deleted=True)
    gone.marks = {}
    other = drawn(2, "PDQ", at=app.now)
    app.change(gone, other, drawn(77, at=app.now))
    run = synced(exchange)
    assert counts(run) == {"outcome": "complete", "records": 3, "added": 2, "withdrawn": 3}
    assert held(exchange) == (expected(0, *range(3, 10), 77) | {("pdq", value(2, "PDQ"), "42/entry2")})
    app.change(drawn(1, at=app.now + 1))
    app.now += 10
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 3, "added": 2}
    assert expected(1) <= held(exchange)


def test_a_value_stays_for_as_long_as_one_record_has_it(app: Ncmec, exchange: int) -> None:
    twin = drawn(0, at=BEGUN + 5)
    twin.member = 7
    app.change(*app.entries, twin)
    synced(exchange)
    assert Entry.objects.filter(state=EntryState.ACTIVE).count() == 22
    app.change(drawn(0, at=app.now, deleted=True))
    assert counts(synced(exchange))["withdrawn"] == 2
    left = {row for row in held(exchange) if row[1] == value(0, "PDQ")}
    assert left == {("pdq", value(0, "PDQ"), "7/entry0")}


def test_classifications_are_kept_and_are_ours_too(app: Ncmec, exchange: int) -> None:
    app.change(drawn(3, category="B2"), drawn(4, category="zz"), drawn(5, category=""))
    synced(exchange)
    assert set(Entry.objects.values_list("category", flat=True)) == {"A1", "B2", ""}
    assert HashList.objects.get().categories == {"A1": "A1", "A2": "A2", "B1": "B1", "B2": "B2"}


def test_kinds_that_are_not_searched_are_counted_and_no_fault(app: Ncmec, exchange: int) -> None:
    entry = drawn(50, "MD5", "PDNA", "TMK_PDQF", "SOMETHING_NEW")
    app.change(entry)
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 11, "added": 21, "unsearched": 3}


def test_votes_of_members_are_kept(app: Ncmec, exchange: int) -> None:
    members = '<members><member id="1">a</member><member id="2">b</member></members>'
    votes = (
        f'<feedback><affirmativeFeedback type="MD5">{members}</affirmativeFeedback><negativeFeedback type="PDQ">'
        f'<reasons><reason name="x" guid="g"/><members><member id="3">c</member></members></reasons></negativeFeedback>'
        f"<somethingNew/></feedback>"
    )
    app.change(drawn(0, votes=votes))
    synced(exchange)
    assert set(Entry.objects.exclude(upvotes=0).values_list("upvotes", "downvotes")) == {(2, 1)}


def test_times_are_sent_in_utc_wherever_this_machine_is(
    server: Server, exchange: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        synced(exchange)
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()
    told = datetime.fromisoformat(server.asked[0].query["to"])
    assert abs((told - datetime.now(UTC)).total_seconds()) < 3600


def test_every_environment_has_its_name() -> None:
    from lightkeeper.lists.exchanges.registry import checked_options
    from lightkeeper.lists.types import ListRefused

    names = (
        "Industry",
        "NGO",
        "LawEnforcement",
        "Exploitative",
        "NGO_Generative_AI",
        "test_NGO_Generative_AI_Exploitative",
    )
    for name in names:
        assert checked_options(ExchangeKind.NCMEC, {"environment": name}) == {"environment": name}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"environment": "Mars"}, "must be one of: Industry,"),
        ({}, "is missing"),
        ({"address": "https://elsewhere.test/"}, "LIGHTKEEPER_OUTBOUND_ALLOW"),
        ({"environment": "NGO", "colour": 1}, "no option “colour”"),
    ]
    for options, said in wrong:
        with pytest.raises(ListRefused, match=said):
            checked_options(ExchangeKind.NCMEC, options)
