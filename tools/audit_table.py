"""Writes the table of events in ``docs/audit.md`` from ``record/event_specs.py``; run it after adding an event."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from django.conf import settings

if not settings.configured:
    settings.configure(USE_I18N=False)  # the sentences are marked for translation; the table is in English

from lightkeeper.record.event_specs import EVENTS

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "audit.md"
TABLE = re.compile(r"(?<=<!-- events -->\n\n).*?(?=\n\n<!-- /events -->)", re.DOTALL)


def table() -> str:
    """Give the table, ordered by the events' names."""
    rows = ["| event | what happened | details |", "|---|---|---|"]
    for event, spec in sorted(EVENTS.items()):
        details = ", ".join(f"`{name}`" for name in sorted(spec.details))
        rows.append(f"| `{event.value}` | {spec.says} | {details} |")
    return "\n".join(rows)


def written(document: str) -> str:
    """Give the document with the table as it should be. Raises ValueError if its place is not marked."""
    if not TABLE.search(document):
        raise ValueError(f"{DOCUMENT.name} has no place for the table between its two marks")
    return TABLE.sub(lambda _: table(), document)


def main() -> int:
    """Write it."""
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
