"""docs/moments.md has the rules, words and an answer as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from lightkeeper.detect.conversations.events import AgeBand, Relation
from lightkeeper.intake.moments.deciding import PACE_SECONDS
from lightkeeper.intake.moments.reading import read
from lightkeeper.intake.moments.rules import RULES, Rule
from lightkeeper.intake.moments.schemas import ASKED, MomentAnswer
from lightkeeper.intake.moments.types import Choice, Decision, Group, Moment, Setting
from lightkeeper.record.policy import PolicyValues

PAGE = (Path(__file__).parents[5] / "docs" / "moments.md").read_text("utf-8")


def names(chosen: Collection[str], order: Iterable[str]) -> str:
    """Words of a column, in their order."""
    return ", ".join(f"`{one}`" for one in order if one in chosen)


def row(rule: Rule) -> str:
    """A rule as a line of the table."""
    relations = "any" if len(rule.relations) == len(Relation) else names(rule.relations, Relation)
    mutual = f"{rule.mutual} or more" if rule.mutual else "any"
    cells = (
        f"`{rule.moment}`", names(rule.ages, AgeBand), relations, names(rule.settings, Setting) or "any", mutual,
        f"`{rule.decision}`", "yes" if rule.slow else "no",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def test_the_table_of_rules_is_the_rules() -> None:
    start = PAGE.index("| moment | child |")
    table = PAGE[start : PAGE.index("\n\n", start)].splitlines()[2:]
    assert table == [row(rule) for rule in RULES]


def test_every_word_and_number_is_told() -> None:
    for word in [*Moment, *Decision, *Setting, *AgeBand, *Relation, Choice.STOP, Choice.CONTINUE, Choice.HELP]:
        assert f"`{word}`" in PAGE
    values = PolicyValues()
    assert f"`moment_hold_minutes` ({values.moment_hold_minutes} as delivered)" in PAGE
    assert f"`moment_drawn_percent` ({values.moment_drawn_percent} as delivered)" in PAGE
    assert f"up to {PACE_SECONDS} seconds" in PAGE


def test_the_examples_are_valid_and_the_shipped_text() -> None:
    asked, answered = re.findall(r"```json\n(.+?)\n```", PAGE, re.DOTALL)
    ASKED.validate_json(asked)
    told = MomentAnswer.model_validate_json(answered, strict=False)
    text = read(None).language("en").texts[Moment.FIRST_MESSAGE, Group.FROM_13]
    assert told.prompt is not None
    assert (told.prompt.id, told.prompt.title, told.prompt.text) == (text.id, text.title, text.text)
    assert set(json.loads(answered)) == set(MomentAnswer.model_fields)
