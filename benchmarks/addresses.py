"""Look-ups of addresses at one and ten million entries, beside a Python set of the texts, which only knows equal ones.

That set is what ``threatexchange`` does with its ``url`` signal. A tenth of the entries are prefixes and a hundredth
domains, so that every look-up tries several places. All names are random words under reserved domains. Times are of the
processor, of one thread.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.index import resident_mb
from lightkeeper.detect.links import canonical
from lightkeeper.detect.matching.columns import TextsBuilder
from lightkeeper.detect.matching.written import WrittenIndex
from lightkeeper.detect.places import listed_value
from lightkeeper.detect.text.addresses import addresses_in
from lightkeeper.detect.text.words import words_of
from lightkeeper.lists.shelf import Block, Shelf

ASKED = 100_000
AT_ONCE = 1000
SENTENCE = (
    "Somebody wrote me yesterday, and I did not know what to make of it: {} That is all there is to say about it."
)
RAW = "HTTPS://www.{}:443/./{}%41?utm_source=mail&q=1#top"


def places(count: int) -> Iterator[tuple[str, str]]:
    """Kinds and values of entries: mostly pages, some folders, a few hosts."""
    chance = random.Random(count)
    for number in range(count):
        host = f"h{chance.randrange(count // 4):x}.{'example' if number % 2 else 'test'}"
        if number % 100 == 0:
            yield "domain", f"d{number:x}.{host}"
        elif number % 10 == 0:
            yield "url_prefix", f"http://{host}/f{number:x}"
        else:
            yield "url", f"http://{host}/{chance.randrange(16**8):08x}/p{number:x}.html"


def strangers(count: int) -> list[str]:
    """Canonical forms that are on no list, of hosts most of which are."""
    chance = random.Random(1)
    return [f"http://h{chance.randrange(count // 4):x}.example/{chance.randrange(16**8):08x}/a/b" for _ in range(ASKED)]


def built(count: int) -> tuple[WrittenIndex, Shelf]:
    """The index and what is known of each entry, as a server has them."""
    empty = WrittenIndex(b"of a measurement")
    batch = empty.batch()
    ids, categories = TextsBuilder(), TextsBuilder()
    for number, (kind, value) in enumerate(places(count)):
        batch.add(number, kind, listed_value(kind, value) if number < 1000 else value.encode())
        ids.add(f"e{number}")
        categories.add("A1")
    block = Block(
        np.arange(count, dtype=np.int64), np.zeros(count, np.uint16), np.full(count, 4, np.uint8), ids.build(),
        categories.build(), np.zeros(count, np.bool_),
    )  # fmt: skip
    return empty.changed(batch), Shelf().extended(block)


def rate(work: Callable[[list[str]], object], texts: list[str]) -> float:
    """Texts a second of the processor's time, a thousand at once."""
    work(texts[:AT_ONCE])
    start = time.process_time()
    for first in range(0, len(texts), AT_ONCE):
        work(texts[first : first + AT_ONCE])
    return len(texts) / (time.process_time() - start)


def measure(count: int) -> None:
    """Print all figures at one size."""
    before = resident_mb()
    start = time.process_time()
    index, shelf = built(count)
    print(f"{count:,} entries: built in {time.process_time() - start:.0f} s of processor time")
    added = resident_mb() - before
    print(f"  resident, with {len(shelf):,} ids  {added:8.0f} MiB added, {resident_mb():.0f} in all, "
          f"peak {resident_mb(peak=True):.0f}; the index alone {index.nbytes / 2**20:.0f}")  # fmt: skip
    wanted = strangers(count)
    wanted[::100] = [value if kind == "url" else f"{value}/x" if kind == "url_prefix" else f"http://{value}/"
                     for (kind, value), _ in zip(places(count), range(ASKED // 100), strict=False)]  # fmt: skip
    hits = sum(map(bool, index.find_addresses(wanted)))
    print(f"  found of those listed          {hits:,} of {ASKED // 100:,}")

    def forms(texts: list[str]) -> list[str]:
        return [form for form in (canonical(text).url for text in texts) if form is not None]

    raw = [RAW.format(*form[7:].partition("/")[::2]) for form in wanted]
    texts = [SENTENCE.format(one) for one in wanted]
    rates = {
        "canonical form to answer": rate(lambda given: index.find_addresses(forms(given)), wanted),
        "raw text to answer": rate(lambda given: index.find_addresses(forms(given)), raw),
        "sentence to answer, phrases too": rate(
            lambda given: (
                index.find_addresses(forms([one.text for text in given for one in addresses_in(text)])),
                index.find_phrases([words_of(text) for text in given]),
            ),
            texts[:20_000],
        ),
    }
    for name, value in rates.items():
        print(f"  {name:32} {value:10,.0f} a second")
    if count <= 1_000_000:
        measure_peer(count, wanted, rates["canonical form to answer"])


def measure_peer(count: int, wanted: list[str], ours: float) -> None:
    """Print the same of a set."""
    before = resident_mb()
    peer = {value for _, value in places(count)}
    theirs = rate(lambda given: [text in peer for text in given], wanted)
    print(f"  set of texts: {resident_mb() - before:,.0f} MiB, {theirs:,.0f} a second, {theirs / ours:.0f} times ours")


def main() -> None:
    """Measure one million entries beside a set, then ten million."""
    measure(1_000_000)
    measure(10_000_000)


if __name__ == "__main__":
    main()
