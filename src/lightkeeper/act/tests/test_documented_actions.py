"""The tables of ``docs/actions.md`` are those of the code: actions, states, statements, and what a reversal says."""

from __future__ import annotations

from pathlib import Path

from lightkeeper.act.action_kinds import ACTIONS, CASE_KINDS, Agency, Weight
from lightkeeper.act.notices import LONGEST
from lightkeeper.act.reversing import WORDS
from lightkeeper.act.statements import STATEMENTS
from lightkeeper.act.states import CASE_ACTION_MOVES
from lightkeeper.record.policy import PolicyValues

DOCUMENT = Path(__file__).parents[4] / "docs" / "actions.md"


def table() -> list[str]:
    """The table of actions, as the document must have it."""
    second = PolicyValues().actions_second
    rows = []
    for kind, row in ACTIONS.items():
        weights = [str(one.label) for one in Weight if one in row.after]
        after = ", ".join(weights) if len(weights) < len(Weight) else "any judgement"
        by = row.undone_by or f"nothing: {row.instead}"
        asks = "yes" if kind in second else "no" if kind in CASE_KINDS else "its own rule"
        sends = f"`{row.sends}`" if "." in row.sends else row.sends
        rows.append(f"| `{kind}` | {row.aim.label} | {after} | `{row.permission}` | {asks} | {sends} | {by} |")
    return rows


def test_the_document_has_every_action_state_statement_and_sentence() -> None:
    text = DOCUMENT.read_text("utf-8")
    lines = text.splitlines()
    assert [line for line in table() if line not in lines] == []
    for state, after in CASE_ACTION_MOVES.items():
        moves = ", ".join(f"`{one}`" for one in CASE_ACTION_MOVES if one in after) or "nothing"
        assert f"| `{state}` | {state.label} | {moves} |" in lines
    for code, one in STATEMENTS.items():
        assert f"| `{code}` | `{one.ground}` | {one.weight.label} | {one.text} |" in lines
    for sentence in WORDS.values():
        assert f"- {sentence}" in lines
    for basis, longest in LONGEST.items():
        assert f"| `{basis}` | {basis.label} | {longest.days} days |" in lines
    assert all(f"`{one}`" in text for one in Agency)
