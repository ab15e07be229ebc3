"""Whatever is known of anybody changes no prompt, and nothing that chance does not change too."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from lightkeeper.detect.conversations.events import AgeBand, Relation
from lightkeeper.intake.moments.deciding import PACE_SECONDS, Draw, Holding, decide
from lightkeeper.intake.moments.rules import Asked, rule_for
from lightkeeper.intake.moments.types import Decision, Moment, Setting

ASKED = st.builds(
    Asked,
    moment=st.sampled_from(Moment),
    age=st.sampled_from(AgeBand),
    relation=st.sampled_from(Relation),
    mutual=st.none() | st.integers(0, 5),
    setting=st.none() | st.sampled_from(Setting),
)
DRAWS = st.binary(min_size=12, max_size=12).map(Draw.of)


@given(asked=ASKED, draw=DRAWS, share=st.floats(0.01, 0.5), seconds=st.integers(60, 86_400))
@settings(max_examples=200, deadline=None)
def test_risk_changes_no_prompt_and_may_only_hold_a_strangers_first_step(
    asked: Asked, draw: Draw, share: float, seconds: int
) -> None:
    holding = Holding(seconds, share)
    without, with_risk = (decide(asked, waits=waits, draw=draw, holding=holding) for waits in (False, True))
    assert without.prompts == with_risk.prompts
    assert with_risk.wait <= seconds or with_risk.decision is not Decision.HOLD_FOR_REVIEW
    if rule_for(asked).slow:
        assert asked.moment in {Moment.FRIEND_REQUEST, Moment.FIRST_MESSAGE}
        assert asked.relation in {Relation.STRANGER, Relation.UNKNOWN}
        # Whatever a pair with a case is told, one without is told too, with the same wait, by another draw.
        assert decide(asked, waits=False, draw=dataclasses.replace(draw, held=0.0), holding=holding) == with_risk
        assert without.wait <= (seconds if without.decision is Decision.HOLD_FOR_REVIEW else PACE_SECONDS)
    else:
        assert without == with_risk
        assert without.wait == 0


def test_a_child_is_never_allowed_through_to_a_stranger_without_a_word() -> None:
    for moment in (Moment.FRIEND_REQUEST, Moment.FIRST_MESSAGE):
        for age in set(AgeBand) - {AgeBand.ADULT}:
            for relation in (Relation.STRANGER, Relation.UNKNOWN):
                asked = Asked(moment, age, relation, None, None)
                assert rule_for(asked).decision in {Decision.SOFT_PROMPT, Decision.REQUIRE_CONFIRM}


def test_draws_are_even_and_within_bounds() -> None:
    assert Draw.of(bytes(16)) == Draw(0.0, 0.0)
    most = Draw.of(b"\xff" * 16)
    assert 0.999 < most.held < 1
    assert 0.999 < most.wait < 1
