"""What reads texts in ``conversations eval``: shipped packs, packs from files, and exemplars where asked for."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lightkeeper.cli.exits import CommandError

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.engine import Reading, Scorer
    from lightkeeper.detect.text.signal_phrases import SignalPack


class Used(NamedTuple):
    """What reads, and how the report names it: each pack by language, version and digest; the scorer, or none."""

    reading: Reading
    packs: list[dict[str, Any]]
    scorer: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options that say by what is read."""
    parser.add_argument(
        "--packs", action="append", default=[], type=Path, metavar="FILE", help="a pack of your own, unreviewed"
    )
    parser.add_argument(
        "--reviewed-packs", action="append", default=[], type=Path, metavar="FILE", help="one that was reviewed"
    )
    parser.add_argument(
        "--as-reviewed", action="store_true", help="take every pack as if a native speaker had reviewed it"
    )
    parser.add_argument(
        "--scorer", choices=("phrases", "exemplars"), default="phrases", help="exemplars needs the extra text (phrases)"
    )


def used(args: argparse.Namespace) -> Used:
    """Read the packs, and load the model if it is asked for. Raises CommandError."""
    try:
        import yaml  # noqa: F401  # reads packs and scenarios
    except ImportError:
        raise CommandError("PyYAML, which reads packs, is not installed: pip install 'lightkeeper[text]'") from None
    from lightkeeper.detect.conversations.engine import Reading
    from lightkeeper.detect.text.phrase_matcher import SignalReader
    from lightkeeper.detect.text.signal_packs import shipped_packs

    own = [(_pack(path), False) for path in args.packs] + [(_pack(path), True) for path in args.reviewed_packs]
    loaded = {pack.digest for pack, _ in own}
    shipped = [pack for pack in shipped_packs() if pack.digest not in loaded]  # as the service does
    taken = [(pack, args.as_reviewed, "shipped") for pack in shipped]
    taken += [(pack, reviewed or args.as_reviewed, "own") for pack, reviewed in own]
    reader = SignalReader([dataclasses.replace(pack, reviewed_by="yes" if said else "") for pack, said, _ in taken])
    scorer = _exemplars() if args.scorer == "exemplars" else None
    packs = [
        {
            "source": source,
            "language": pack.language,
            "version": pack.version,
            "digest": pack.digest,
            "phrases": len(pack.phrases),
            "taken_as": "reviewed" if said else "unreviewed",
        }
        for pack, said, source in taken
    ]
    return Used(Reading(reader, scorer), packs, scorer.version if scorer is not None else None)


def _pack(path: Path) -> SignalPack:
    from lightkeeper.detect.text.signal_packs import SignalPackError, read_pack

    try:
        return read_pack(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path.name} cannot be read: {error.strerror}") from error
    except SignalPackError as error:
        first, *more = str(error).splitlines()
        raise CommandError(f"{path.name}: {first}" + (f" And {len(more)} more." if more else "")) from None


def _exemplars() -> Scorer:
    from lightkeeper.detect.text.embedding import ScorerUnavailable

    try:
        from lightkeeper.detect.text.affinity import ExemplarScorer

        return ExemplarScorer.open()
    except (ScorerUnavailable, ImportError) as error:
        raise CommandError(f"--scorer exemplars cannot be had here: {error}") from None
