"""A feed: three forms, whole or by what is new, pages, entity tags, a mapping of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lightkeeper.lists.exchanges.registry import checked_options
from lightkeeper.lists.exchanges.tests.making import checkpoint, counts, held, made, synced
from lightkeeper.lists.exchanges.tests.servers.feed import KEY, Feed, drawn, value
from lightkeeper.lists.exchanges.tests.servers.serving import Server, serving
from lightkeeper.lists.types import ExchangeKind, ListRefused

pytestmark = pytest.mark.django_db

FIELDS = {"algorithm": "kind", "value": "hash", "id": "name", "category": "class", "deleted": "gone", "time": "at"}


@pytest.fixture
def app() -> Feed:
    return Feed([{**drawn(number), "gone": ""} for number in range(6)])


@pytest.fixture
def server(app: Feed) -> Iterator[Server]:
    with serving(app) as running:
        yield running


def options(server: Server, form: str = "json", **others: Any) -> dict[str, Any]:
    path = {"records": "found.rows"} if form == "json" else {}
    return {"address": f"{server.address}/list", "format": form, "fields": FIELDS, "header": "X-Key", **path, **others}


def exchange_of(given: dict[str, Any]) -> int:
    return made(ExchangeKind.FEED, given, {"header_value": KEY})


def expected(*numbers: int) -> set[tuple[str, bytes, str]]:
    return {("md5", value(number), f"row{number}") for number in numbers}


@pytest.mark.parametrize("form", ["csv", "json", "json_lines"])
def test_a_whole_feed_withdraws_what_it_has_no_more(app: Feed, server: Server, form: str) -> None:
    app.form = form
    exchange = exchange_of(options(server, form))
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 6, "added": 6}
    assert held(exchange) == expected(*range(6))
    assert counts(synced(exchange)) == {"outcome": "complete"}  # it is as it was: not modified
    assert "if-none-match" in server.asked[-1].headers
    app.rows[0]["gone"] = "yes"
    del app.rows[5]
    app.rows.append({**drawn(9), "gone": "no"})
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 6, "added": 1, "withdrawn": 2}
    assert held(exchange) == expected(1, 2, 3, 4, 9)


def test_a_feed_of_what_is_new_is_asked_for_what_is_newer_and_withdraws_what_it_names(
    app: Feed, server: Server
) -> None:
    given = options(server, whole=False, since_parameter="since", cursor_path="next", cursor_parameter="after")
    app.size = 4
    exchange = exchange_of(given)
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 6, "added": 6}
    assert checkpoint(exchange)["since"] == 5
    app.rows = [{"name": "row2", "gone": True, "at": 8, "hash": "", "kind": ""}, {**drawn(9), "gone": False}]
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 2, "added": 1, "withdrawn": 1}
    assert server.asked[-1].query["since"] == "5"
    assert held(exchange) == expected(0, 1, 3, 4, 5, 9)
    assert checkpoint(exchange)["since"] == 9


def test_what_cannot_be_read_is_set_aside_and_what_is_known_of_it_stays(app: Feed, server: Server) -> None:
    exchange = exchange_of(options(server))
    synced(exchange)
    app.rows[1]["hash"] = "not a value"
    app.rows += [{"name": "p", "kind": "photodna", "hash": "x", "class": "A1", "at": 1}, "nonsense", {"hash": 5}]  # type: ignore[list-item]
    app.answer = _without_filter(app)  # type: ignore[method-assign]
    run = synced(exchange)
    assert counts(run) == {"outcome": "complete", "records": 6, "set_aside": 3, "unsearched": 1}
    assert held(exchange) == expected(*range(6))
    asides = {(row.position, row.record, row.problem) for row in run.set_asides.all()}
    assert {(position, record) for position, record, _ in asides} == {(2, "row1"), (8, ""), (9, "")}
    assert not any("not a value" in problem for _, _, problem in asides)


def _without_filter(app: Feed) -> Any:
    from lightkeeper.lists.exchanges.tests.servers.serving import Answer

    return lambda _asked: Answer(200, app._written(app.rows, None))


def test_an_empty_feed_empties_no_list(app: Feed, server: Server) -> None:
    exchange = exchange_of(options(server))
    synced(exchange)
    app.rows.clear()
    run = synced(exchange)
    assert (run.outcome, held(exchange)) == ("failed", expected(*range(6)))
    assert "no record that can be used" in run.problem


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"address": "http://elsewhere.test/"}, "https://"),
    ({"address": "https://user:word@elsewhere.test/"}, "credentials"),
    ({"format": "xml"}, "one of: csv, json, json_lines"),
    ({"fields": {"id": "name"}}, "which of the feed's fields is the value"),
    ({"fields": {"value": "hash"}}, "one algorithm for all"),
    ({"fields": {"value": "hash", "colour": "x"}}, "has no “colour”"),
    ({"whole": "yes"}, "true or false"),
    ({"cursor_path": "next"}, "cursor_parameter"),
    ({"since_parameter": "since"}, "not whole"),
    ({"header": "Host"}, "no name of a header"),
    ({"algorithms": {"x": "photodna"}}, "one of: pdq"),
]


@pytest.mark.parametrize(("given", "said"), WRONG)
def test_options_say_what_is_wrong(given: dict[str, Any], said: str) -> None:
    right = {"address": "https://feed.test/list", "format": "json", "fields": FIELDS}
    checked_options(ExchangeKind.FEED, right)
    with pytest.raises(ListRefused, match=said):
        checked_options(ExchangeKind.FEED, {**right, **given})
