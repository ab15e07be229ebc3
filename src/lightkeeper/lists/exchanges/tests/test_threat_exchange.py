"""Meta ThreatExchange: updates in the order of time, deletions, and a token that stands nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lightkeeper.lists.exchanges.registry import checked_options
from lightkeeper.lists.exchanges.tests.making import checkpoint, counts, held, made, synced
from lightkeeper.lists.exchanges.tests.servers.graph import BEGUN, GROUP, TOKEN, Graph, drawn, value
from lightkeeper.lists.exchanges.tests.servers.serving import Server, serving, status
from lightkeeper.lists.models import Entry, Exchange
from lightkeeper.lists.types import ExchangeKind, ListRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Graph:
    return Graph([drawn(number) for number in range(9)])


@pytest.fixture
def server(app: Graph) -> Iterator[Server]:
    with serving(app) as running:
        app.server = running
        yield running


@pytest.fixture
def exchange(server: Server) -> int:
    options = {"address": server.address, "privacy_group": GROUP}
    return made(ExchangeKind.THREATEXCHANGE, options, {"token": TOKEN})


def test_all_pages_are_read_and_the_next_sync_asks_for_what_is_new(server: Server, exchange: int) -> None:
    run = synced(exchange)
    assert (counts(run), run.pages) == ({"outcome": "complete", "records": 9, "added": 9}, 3)
    assert held(exchange) == {("pdq", value(number), str(9000 + number)) for number in range(9)}
    assert checkpoint(exchange)["time"] == BEGUN + 8
    again = synced(exchange)
    assert (again.problem, counts(again)) == ("", {"outcome": "complete", "records": 1})
    assert server.asked[-1].query["start_time"] == str(BEGUN + 8)
    assert TOKEN.split("|")[1] not in json.dumps(list(Exchange.objects.values("checkpoint", "options")))


def test_deletions_kinds_and_addresses(app: Graph, exchange: int) -> None:
    synced(exchange)
    app.updates[2] = drawn(2, deleted=True, at=BEGUN + 50)
    app.updates += [
        drawn(60, "HASH_MD5"), drawn(61, "HASH_TMK"), drawn(62, "URI"), drawn(63, "HASH_SHA256"), drawn(64, "HASH_SHA1")
    ]  # fmt: skip
    assert counts(synced(exchange)) == {
        "outcome": "complete", "records": 7, "added": 4, "withdrawn": 1, "unsearched": 1
    }  # fmt: skip
    assert ("pdq", value(2), "9002") not in held(exchange)
    assert ("url", b"http://site62.test/page", "9062") in held(exchange)
    assert set(Entry.objects.values_list("upvotes", flat=True)) == {1}


def test_a_source_that_forgot_deletions_is_read_whole(app: Graph, exchange: int) -> None:
    synced(exchange)
    before = checkpoint(exchange)
    Exchange.objects.update(checkpoint={**before, "at": before["at"] - 86 * 24 * 3600})
    del app.updates[4]  # and no word of it
    run = synced(exchange)
    assert counts(run) == {"outcome": "complete", "records": 8, "withdrawn": 1}
    assert "85 days" in run.problem


def test_pages_out_of_order_are_not_gone_on_with_in_their_middle(app: Graph, server: Server, exchange: int) -> None:
    app.shuffled = True
    server.faults.extend([None, None, status(500), status(500)])
    assert synced(exchange).outcome == "failed"
    assert checkpoint(exchange) is None
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 9, "added": 1}


def test_options_say_what_is_wrong() -> None:
    wrong: list[dict[str, Any]] = [{}, {"privacy_group": "x"}, {"privacy_group": 0}, {"privacy_group": True}]
    for options in wrong:
        with pytest.raises(ListRefused, match="number of a privacy group"):
            checked_options(ExchangeKind.THREATEXCHANGE, options)
    assert checked_options(ExchangeKind.THREATEXCHANGE, {"privacy_group": "7"}) == {"privacy_group": 7}
