"""The shipped exemplars are enough, mild and distinct; a set that cannot be used is refused without quoting it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lightkeeper.detect.conversations.view import PHRASE_SIGNALS
from lightkeeper.detect.text.exemplars import ExemplarError, ExemplarSet, read_exemplars

OWN = "zantic blorp"


@pytest.fixture(scope="module")
def shipped() -> ExemplarSet:
    return read_exemplars()


def a_set(**other: Any) -> dict[str, Any]:
    made = {
        "format": "lightkeeper-exemplars",
        "language": "en",
        "version": "1",
        "reviewed_by": "",
        "signals": {"alone_probe": {f"a{n}": f"{OWN} {n}" for n in range(5)}},
        "benign": {f"b{n}": f"quib {n}" for n in range(5)},
    }
    return {**made, **other}


def test_every_signal_of_phrases_has_exemplars_and_no_other(shipped: ExemplarSet) -> None:
    assert set(shipped.signals) == set(PHRASE_SIGNALS)
    assert min(map(len, shipped.signals.values())) >= 12
    assert len(shipped.benign) >= 150


def test_benign_exemplars_cover_who_talks_with_children(shipped: ExemplarSet) -> None:
    kinds = {one.id.rpartition("-")[0] for one in shipped.benign}
    assert {"family", "school", "gaming", "coach", "friends", "help"} <= kinds


def test_the_shipped_set_claims_no_review(shipped: ExemplarSet) -> None:
    assert (shipped.language, shipped.reviewed_by) == ("en", "")


def test_a_representation_holds_no_sentence(shipped: ExemplarSet) -> None:
    assert "home alone" not in repr(shipped)
    assert "alone-01" in repr(shipped)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], '"format"'),
        (a_set(format="other"), '"format"'),
        (a_set(version=""), "language and version"),
        (a_set(reviewed_by=None), "who reviewed it"),
        (a_set(signals={}), "no signals"),
        (a_set(signals={"alone_probe": {"a1": OWN}}), "alone_probe needs at least 5"),
        (a_set(benign={f"b{n}": "" for n in range(5)}), "b0 of benign is not a text"),
        (a_set(benign={f"a{n}": f"quib {n}" for n in range(5)}), "a0 stands twice"),
        (a_set(benign={f"b{n}": f"{OWN.upper()}  {n}" for n in range(5)}), "b0 stands twice"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused_with_a_reason(tmp_path: Path, content: Any, message: str) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps(content))
    with pytest.raises(ExemplarError, match=message) as refused:
        read_exemplars(file)
    assert str(file) in str(refused.value)
    assert OWN not in str(refused.value).lower()


def test_a_file_that_is_not_there_or_not_json_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExemplarError, match="cannot be read: No such file"):
        read_exemplars(tmp_path / "none.json")
    (tmp_path / "half.json").write_text(f'{{"{OWN}')
    with pytest.raises(ExemplarError, match="is not JSON") as refused:
        read_exemplars(tmp_path / "half.json")
    assert refused.value.__cause__ is None
    assert OWN not in str(refused.value)


def test_an_own_set_is_read(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(json.dumps(a_set(reviewed_by="The team")))
    read = read_exemplars(tmp_path / "own.json")
    assert [one.id for one in read.signals["alone_probe"]] == ["a0", "a1", "a2", "a3", "a4"]
    assert read.reviewed_by == "The team"
