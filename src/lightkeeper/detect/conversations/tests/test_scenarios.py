"""Mild conversations through the whole engine: half come before a person in time and by their signs, half never do."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightkeeper.demo.conversations import Scenario, scenarios, varied
from lightkeeper.detect.conversations.bands import Band
from lightkeeper.detect.conversations.families import OF_WORDS
from lightkeeper.detect.conversations.signals import SIGNALS
from lightkeeper.detect.conversations.tests.played import play, table

PAGE = Path(__file__).parents[5] / "docs" / "conversation-scenarios.md"
SEEDS = (1, 2, 3)
POSITIVES = [one for one in scenarios() if one.positive]
NEGATIVES = [one for one in scenarios() if not one.positive]
NAMES = {signal.name for signal in SIGNALS}
NOT_OF_WORDS = {signal.name for signal in SIGNALS if signal.family not in OF_WORDS}


def name_of(scenario: Scenario) -> str:
    return scenario.name


def test_there_are_sixty_half_of_them_negative_and_half_in_each_language() -> None:
    assert len(scenarios()) >= 60
    assert len({one.name for one in scenarios()}) == len(scenarios())
    for language in ("en", "de"):
        assert sum(one.language == language for one in POSITIVES) >= 15
        assert sum(one.language == language for one in NEGATIVES) >= 15
    assert all(set(one.expected) <= NAMES for one in POSITIVES)


@pytest.mark.parametrize("scenario", POSITIVES, ids=name_of)
def test_a_person_is_asked_in_time_and_is_told_why(scenario: Scenario) -> None:
    found = play(scenario)
    assert found.reached is not None
    assert found.reached <= scenario.by_message
    assert set(scenario.expected) <= found.signals
    assert NOT_OF_WORDS & set(found.at_first), "no person is asked by words alone"


@pytest.mark.parametrize("scenario", NEGATIVES, ids=name_of)
def test_nobody_is_asked_about_the_harmless(scenario: Scenario) -> None:
    for one in (scenario, *(varied(scenario, seed) for seed in SEEDS)):
        assert play(one).reached is None


@pytest.mark.parametrize("scenario", scenarios(), ids=name_of)
def test_the_childs_side_is_never_put_before_a_person(scenario: Scenario) -> None:
    assert play(scenario).back.height <= Band.WATCH.height


@pytest.mark.parametrize("scenario", scenarios(), ids=name_of)
def test_without_text_the_harmless_stay_so_and_what_is_not_of_words_is_found_all_the_same(scenario: Scenario) -> None:
    found = play(scenario.without_text)
    if not scenario.positive:
        assert found.reached is None
    elif all(line.text is None for line in scenario.lines):
        assert found.reached == play(scenario).reached is not None


def test_varying_is_the_same_for_a_seed_and_another_for_another() -> None:
    for scenario in scenarios():
        assert varied(scenario, 1) == varied(scenario, 1)
    assert any(varied(one, 1).lines != varied(one, 2).lines for one in scenarios())


def test_the_table_in_the_documents_is_true() -> None:
    assert PAGE.read_text(encoding="utf-8") == table()
