"""What can be proposed with a grade is what can be decided."""

from __future__ import annotations

import pytest

from lightkeeper.act.types import DecisionKind
from lightkeeper.review.vocabularies import versions, vocabulary


@pytest.mark.parametrize("version", versions())
def test_the_vocabulary_proposes_what_can_be_decided_and_calls_it_the_same(version: str) -> None:
    proposed = vocabulary(version).question("proposed").values
    decided: dict[str, str] = {kind.value: str(kind.label) for kind in DecisionKind}
    assert {code: value.english for code, value in proposed.items()} == decided
