"""The other long runs at about 1/50: nodes, planted strings, the API's schema, raw bodies."""

from __future__ import annotations

import pytest

from soak import nodes, planted, schema


def test_two_servers_and_two_workers_do_nothing_twice(postgresql: None) -> None:
    assert nodes.run(size=40, seed=2, changes=1, timed=False) == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_planted_strings_are_found_nowhere(database: str, request: pytest.FixtureRequest) -> None:
    if database == "postgresql":
        request.getfixturevalue("postgresql")
    assert planted.run(database, seed=1) == []


def test_no_body_and_no_schema_breaks_the_api() -> None:
    assert schema.run("sqlite", examples=8, attempts=180, seed=1) == []
