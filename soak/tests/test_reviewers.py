"""Simulated reviewers on a small queue; and the checks find what they are there for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from soak import reviewed, reviewers
from soak.database import Database
from soak.postgres import cluster

TABLES = """
CREATE TABLE review_lease (id serial, case_id int, person_id int, taken_at timestamptz, ended_at timestamptz,
  ended text);
CREATE TABLE review_case (id int, state text, imminent bool, due_at timestamptz, severity int, sampled bool);
CREATE TABLE review_caseitem (id int PRIMARY KEY, case_id int, state text, second_because text);
CREATE TABLE review_grade (id serial, case_item_id int, person_id int, part text, state text, ended_at timestamptz);
CREATE TABLE record_auditevent (id serial, event text, subject_id text);
CREATE TABLE runtime_work (state text);
ALTER TABLE review_case ADD PRIMARY KEY (id);
INSERT INTO review_case
  SELECT n, 'waiting', false, now() + n * interval '1 hour', 1, false FROM generate_series(1, 9) n;
INSERT INTO review_caseitem SELECT n, n, 'waiting', '' FROM generate_series(1, 9) n;
"""
LEASE = (
    "INSERT INTO review_lease (case_id, person_id, taken_at, ended_at, ended) VALUES ({}, now() + {}, now() + {}, '')"
)
EVENT = "INSERT INTO record_auditevent (event, subject_id) VALUES ('review:lease:{}', '{}')"
GRADE = "INSERT INTO review_grade (case_item_id, person_id, part, state, ended_at) VALUES ({}, now())"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster(fast=True) as made:
        yield made.url


@pytest.fixture
def database(postgresql: None, request: pytest.FixtureRequest) -> Database:
    made = Database(request.getfixturevalue("server"))
    made.change("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", *TABLES.strip().rstrip(";").split(";"))
    return made


def lease(ids: str, begin: int, end: int) -> str:
    return LEASE.format(ids, f"{begin} * interval '1 s'", f"{end} * interval '1 s'")


def test_nothing_is_found_where_nothing_is_wrong(database: Database) -> None:
    database.change(lease("1, 1", 0, 5), lease("1, 2", 5, 9), lease("2, 1", 5, 9))
    database.change(*(EVENT.format(act, 1) for act in ("taken", "ended") * 2))
    database.change(*(EVENT.format(act, 2) for act in ("taken", "ended")))
    assert [fault for check in reviewed.CHECKS for fault in check(database)] == []
    assert reviewed.passed_over(database) == (0, 2)


@pytest.mark.parametrize("ids", ["1, 2", "2, 1"])
def test_two_leases_at_once_are_found(database: Database, ids: str) -> None:
    database.change(lease("1, 1", 0, 5), lease(ids, 4, 9))
    assert len(reviewed.no_lease_overlaps(database)) == 1
    assert reviewed.the_trail_says_the_same(database)


def test_own_seconds_and_wrong_progress_are_found(database: Database) -> None:
    database.change(GRADE.format("1, 1, 'first', 'standing'"), GRADE.format("1, 1, 'second', 'standing'"))
    assert reviewed.nobody_is_their_own_second(database)
    assert reviewed.progress_is_consistent(database)


def test_who_is_passed_over_is_counted(database: Database) -> None:
    database.change(*(lease(f"{case}, {case}", case, case + 1) for case in (3, 2, 4)))
    assert reviewed.passed_over(database) == (3, 3)  # case 1 waits while three that come later were taken
    database.change("UPDATE review_caseitem SET second_because = 'random'", GRADE.format("1, 9, 'first', 'standing'"))
    assert reviewed.longest_wait_for_second(database) == (3, 0)


@pytest.mark.long
def test_reviewers_at_once_never_have_the_same_case(postgresql: None) -> None:
    # Shorter than the minute after which a grade stands: second reviews come up at full size only.
    assert reviewers.run(size=60, people=6, think=0.2, seconds=12, seed=3, timed=False) == []
