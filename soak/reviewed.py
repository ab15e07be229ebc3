"""What must be true of a queue that people worked on, read from the database alone."""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from soak.database import Database

Check = Callable[[Database], list[str]]
Key = tuple[bool, datetime, int, int]


def no_lease_overlaps(database: Database) -> list[str]:
    """At no moment a case had two holders, or a person two cases."""
    faults = []
    for name in ("case_id", "person_id"):
        query = f"SELECT COUNT(*) FROM review_lease a JOIN review_lease b ON a.{name} = b.{name} AND a.id < b.id"  # noqa: S608
        query += (
            " WHERE b.taken_at < COALESCE(a.ended_at, 'infinity') AND a.taken_at < COALESCE(b.ended_at, 'infinity')"
        )
        if many := database.number(query):
            faults.append(f"{many} pairs of leases of one {name} overlap")
    return faults


def the_trail_says_the_same(database: Database) -> list[str]:
    """Each case's events are taken, ended, taken, ended …, and as many as there are leases."""
    query = "SELECT subject_id, event FROM record_auditevent WHERE event LIKE 'review:lease:%%' ORDER BY id"
    told: dict[str, list[str]] = defaultdict(list)
    for row in database.rows(query, ()):
        told[str(row["subject_id"])].append(row["event"].rpartition(":")[2])
    leases = "SELECT case_id, COUNT(*) AS taken, COUNT(ended_at) AS ended FROM review_lease GROUP BY case_id"
    rows = database.rows(leases)
    faults = [] if len(rows) == len(told) else [f"{len(rows)} cases were taken, the trail says {len(told)}"]
    for row in rows:
        acts = told[str(row["case_id"])]
        taken_in_turn = all(act == ("taken", "ended")[place % 2] for place, act in enumerate(acts))
        if not taken_in_turn or Counter(acts) != Counter(taken=row["taken"], ended=row["ended"]):
            faults.append(f"case {row['case_id']}: leases {row}, trail {acts}")
    return faults


def nobody_is_their_own_second(database: Database) -> list[str]:
    """No item has a first and a second grade of one person that both count, nor two first grades."""
    query = "SELECT COUNT(*) FROM review_grade a JOIN review_grade b ON a.case_item_id = b.case_item_id AND a.id < b.id"
    query += " AND a.state <> 'undone' AND b.state <> 'undone' WHERE {}"
    own = database.number(query.format("a.person_id = b.person_id AND a.part = 'first' AND b.part = 'second'"))
    twice = database.number(query.format("a.part = b.part AND a.part IN ('first', 'second')"))
    return [f"{own} own seconds, {twice} parts played twice"] if own or twice else []


def progress_is_consistent(database: Database) -> list[str]:
    """Items are where their standing grades put them, cases where their items put them; no work is dead."""
    query = "SELECT i.id, i.state, i.second_because <> '' AS asked, c.id AS case_id, c.state AS case_state"
    query += ", SUM(CASE WHEN g.state = 'standing' THEN 1 ELSE 0 END) AS standing"
    query += ", SUM(CASE WHEN g.state = 'pending' THEN 1 ELSE 0 END) AS pending FROM review_caseitem i"
    query += (
        " JOIN review_case c ON c.id = i.case_id LEFT JOIN review_grade g ON g.case_item_id = i.id GROUP BY i.id, c.id"
    )
    faults = []
    for row in database.rows(query):
        case = "closed" if row["state"] == "settled" else "settling" if row["pending"] else row["state"]
        if row["state"] not in _states(row) or row["case_state"] != case:
            faults.append(f"case {row['case_id']}: {row}")
    dead = database.number("SELECT COUNT(*) FROM runtime_work WHERE state = 'dead'")
    return faults + ([f"{dead} rows of work are dead"] if dead else [])


def _states(row: dict[str, Any]) -> set[str]:
    if not row["standing"]:
        return {"waiting"}
    if row["standing"] == 1:
        return {"second"} if row["asked"] else {"settled"}
    return {"disagreed", "settled"}


def passed_over(database: Database) -> tuple[int, int]:
    """How often at most a waiting case was passed over for one that comes later, and how many were first taken.

    Counted for each case until it was first taken (if ever); what was drawn at random may come before.
    """
    query = "SELECT id, imminent, due_at, severity, sampled FROM review_case"
    keys: dict[int, Key] = {}
    drawn = set()
    for row in database.rows(query):
        keys[row["id"]] = (not row["imminent"], row["due_at"], -row["severity"], row["id"])
        drawn |= {row["id"]} if row["sampled"] else set()
    firsts = database.rows("SELECT case_id FROM review_lease GROUP BY case_id ORDER BY MIN(id)")
    order = [row["case_id"] for row in firsts if row["case_id"] not in drawn]
    never = [keys[case] for case in set(keys) - drawn - set(order)]
    seen: list[Key] = []
    worst = 0
    for case in order:
        worst = max(worst, len(seen) - bisect.bisect(seen, keys[case]))
        bisect.insort(seen, keys[case])
    if never:
        worst = max(worst, len(seen) - bisect.bisect(seen, min(never)))
    return worst, len(firsts)


def longest_wait_for_second(database: Database) -> tuple[int, int]:
    """How many other cases that come later were taken, at most, while one waited for its second; how many had one.

    Counted among what people could have taken instead: not what was drawn, and not by who gave the first grade. What
    was drawn and waits for its second waits as all others do, and ends its waiting as they do.
    """
    query = "SELECT c.id, c.due_at, c.imminent, g.person_id, g.ended_at FROM review_grade g"
    query += " JOIN review_caseitem i ON i.id = g.case_item_id JOIN review_case c ON c.id = i.case_id"
    query += " WHERE g.part = 'first' AND g.state = 'standing' AND i.second_because <> '' AND NOT c.imminent"
    leases = database.rows(
        "SELECT l.case_id, l.person_id, l.taken_at, c.due_at, c.sampled OR c.imminent AS may_come_before"
        " FROM review_lease l JOIN review_case c ON c.id = l.case_id ORDER BY l.taken_at"
    )
    moments = [row["taken_at"] for row in leases]
    worst, begun = 0, 0
    for row in database.rows(query):
        later = 0
        for lease in leases[bisect.bisect(moments, row["ended_at"]) :]:
            if lease["person_id"] == row["person_id"]:
                continue
            if lease["case_id"] == row["id"]:
                begun += 1
                break
            later += not lease["may_come_before"] and lease["due_at"] > row["due_at"]
        worst = max(worst, later)
    return worst, begun


CHECKS: Final[tuple[Check, ...]] = (
    no_lease_overlaps, the_trail_says_the_same, nobody_is_their_own_second, progress_is_consistent,
)  # fmt: skip


def judge(database: Database, reviewers: int) -> list[str]:
    """All faults, and in words how fair it was."""
    faults = [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(database)[:5]]
    for name, (worst, many) in (
        ("first review", passed_over(database)), ("second review", longest_wait_for_second(database)),
    ):  # fmt: skip
        print(f"{name}: {many} taken; passed over at most {worst} times", flush=True)
        if worst > reviewers:
            faults.append(f"{name}: a case was passed over {worst} times")
    return faults
