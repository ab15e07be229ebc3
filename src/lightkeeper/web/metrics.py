"""The figures of ``/metrics`` in the text format of Prometheus: cheap counts, and no label that names anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from lightkeeper import __version__
from lightkeeper.intake import queries as intake
from lightkeeper.lists import queries as lists
from lightkeeper.record import services as record
from lightkeeper.review import queries as review
from lightkeeper.runtime import queries as runtime
from lightkeeper.web.health import Readiness

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Metric:
    """One gauge: its name without the prefix, what it counts, and its values by labels."""

    name: str
    help: str
    samples: Iterable[tuple[Mapping[str, str], float]]


def render(metrics: Iterable[Metric]) -> str:
    """Write metrics as text."""
    lines = []
    for metric in metrics:
        name = f"lightkeeper_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} gauge"]
        for labels, value in metric.samples:
            inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            lines.append(f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def collect(readiness: Readiness) -> Iterator[Metric]:
    """Count. Raises django.db.Error where the database does not answer."""
    yield Metric("info", "The version that answers.", [({"version": __version__}, 1)])
    yield Metric("ready", "1 if this process can answer requests.", [({}, readiness.ready)])
    yield Metric("degraded", "1 for each code of /readyz.", [({"code": code}, 1) for code in readiness.degraded])
    yield Metric("workers", "Workers that live.", [({}, len(runtime.alive_workers()))])
    yield Metric("hash_only", "1 as long as nobody answers for keeping and showing.", [({}, record.hash_only())])
    yield Metric("cases_waiting", "Cases that wait for a person.", [({}, review.waiting())])
    yield from _conversations()
    yield from _work()
    yield from _index()


def _conversations() -> Iterator[Metric]:
    parts: dict[str, list[tuple[Mapping[str, str], float]]] = {"event": [], "band": [], "moment": []}
    for what, count in intake.conversation_totals().items():
        kind, _, name = what.partition(":")
        if kind in parts:
            parts[kind].append(({kind: name}, count))
    yield Metric("conversation_events", "Events of conversations, by what became of them.", parts["event"])
    yield Metric("moments", "Answers at the four moments, by moment and decision.", parts["moment"])
    yield Metric("conversation_findings", "Findings about conversations, by band.", parts["band"])


def _work() -> Iterator[Metric]:
    now = timezone.now()
    rows = runtime.backlog()
    yield Metric("work_due", "Work rows that are due and not begun.", [({"kind": row.kind}, row.due) for row in rows])
    yield Metric("work_leased", "Work rows that are being done.", [({"kind": row.kind}, row.leased) for row in rows])
    yield Metric(
        "work_oldest_seconds",
        "How long the oldest due work row has waited.",
        [({"kind": row.kind}, (now - row.oldest).total_seconds()) for row in rows if row.oldest],
    )
    yield Metric(
        "work_dead",
        "Work rows that failed for good and wait for a person.",
        [({"kind": row.kind}, row.count) for row in runtime.dead_kinds()],
    )


def _index() -> Iterator[Metric]:
    found = lists.freshness()
    yield Metric("index_entries", "Entries of the lists that this process searches.", [({}, found.entries)])
    age: list[tuple[Mapping[str, str], float]] = [] if found.age is None else [({}, found.age)]
    yield Metric("index_age_seconds", "Since when it is not known whether the lists have changed.", age)
