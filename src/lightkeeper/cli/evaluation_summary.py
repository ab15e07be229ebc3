"""The figures of ``conversations eval`` as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightkeeper.detect.conversations.evaluation.saying import MADE_UP, MEASURED, number, percent, share


def lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The summary."""
    found = document["figures"]
    data, whole = found["data"], found["conversations"]
    yield MADE_UP if document["made_up"] else MEASURED
    yield f"conversations    {data['conversations']:,}: {data['risky']:,} risky, {data['benign']:,} benign"
    yield f"known            {document['known']}"
    yield f"packs            {', '.join(_pack(one) for one in document['versions']['packs'])}"
    yield f"exemplars        {document['versions']['scorer'] or 'not used'}"
    yield f"flagged from     {number(found['threshold']['score'])} ({found['threshold']['how']})"
    yield f"AUC              {number(whole['auc'])}   AP {number(whole['average_precision'])}"
    for row in whole["at_rates"]:
        said = f"recall {share(row['recall'])}, false alarms allowed: {row['false_alarms_allowed']:,}"
        yield f"at FPR {percent(row['rate']):<9} {said}"
    yield from _decided("conversations", whole["at_threshold"])
    yield from _decided("authors", found["authors"])
    yield from _decided("lines", found["lines"])
    yield from _later(found)
    for gate in document["gates"] or ():
        yield f"{gate['verdict']:<15}  {gate['name']}: {gate['figure']}"


def _later(found: Mapping[str, Any]) -> Iterator[str]:
    for row in found["latency"].get("rows", ()):
        yield (
            f"warned after {row['consecutive']:>2} in a row: F1 {number(row['f1'])},"
            f" at message {number(row['warning'], 0)}, latency-weighted F1 {number(row['f_latency'])}"
        )
    for row in found["early"]:
        flagged = share(row["recall"])
        yield f"after {row['messages']:>2} messages: AUC {number(row['auc'])}, flagged of the risky {flagged}"
    for row in found["bands"].get("rows", ()):
        yield (
            f"band {row['band']:<7} risky {share(row['risky'])}, at message {number(row['median_message_risky'], 0)};"
            f" benign {share(row['benign'])}"
        )
    alerts = found["alerts"]
    for row in alerts.get("rows", ()):
        yield (
            f"of {alerts['of']:,} at {percent(alerts['prevalence'])} by {row['by']}: {number(row['right'], 1)} right,"
            f" {number(row['wrong'], 1)} wrong ({number(row['wrong_low'], 1)} to {number(row['wrong_high'], 1)})"
        )


def _decided(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    if "not_measurable" in row:
        yield f"{name:<16} not measurable: {row['not_measurable']}"
        return
    f = "  ".join(f"{key.upper().replace('_', '.')} {number(row[key])}" for key in ("f1", "f0_5", "f3") if key in row)
    yield f"{name:<16} {f}"
    yield f"{'':<16} precision {share(row['precision'])}"
    yield f"{'':<16} recall {share(row['recall'])}"


def _pack(one: Mapping[str, Any]) -> str:
    return f"{one['source']} {one['language']} {one['version']} ({one['taken_as']})"
