"""Thresholds follow what people can look at, from this installation's own scores; a surface may have its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.detect.conversations.thresholds import LOWEST_REVIEW, Thresholds
from lightkeeper.intake.conversations import in_force, tallies
from lightkeeper.intake.models import Surface
from lightkeeper.intake.surfaces import SurfaceError
from lightkeeper.intake.tests.platform import OPERATOR
from lightkeeper.record.policy import change_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew() -> None:
    in_force.forget()


def test_as_shipped_until_there_are_scores() -> None:
    assert in_force.engine_settings().thresholds == Thresholds()


def test_fewer_people_see_fewer_conversations() -> None:
    yesterday = now().date() - timedelta(days=1)
    tallies.add(yesterday, {f"score:{tallies.bin_of(score)}": 10 for score in (2.6, 4.0, 5.0, 6.0)})
    change_policy({"conversation_cases_a_day": 15}, reason="few", actor=OPERATOR)
    few = in_force.engine_settings().thresholds
    change_policy({"conversation_cases_a_day": 1000}, reason="many", actor=OPERATOR)
    many = in_force.engine_settings().thresholds
    assert few.review > 4.9
    assert many.review == LOWEST_REVIEW
    assert few.urgent - few.review == pytest.approx(many.urgent - many.review)


def test_todays_scores_are_not_looked_at_yet() -> None:
    tallies.add(now().date(), {f"score:{tallies.bin_of(9.0)}": 1000})
    assert in_force.engine_settings().thresholds == Thresholds()


def test_a_surface_may_have_its_own() -> None:
    Surface.objects.create(name="games", changed_at=now(), review_from=7.0)
    made = in_force.engine_settings()
    assert made.of("games").review == 7.0
    assert made.of("chat") == Thresholds()


def test_a_score_out_of_reason_is_refused() -> None:
    from lightkeeper.intake.conversations.tests.talking import set_chat
    from lightkeeper.intake.surfaces import set_surface
    from lightkeeper.intake.types import LegalBasis

    set_chat(detection=True)
    with pytest.raises(SurfaceError, match=r"from 2\.5 to 12"):
        set_surface(
            name="chat", private=False, legal_basis=LegalBasis.CONSENT, basis_until=None, detection=False,
            review_from=0.1, actor=OPERATOR,
        )  # fmt: skip
