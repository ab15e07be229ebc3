"""The table of events in ``docs/audit.md`` is the enumeration in the code."""

from __future__ import annotations

import re
from pathlib import Path

from lightkeeper.record.event_specs import EVENTS

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "audit.md"
ROW = re.compile(r"^\| `([a-z0-9_.:-]+:[a-z0-9_.:-]+)` \| (.+?) \| (.*?) ?\|$", re.MULTILINE)


def test_every_event_is_in_the_table_and_no_other() -> None:
    described = {name: (says, set(re.findall(r"`(.+?)`", details))) for name, says, details in written_rows()}
    expected = {event.value: (spec.says, set(spec.details)) for event, spec in EVENTS.items()}
    assert described == expected, "run python tools/audit_table.py"


def written_rows() -> list[tuple[str, str, str]]:
    return [(row[0], row[1], row[2]) for row in ROW.findall(DOCUMENT.read_text("utf-8"))]
