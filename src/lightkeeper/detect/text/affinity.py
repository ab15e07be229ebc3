"""How much a text is like the exemplars of each signal: a log-ratio of nearness to them and to benign sentences.

For every signal ``log mean exp(k nearest of it) - log mean exp(k nearest benign)``, of cosines, each side by itself,
and not clipped: what is clearly harmless weighs against what is not. A text that is written with look-alike letters is
scored as it stands and as it reads, and the higher score counts. Of texts nothing is kept but, in memory, a keyed hash
beside their scores.
"""

from __future__ import annotations

import hashlib
import os
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.text.embedding import CHARACTERS, MODEL, Embedder
from lightkeeper.detect.text.exemplars import SHIPPED, ExemplarSet, read_exemplars
from lightkeeper.detect.text.normalising import meant_words

NEAREST: Final = 5
"""How many exemplars of a side are looked at. Chosen on the exemplars alone, leaving out one at a time."""
REMEMBERED: Final = 20_000
"""Texts whose scores are remembered, the newest: about 4 MB."""
_DIGITS: Final = 4


class ExemplarScorer:
    """The model and the exemplars, ready to score. It may be used from several threads at once."""

    def __init__(self, embedder: Embedder, exemplars: ExemplarSet, *, remembered: int = REMEMBERED) -> None:
        """Embed the exemplars, which takes a second or two."""
        self._embedder = embedder
        self._exemplars = exemplars
        self._signals = {name: self._rows([one.text for one in group]) for name, group in exemplars.signals.items()}
        self._benign = self._rows([one.text for one in exemplars.benign])
        self._memory = _Memory(remembered)

    @classmethod
    def open(cls, *, threads: int = 1, exemplars: Path = SHIPPED, weights: Path | None = None) -> Self:
        """Load all that is needed. Raises ScorerUnavailable and ExemplarError, so that a caller can go on without."""
        read = read_exemplars(exemplars)
        return cls(Embedder.open(threads=threads, weights=weights), read)

    @property
    def version(self) -> str:
        """Which model, exemplars and neighbours, for the record."""
        return f"{MODEL}/exemplars-{self._exemplars.language}-{self._exemplars.version}/nearest-{NEAREST}"

    def reads(self, language: str) -> bool:
        """Whether texts of a language (``en``, ``en-GB``) may be scored; a score of any other would be a guess."""
        return language.replace("_", "-").split("-")[0].lower() == self._exemplars.language

    def score(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """For each text, in its order, its log-ratio by name of signal, about -0.5 to 0.5."""
        keys = [self._memory.key(text) for text in texts]
        scores = {key: self._memory.get(key) for key in keys}
        unknown = {key: text for key, text in zip(keys, texts, strict=True) if scores[key] is None}
        made = dict(zip(unknown, self._scored(list(unknown.values())), strict=True))
        for key, one in made.items():
            self._memory.put(key, one)
        return [made.get(key) or scores[key] or {} for key in keys]

    def nearest(self, text: str, signal: str, count: int = 3) -> tuple[str, ...]:
        """The ids of those exemplars of a signal that a text is nearest to. KeyError: there is no such signal."""
        group = self._exemplars.signals[signal]
        cosines = self._signals[signal] @ self._rows([text])[0]
        return tuple(group[place].id for place in np.argsort(-cosines, kind="stable")[:count])

    def _rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embedder.embed([_plain(text) for text in texts])

    def _scored(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        if not texts:
            return []
        readings = [_readings(text, self._embedder.knows) for text in texts]
        rows = self._embedder.embed([reading for every in readings for reading in every])
        benign = _nearness(rows @ self._benign.T)
        ratios = np.array([_nearness(rows @ group.T) - benign for group in self._signals.values()])
        starts = np.cumsum([0, *map(len, readings[:-1])])
        highest = np.maximum.reduceat(ratios, starts, axis=1).round(_DIGITS)
        return [dict(zip(self._signals, column, strict=True)) for column in highest.T.tolist()]


class _Memory:
    """Scores of the newest texts by a keyed hash of them; the key is made here and dies with the process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._secret = os.urandom(32)
        self._lock = threading.Lock()
        self._scores: OrderedDict[bytes, Mapping[str, float]] = OrderedDict()

    def key(self, text: str) -> bytes:
        return hashlib.blake2b(_plain(text).encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret).digest()

    def get(self, key: bytes) -> Mapping[str, float] | None:
        with self._lock:
            if key in self._scores:
                self._scores.move_to_end(key)
            return self._scores.get(key)

    def put(self, key: bytes, scores: Mapping[str, float]) -> None:
        with self._lock:
            self._scores[key] = scores
            while len(self._scores) > self._most:
                self._scores.popitem(last=False)


def _plain(text: str) -> str:
    """A text as the model sees it: cut, in compatible forms, lower case, one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", text[:CHARACTERS]).lower().split())


def _readings(text: str, known: Callable[[str], bool]) -> list[str]:
    """What a text says as it stands, and if letters of it are disguised, also as it is meant."""
    plain = _plain(text)
    words = meant_words(text[:CHARACTERS], known)
    meant = plain if words is None else " ".join(spellings[0] for spellings in words)
    return [plain] if meant in ("", plain) else [plain, meant]


def _nearness(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of each row, (n, exemplars), the log of the mean of exp of its highest: (n,)."""
    count = min(NEAREST, cosines.shape[1])
    highest = np.sort(cosines.astype(np.float64), axis=1)[:, -count:]
    made: NDArray[np.float64] = np.log(np.exp(highest).mean(axis=1))
    return made
