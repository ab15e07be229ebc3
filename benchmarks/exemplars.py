"""The exemplar scorer: messages a second on one core, and what its figures find beside Sentinel's aggregators.

Both are given the same exemplars, the same model and the same conversations: what the one who is looked at writes in
the English scenarios of this project (``demo/conversations.py``), each in several variations, as they are and filled
with harmless lines (which is what skewness is made for). They are made up, and few: proof of mechanics, not of
accuracy. Times are of the processor.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from benchmarks import sentinel
from lightkeeper.demo.conversations import Line, Scenario, scenarios, varied
from lightkeeper.detect.text.affinity import ExemplarScorer
from lightkeeper.detect.text.aggregates import aggregate, cumulative, top_mean, weighted_mean
from lightkeeper.detect.text.embedding import Embedder
from lightkeeper.detect.text.exemplars import read_exemplars

TIMED: Final = 2000
VARIATIONS: Final = 8
FILLED_TO: Final = 20
FALSE_ALARMS: Final = (0.01, 0.05, 0.10)
LEAST_SCORES: Final = (sentinel.LEAST_SCORE, 0.0)

Ours = Callable[[Sequence[float]], float]
OURS: Final[Mapping[str, Ours]] = {
    "weighted mean": weighted_mean,
    "mean of the highest three": top_mean,
    "cumulative sum": cumulative,
    "its highest on the way": lambda scores: max(cumulative(scores[: end + 1]) for end in range(len(scores))),
    "plain mean": lambda scores: sum(scores) / len(scores),
    "the engine's strength": lambda scores: max(
        aggregate(scores).mean, 0.6 * aggregate(scores).top, 0.25 * aggregate(scores).cusum
    ),
}


class Talk(NamedTuple):
    """What one person wrote in one conversation."""

    positive: bool
    lines: tuple[Line, ...]

    @property
    def texts(self) -> list[str]:
        """Their texts, oldest first."""
        return [line.text or "" for line in self.lines]


def main() -> None:
    """Print all figures."""
    embedder, exemplars = Embedder.open(), read_exemplars()
    begun = time.process_time()
    scorer = ExemplarScorer(embedder, exemplars, remembered=0)
    sentences = [one.text for group in (*exemplars.signals.values(), exemplars.benign) for one in group]
    print(f"{len(sentences)} exemplars embedded in {time.process_time() - begun:.1f} s; {scorer.version}")
    measure_speed(scorer, sentences)
    chosen = [one for one in scenarios() if one.language == "en" and any(line.text for line in one.lines)]
    plain = [talk for one in chosen for talk in talks(one)]
    compare(f"conversations as they are, in {VARIATIONS} variations", plain, scorer, embedder)
    harmless = [line for one in chosen for line in one.lines if line.harmless and line.who == "A"]
    compare(f"filled with harmless lines to {FILLED_TO} messages", list(filled(plain, harmless)), scorer, embedder)


def measure_speed(scorer: ExemplarScorer, sentences: Sequence[str]) -> None:
    """Print messages a second: sentences of chat with other words put in, so that none is equal to another."""
    chance = random.Random(1)
    words = sorted({word for one in sentences for word in one.split()})
    texts = [" ".join([*chance.choice(sentences).split(), chance.choice(words)]) for _ in range(TIMED)]
    print(f"  messages of {sum(len(one.split()) for one in texts) / len(texts):.1f} words in the mean, all different")
    long = [f"{number} " + "we talked about it for a long time " * 20 for number in range(200)]
    parts = {"one at a time": (texts[:500], 1), "1,000 at once": (texts, 1000), "of 128 pieces, at once": (long, 200)}
    for name, (given, at_once) in parts.items():
        begun = time.process_time()
        for first in range(0, len(given), at_once):
            scorer.score(given[first : first + at_once])
        print(f"  {name:28} {len(given) / (time.process_time() - begun):6.0f} a second")


def talks(scenario: Scenario) -> Iterator[Talk]:
    """What A writes in each variation."""
    for seed in range(VARIATIONS):
        lines = tuple(line for line in varied(scenario, seed).lines if line.who == "A" and line.text)
        yield Talk(scenario.positive, lines)


def filled(given: Sequence[Talk], harmless: Sequence[Line]) -> Iterator[Talk]:
    """The same talks with harmless lines put in between, at places that are drawn."""
    for place, talk in enumerate(given):
        chance = random.Random(place)
        lines = list(talk.lines)
        while len(lines) < FILLED_TO:
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(harmless))
        yield Talk(talk.positive, tuple(lines))


def compare(title: str, given: Sequence[Talk], scorer: ExemplarScorer, embedder: Embedder) -> None:
    """Print the table of one set of talks."""
    positive = np.array([talk.positive for talk in given])
    print(f"\n{title}: {positive.sum()} that must be seen, {(~positive).sum()} that must not")
    ours = [[max(each.values()) for each in scorer.score(talk.texts)] for talk in given]
    theirs = sentinel_scores(given, embedder)
    print_messages(given, ours, theirs)
    print(f"  {'conversations':38} {'AUC':>6}" + "".join(f"{f'{rate:.0%} FA':>8}" for rate in FALSE_ALARMS))
    for name, figure in OURS.items():
        print_row(f"ours: {name}", np.array([figure(scores) for scores in ours]), positive)
    for least in LEAST_SCORES:
        for name in sentinel.AGGREGATORS:
            figures = [
                sentinel.aggregated(name, talk.texts, scores, least) for talk, scores in zip(given, theirs, strict=True)
            ]
            print_row(f"Sentinel: {name}, least {least}", np.array(figures), positive)
    eased = [sentinel.skewness(scores, least=3) for scores in theirs]
    print_row("Sentinel: skewness, least 0.0, of 3", np.array(eased), positive)


def sentinel_scores(given: Sequence[Talk], embedder: Embedder) -> list[sentinel.Scores]:
    """Sentinel's score of every message, on the same embeddings."""
    exemplars = read_exemplars()
    rare = embedder.embed([one.text for group in exemplars.signals.values() for one in group])
    common = embedder.embed([one.text for one in exemplars.benign])
    texts = sorted({text for talk in given for text in talk.texts})
    rows = embedder.embed(texts)
    scores = dict(zip(texts, sentinel.observation_scores(rows @ rare.T, rows @ common.T), strict=True))
    return [np.array([scores[text] for text in talk.texts]) for talk in given]


def print_messages(given: Sequence[Talk], ours: Sequence[Sequence[float]], theirs: Sequence[sentinel.Scores]) -> None:
    """How well single messages are told apart: what is not harmless in talks that must be seen, and all others."""
    telling = np.array([talk.positive and not line.harmless for talk in given for line in talk.lines])
    for name, scores in (("ours, best signal", ours), ("Sentinel, least 0.0", theirs)):
        every = np.concatenate([np.asarray(one) for one in scores])
        print(f"  messages: {name:28} {auc(every, telling):6.3f}  AUC of {telling.sum()} among {len(telling)}")


def print_row(name: str, figures: sentinel.Scores, positive: np.ndarray) -> None:
    """One line: the area under the curve, and recall where so many of the others are flagged at most."""
    found = "".join(f"{recall(figures, positive, rate):8.2f}" for rate in FALSE_ALARMS)
    print(f"  {name:38} {auc(figures, positive):6.3f}{found}")


def auc(figures: sentinel.Scores, positive: np.ndarray) -> float:
    """How often one that must be seen is above one that must not; equal ones count half."""
    near, far = figures[positive][:, None], figures[~positive][None]
    return float((near > far).mean() + 0.5 * (near == far).mean())


def recall(figures: sentinel.Scores, positive: np.ndarray, rate: float) -> float:
    """The share found above the lowest threshold that at most this share of the others is above."""
    others = np.sort(figures[~positive])[::-1]
    return float((figures[positive] > others[int(rate * len(others))]).mean())


if __name__ == "__main__":
    main()
