"""The tables of ``docs/public-reports.md`` are those of the code: states, reasons, limits."""

from __future__ import annotations

from pathlib import Path

from lightkeeper.intake.public_reports import arriving, cleaning, limits, receiving, tickets
from lightkeeper.intake.public_reports.states import MOVES, CloseReason, SeenOn

ROOT = Path(__file__).parents[5]
DOCUMENT = (ROOT / "docs" / "public-reports.md").read_text("utf-8")


def test_the_document_has_every_state_reason_and_limit() -> None:
    lines = DOCUMENT.splitlines()
    for state, after in MOVES.items():
        moves = ", ".join(f"`{one}`" for one in MOVES if one in after) or "nothing"
        assert f"| `{state}` | {state.label} | {moves} |" in lines
    for reason in CloseReason:
        assert any(line.startswith(f"| `{reason}` | {reason.label}") for line in lines), reason
    for says in (
        f"{limits.REPORTS_A_NETWORK} reports and look up {limits.LOOKS_A_NETWORK} tickets an hour",
        f"at most {cleaning.MOST_ADDRESSES})", f"{arriving.LARGEST >> 10} KiB", f"{tickets.LIFE_MINUTES // 60} hours",
        f"{tickets.TICKET_BYTES * 8} bits", "up to ten in an hour",
    ):  # fmt: skip
        assert says in DOCUMENT, says
    assert receiving.CALLS_AN_HOUR == 10


def test_the_api_document_has_every_place() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert all(f"`{one}`" in page for one in SeenOn.values)
