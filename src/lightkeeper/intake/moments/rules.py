"""Which prompt comes when: one table, read from above, the first row that fits. No risk is in it.

A child whose age is unknown is asked as one under 13 is, and nobody's tie is taken for one that is known.
``docs/moments.md`` has the same table, and a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lightkeeper.detect.conversations.events import AgeBand, Relation
from lightkeeper.intake.moments.types import Choice, Decision, Group, Moment, Setting

YOUNG: Final = frozenset({AgeBand.UNDER_13, AgeBand.UNKNOWN})
TEENS: Final = frozenset({AgeBand.FROM_13})
OLDER: Final = frozenset({AgeBand.FROM_16})
CHILDREN: Final = YOUNG | TEENS | OLDER
KNOWN: Final = frozenset({Relation.FAMILY, Relation.SCHOOL, Relation.FRIEND})
NOT_KNOWN: Final = frozenset({Relation.STRANGER, Relation.UNKNOWN})
ANY: Final = KNOWN | NOT_KNOWN
TELLING: Final = frozenset({Setting.DIRECT_MESSAGES, Setting.LOCATION, Setting.UNKNOWN})
"""Defaults whose end lets others reach or find a child."""
GROUPS: Final = {
    AgeBand.UNDER_13: Group.UNDER_13, AgeBand.FROM_13: Group.FROM_13, AgeBand.FROM_16: Group.FROM_16,
    AgeBand.UNKNOWN: Group.FROM_13,
}  # fmt: skip
"""For whom a text is written; where the age is unknown the plain text of 13 to 15, which suits everybody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules look at, and all that they look at. ``mutual``: contacts that both have, None unknown."""

    moment: Moment
    age: AgeBand
    relation: Relation
    mutual: int | None
    setting: Setting | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. ``settings`` empty: whatever it is; ``mutual``: at least so many contacts in common, 0 whatever.

    ``slow``: answers have a wait, and a few are held, whether or not anything is suspected.
    """

    moment: Moment
    ages: frozenset[AgeBand]
    relations: frozenset[Relation]
    decision: Decision
    settings: frozenset[Setting] = frozenset()
    mutual: int = 0
    slow: bool = False

    def fits(self, asked: Asked) -> bool:
        """Whether this row is about what was asked."""
        return (
            asked.moment is self.moment
            and asked.age in self.ages
            and asked.relation in self.relations
            and (not self.settings or asked.setting in self.settings)
            and (asked.mutual or 0) >= self.mutual
        )


RULES: Final = (
    Rule(Moment.FRIEND_REQUEST, CHILDREN, KNOWN, Decision.ALLOW),
    Rule(Moment.FRIEND_REQUEST, YOUNG, NOT_KNOWN, Decision.REQUIRE_CONFIRM, slow=True),
    Rule(Moment.FRIEND_REQUEST, TEENS, NOT_KNOWN, Decision.SOFT_PROMPT, mutual=1, slow=True),
    Rule(Moment.FRIEND_REQUEST, TEENS, NOT_KNOWN, Decision.REQUIRE_CONFIRM, slow=True),
    Rule(Moment.FRIEND_REQUEST, OLDER, NOT_KNOWN, Decision.SOFT_PROMPT, slow=True),
    Rule(Moment.FIRST_MESSAGE, CHILDREN, KNOWN, Decision.ALLOW),
    Rule(Moment.FIRST_MESSAGE, CHILDREN, NOT_KNOWN, Decision.REQUIRE_CONFIRM, slow=True),
    Rule(Moment.DEFAULT_OFF, YOUNG, ANY, Decision.REQUIRE_CONFIRM),
    Rule(Moment.DEFAULT_OFF, TEENS, ANY, Decision.REQUIRE_CONFIRM, settings=TELLING),
    Rule(Moment.DEFAULT_OFF, TEENS, ANY, Decision.SOFT_PROMPT),
    Rule(Moment.DEFAULT_OFF, OLDER, ANY, Decision.SOFT_PROMPT),
    Rule(Moment.BLOCK_OR_REPORT, CHILDREN, ANY, Decision.SOFT_PROMPT),
)
NOTHING: Final = {moment: Rule(moment, frozenset({AgeBand.ADULT}), ANY, Decision.ALLOW) for moment in Moment}
"""What holds where no row fits: adults are told nothing here."""
CHOICES: Final = {
    Moment.FRIEND_REQUEST: (Choice.STOP, Choice.CONTINUE, Choice.BLOCK, Choice.REPORT, Choice.HELP),
    Moment.FIRST_MESSAGE: (Choice.STOP, Choice.CONTINUE, Choice.BLOCK, Choice.REPORT, Choice.HELP),
    Moment.DEFAULT_OFF: (Choice.STOP, Choice.CONTINUE, Choice.HELP),
    Moment.BLOCK_OR_REPORT: (Choice.CONTINUE, Choice.HELP),
}
"""What may be chosen, the one clear action first."""


def rule_for(asked: Asked) -> Rule:
    """The first row that fits."""
    return next((rule for rule in RULES if rule.fits(asked)), NOTHING[asked.moment])
