"""The kill test at 1/50 on both databases; and each of its checks fails where its fault is planted."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from soak import checks, kill, material
from soak.checks import Evidence
from soak.service import Installation

SIZE = 40


@pytest.fixture(scope="module")
def whole() -> Iterator[Evidence]:
    """A run on SQLite, with kills, without a fault."""
    with kill.prepared("sqlite", size=SIZE, seed=3) as run:
        run.scene.start()
        killer = kill.go(run, kills=3, seed=3)
        assert killer.dealt.total() == 3
        assert killer.orphans == []
        run.scene.installation.stop()
        assert run.faults() == []
        yield run.evidence()


@pytest.fixture
def copy(whole: Evidence, tmp_path: Path) -> Evidence:
    """A copy of the run to plant a fault in."""
    shutil.copytree(whole.installation.folder, tmp_path / "copy")
    return replace(whole, installation=Installation(tmp_path / "copy", settings=whole.installation.settings))


def _change(evidence: Evidence, *statements: str) -> None:
    """Change the database as nobody may, the rules against it removed."""
    with closing(sqlite3.connect(evidence.installation.data / "lightkeeper.sqlite3")) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in [*(f'DROP TRIGGER "{name}"' for (name,) in names), *statements]:
            connection.execute(statement)


def test_nothing_is_lost_or_done_twice_on_sqlite(whole: Evidence) -> None:
    assert len(whole.answers) == SIZE


def test_nothing_is_lost_or_done_twice_on_postgresql(postgresql: None) -> None:
    assert kill.run("postgresql", size=SIZE, seed=2, kills=4) == []


FAULTS: dict[str, tuple[checks.Check, list[str]]] = {
    "a submission is lost": (
        checks.rows_are_finished,
        ["DELETE FROM intake_submission WHERE id = (SELECT MAX(id) FROM intake_submission)"],
    ),
    "a submission never ends": (
        checks.rows_are_finished,
        ["UPDATE intake_submission SET state = 'received' WHERE id = (SELECT MAX(id) FROM intake_submission)"],
    ),
    "an item has two cases": (
        checks.one_case_an_item,
        [
            "DROP INDEX caseitem_item_open_once",
            "UPDATE review_caseitem SET item_id = (SELECT MIN(item_id) FROM review_caseitem)",
        ],
    ),
    "a sighting is lost": (
        checks.one_case_an_item,
        ["DELETE FROM review_sighting WHERE id = (SELECT MAX(id) FROM review_sighting)"],
    ),
    "work is dead": (
        checks.no_work_is_left,
        ["UPDATE runtime_work SET state = 'dead' WHERE id = (SELECT MIN(id) FROM runtime_work WHERE state = 'done')"],
    ),
    "work is stuck": (
        checks.no_work_is_left,
        ["UPDATE runtime_work SET state = 'leased' WHERE kind = 'intake:scan'"],
    ),
    "a callback is lost": (
        checks.every_callback_came,
        ["DELETE FROM act_callback WHERE id = (SELECT MAX(id) FROM act_callback)"],
    ),
    "a callback is dead": (
        checks.every_callback_came,
        ["UPDATE act_callback SET state = 'dead' WHERE id = (SELECT MAX(id) FROM act_callback)"],
    ),
    "an event was altered": (
        checks.audit_verifies,
        ["UPDATE record_auditevent SET actor_id = 'x' WHERE id = (SELECT MIN(id) FROM record_auditevent)"],
    ),
    "an event was removed": (
        checks.audit_verifies,
        ["DELETE FROM record_auditevent WHERE id = (SELECT MAX(id) FROM record_auditevent)"],
    ),
    "an event is not sealed": (checks.audit_verifies, ["INSERT INTO record_unsealed VALUES (1)"]),
    "an act is told twice": (
        checks.one_event_an_act,
        [f"UPDATE record_auditevent SET subject_id = '1' WHERE event = '{checks.FINISHED}'"],
    ),
    "a case opened in silence": (
        checks.one_event_an_act,
        [f"DELETE FROM record_auditevent WHERE event = '{checks.OPENED}'"],
    ),
    "bytes were kept": (
        checks.vault_is_clean,
        ["UPDATE record_vaultobject SET destroyed_at = NULL WHERE id = (SELECT MIN(id) FROM record_vaultobject)"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_database_is_found(copy: Evidence, fault: str) -> None:
    check, statements = FAULTS[fault]
    _change(copy, *statements)
    assert check(copy) != []


def _without_answer(evidence: Evidence) -> Evidence:
    return replace(evidence, answers=dict(list(evidence.answers.items())[1:]))


def _other_answer(evidence: Evidence) -> Evidence:
    identifier = evidence.pieces[0].identifier
    return replace(evidence, answers={**evidence.answers, identifier: {"id": identifier, "state": "refused"}})


def _told_too_much(evidence: Evidence) -> Evidence:
    return replace(evidence, detailed=frozenset())


def _another_key(evidence: Evidence) -> Evidence:
    return replace(evidence, secrets=dict.fromkeys(evidence.secrets, b"x" * 32))


def _not_delivered(evidence: Evidence) -> Evidence:
    identifier = evidence.pieces[-1].identifier
    return replace(evidence, deliveries=[each for each in evidence.deliveries if each.json()["id"] != identifier])


def _second_effect(evidence: Evidence) -> Evidence:
    last = evidence.deliveries[-1]
    again = replace(last, body=last.body.replace(last.idempotency_id.encode(), b"another"))
    return replace(evidence, deliveries=[*evidence.deliveries, again])


def _other_body(evidence: Evidence) -> Evidence:
    last = evidence.deliveries[-1]
    return replace(evidence, deliveries=[*evidence.deliveries, replace(last, body=last.body.replace(b"}", b" }"))])


def _out_of_order(evidence: Evidence) -> Evidence:
    last = evidence.deliveries[-1]
    later = replace(last, body=re.sub(rb'"sequence":\d+', b'"sequence":9999999999999999', last.body))
    return replace(evidence, deliveries=[*evidence.deliveries[:-1], later, last])


CLAIMS: list[tuple[checks.Check, Callable[[Evidence], Evidence]]] = [
    (checks.answers_are_right, _without_answer),
    (checks.answers_are_right, _other_answer),
    (checks.answers_are_right, _told_too_much),
    (checks.every_callback_came, _another_key),
    (checks.every_callback_came, _not_delivered),
    (checks.no_second_effect, _second_effect),
    (checks.no_second_effect, _other_body),
    (checks.no_second_effect, _out_of_order),
]


@pytest.mark.parametrize(("check", "planted"), CLAIMS)
def test_a_fault_in_what_was_told_is_found(
    whole: Evidence, check: checks.Check, planted: Callable[[Evidence], Evidence]
) -> None:
    assert check(whole) == []
    assert check(planted(whole)) != []


def test_content_in_clear_is_found(copy: Evidence) -> None:
    assert checks.vault_is_clean(copy) == []
    (copy.installation.folder / "tmp" / "upload").write_bytes(material.jpeg(0))
    assert checks.vault_is_clean(copy) != []


def test_what_a_killed_process_left_in_the_vault_is_swept_and_what_stays_is_found(copy: Evidence) -> None:
    folder = copy.installation.data / "vault"
    folder.mkdir(exist_ok=True)
    assert checks.nothing_outlives_the_sweep(copy) == []
    (folder / "not-the-vaults-own").write_bytes(b"x")
    assert checks.nothing_outlives_the_sweep(copy) != []
