"""``python -m soak NAME``: the long bars, on one database or both. Ends with 1 where a bar is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from soak import (
    conversations,
    delta,
    figures,
    first_case,
    flood,
    kill,
    load,
    nodes,
    planted,
    reports,
    reviewers,
    schema,
    sync,
)
from soak.scene import DATABASES

Part = Callable[[argparse.Namespace, str], list[str]]


def _kill(given: argparse.Namespace, database: str) -> list[str]:
    return kill.run(database, size=given.size or 2000, seed=given.seed)


def _load(given: argparse.Namespace, database: str) -> list[str]:
    settings = dict(pair.split("=", 1) for pair in given.set)
    return load.run(database, entries=given.size or 100_000, seconds=given.seconds or 20.0, **settings)


def _flood(given: argparse.Namespace, database: str) -> list[str]:
    return flood.run(database, size=given.size or 20_000)


def _reports(given: argparse.Namespace, database: str) -> list[str]:
    return reports.run(database, blows=given.size or 3 * len(reports.BLOWS), seed=given.seed)


def _nodes(given: argparse.Namespace, database: str) -> list[str]:
    if database != "postgresql":
        return []
    return nodes.run(size=given.size or 1000, seed=given.seed)


def _planted(given: argparse.Namespace, database: str) -> list[str]:
    return planted.run(database, seed=given.seed)


def _schema(given: argparse.Namespace, database: str) -> list[str]:
    return schema.run(database, attempts=given.size or 2000, seed=given.seed)


def _reviewers(given: argparse.Namespace, database: str) -> list[str]:
    if database != "postgresql":
        return []
    return reviewers.run(
        size=given.size or 10_000, people=given.people, think=given.think, pause=given.pause,
        seconds=given.seconds or 150.0, seed=given.seed,
    )  # fmt: skip


def _delta(given: argparse.Namespace, database: str) -> list[str]:
    if database != "postgresql":
        return []
    return delta.run(size=given.size or 1_000_000)


def _first_case(given: argparse.Namespace, database: str) -> list[str]:  # noqa: ARG001  # as all parts are called
    if database != "sqlite":  # the demonstration's own
        return []
    return first_case.run()


def _sync(given: argparse.Namespace, database: str) -> list[str]:
    return sync.run(database, size=given.size or sync.FULL, seed=given.seed)


def _conversations(given: argparse.Namespace, database: str) -> list[str]:
    return conversations.run(database, seconds=given.seconds or 20.0)


def _figures(given: argparse.Namespace, database: str) -> list[str]:  # noqa: ARG001  # as all parts are called
    return figures.run(database)


PARTS: dict[str, Part] = {
    "kill": _kill, "nodes": _nodes, "planted": _planted, "schema": _schema, "load": _load, "flood": _flood,
    "reviewers": _reviewers, "delta": _delta, "first_case": _first_case, "sync": _sync, "conversations": _conversations,
    "reports": _reports, "figures": _figures,
}  # fmt: skip


def main() -> int:
    """Run what was asked for; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("--size", type=int, help="submissions (kill, nodes, flood), entries, bodies, cases, reports")
    parser.add_argument("--seconds", type=float, help="how long each bar of load is measured, or people review")
    parser.add_argument("--people", type=int, default=50, help="reviewers")
    parser.add_argument("--think", type=float, default=2.0, help="seconds that a reviewer thinks before a grade")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between a grade and the next case")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting, for load")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    faults = []
    for name in PARTS if given.part == "all" else [given.part]:
        print(f"\n## {name}\n", flush=True)
        for database in DATABASES if given.database == "both" else [given.database]:
            faults += PARTS[name](given, database)
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
