"""Texts read by the shipped packs of phrases: messages a second, on one core.

Plain talk of 3 to 12 words, a tenth of it examples and near misses of the packs; the same again, when all steps are
known; the packs' own texts, the worst there is; phrases in pieces. Times are of the processor.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Sequence

from lightkeeper.detect.text.phrase_matcher import SignalReader
from lightkeeper.detect.text.signal_packs import shipped_packs

MESSAGES = 20_000
PLAIN = (
    "hello there how are you doing today i was at school and we played football then my mum cooked dinner it was nice"
    " do you want to come over and play the new game later ok see you haha yes no maybe what time is it"
).split()


def rate(texts: Sequence[tuple[str, str]], work: Callable[[str, str], object]) -> float:
    """Texts a second."""
    begun = time.process_time()
    for text, language in texts:
        work(text, language)
    return len(texts) / (time.process_time() - begun)


def measure(count: int = MESSAGES) -> dict[str, float]:
    """Messages a second by kind."""
    chance = random.Random(1)
    packs = shipped_packs()
    own = [(t, pack.language) for pack in packs for one in pack.phrases for t in (*one.examples, *one.near_misses)]
    plain = [(" ".join(chance.choices(PLAIN, k=chance.randint(3, 12))), "en") for _ in range(count)]
    mixed = [chance.choice(own) if chance.random() < 0.1 else one for one in plain]
    reader = SignalReader(packs)
    figures = {"talk, at first": rate(mixed, reader.read), "talk, again": rate(mixed, reader.read)}
    figures["the packs' own texts"] = rate((own * (count // len(own) + 1))[:count], reader.read)
    parts = [part for text, language in mixed if (part := reader.read(text, language).unfinished)]
    begun = time.process_time()
    for pair in itertools.pairwise(parts):
        reader.join(pair)
    figures["pieces joined"] = (len(parts) - 1) / (time.process_time() - begun)
    return figures


def main() -> None:
    """Print all figures."""
    for name, value in measure().items():
        print(f"  {name:22} {value:10,.0f} a second")


if __name__ == "__main__":
    main()
