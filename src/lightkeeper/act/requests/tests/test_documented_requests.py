"""The tables of ``docs/authority-requests.md`` are those of the code: kinds, states, terms."""

from __future__ import annotations

from pathlib import Path

from lightkeeper.act.requests.states import DUE, MOVES
from lightkeeper.act.requests.terms import ELSEWHERE, TERMS

DOCUMENT = Path(__file__).parents[5] / "docs" / "authority-requests.md"


def test_the_document_has_every_kind_state_and_term() -> None:
    lines = DOCUMENT.read_text("utf-8").splitlines()
    for kind, due in DUE.items():
        hours = due.total_seconds() / 3600
        number, unit = (hours, "hour") if hours < 24 else (hours / 24, "day")
        said = f"{number:.0f} {unit}{'s' if number > 1 else ''}"
        assert any(line.startswith(f"| `{kind}` | {kind.label} | {said} |") for line in lines), kind
    for state, after in MOVES.items():
        moves = ", ".join(f"`{one}`" for one in MOVES if one in after) or "nothing"
        assert f"| `{state}` | {state.label} | {moves} |" in lines
    for country, term in {**{f"`{one}`": term for one, term in TERMS.items()}, "elsewhere": ELSEWHERE}.items():
        mark = "" if term.confirmed else "to be confirmed by a lawyer"
        assert f"| {country} | {term.days} | {term.renewal} | {term.law} | {mark} |" in lines
