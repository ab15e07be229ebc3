"""``lightkeeper conversations eval``: measures the conversation engine on labelled conversations that the user brings.

It needs no database and no installation, and keeps nothing but the report that was asked for.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lightkeeper.cli import evaluation_data, evaluation_packs
from lightkeeper.cli.exits import EXIT_MATCH, EXIT_OK, CommandError

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.evaluation.figures import Asked, Figures
    from lightkeeper.detect.conversations.evaluation.measuring import Measured
    from lightkeeper.detect.conversations.evaluation.playing import EngineScorer
    from lightkeeper.detect.conversations.evaluation.streams import Labelled

PREVALENCE: Final = 0.001
_TELL_EVERY: Final = 5.0


def configure(verbs: Any) -> None:
    """Add ``eval`` to the verbs of ``conversations``."""
    parser = verbs.add_parser(
        "eval",
        help="measure the engine on labelled conversations of yours",
        description="Measure the engine on labelled conversations of yours. No word of them is printed or kept.",
    )
    evaluation_data.configure(parser)
    evaluation_packs.configure(parser)
    parser.add_argument(
        "--prevalence", type=_share, default=PREVALENCE, metavar="P", help=f"share that is risky ({PREVALENCE})"
    )
    at = parser.add_mutually_exclusive_group()
    at.add_argument("--threshold", type=_score, metavar="S", help="score from which one is flagged (that of review)")
    at.add_argument("--rate", type=_share, metavar="R", help="the score that keeps this false-positive rate instead")
    parser.add_argument("--gates", action="store_true", help="try what must hold whatever the accuracy; 3 if one fails")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where report.html and report.json are written")


def run(args: argparse.Namespace) -> int:
    """Measure, print the figures, write the report."""
    evaluation_data.check(args)
    used = evaluation_packs.used(args)
    if args.out is not None:
        _folder(args.out)
    from lightkeeper.cli.evaluation_summary import lines
    from lightkeeper.detect.conversations.evaluation.figures import figures
    from lightkeeper.detect.conversations.evaluation.measuring import measure

    scorer = _scorer(used, known=_known(args))
    measured = measure(_counted(evaluation_data.conversations(args)), scorer)
    if not measured.risky:
        raise CommandError(f"there is no labelled conversation with messages ({measured.unlabelled:,} have no label)")
    asked = _asked(args, measured)
    gates = _gates(args, measured, scorer, asked, used) if args.gates else None
    document = _document(args, used, figures(measured, asked), gates)
    sys.stdout.write("".join(f"{line}\n" for line in lines(document)))
    if args.out is not None:
        _write(args.out, document)
    failed = any(gate["verdict"] == "fail" for gate in gates or ())
    return EXIT_MATCH if failed else EXIT_OK


def _share(text: str) -> float:
    number = _number(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not between 0 and 1")
    return number


def _score(text: str) -> float:
    number = _number(text)
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"'{text}' is not a score")
    return number


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number") from None


def _known(args: argparse.Namespace) -> str:
    """What is known beside the messages; files have nothing."""
    known: str = args.known if args.format == "scenarios" else "messages"
    return known


def _scorer(used: evaluation_packs.Used, *, known: str) -> EngineScorer:
    from lightkeeper.detect.conversations.evaluation.playing import EngineScorer

    if known == "messages":
        return EngineScorer(used.reading)
    from lightkeeper.cli.evaluation_scenarios import context

    return EngineScorer(used.reading, context=context(ages=known == "all"))


def _counted(stream: Iterator[Labelled]) -> Iterator[Labelled]:
    """The same, with a line from time to time for who waits at a terminal."""
    told = time.monotonic()
    for number, one in enumerate(stream, 1):
        yield one
        if sys.stderr.isatty() and time.monotonic() - told > _TELL_EVERY:
            told = time.monotonic()
            sys.stderr.write(f"{number:,} conversations are measured\n")


def _asked(args: argparse.Namespace, measured: Measured) -> Asked:
    from lightkeeper.detect.conversations.evaluation.figures import Asked, threshold_at
    from lightkeeper.detect.conversations.thresholds import Thresholds

    if args.rate is not None:
        how = f"chosen on these very data, in hindsight, for a false-positive rate of at most {args.rate:g}"
        return Asked(threshold_at(measured, args.rate), how, args.prevalence)
    if args.threshold is not None:
        return Asked(args.threshold, "as asked for", args.prevalence)
    return Asked(Thresholds().review, "where the band review begins as shipped", args.prevalence)


def _gates(
    args: argparse.Namespace, measured: Measured, scorer: EngineScorer, asked: Asked, used: evaluation_packs.Used
) -> list[Figures]:
    """Every gate; the role gate without ages, as an adult is not judged by what a child writes to them."""
    from lightkeeper.detect.conversations.evaluation.gates import all_gates
    from lightkeeper.detect.conversations.evaluation.measuring import measure

    blind = None
    if _known(args) == "all":
        blind = measure(evaluation_data.conversations(args), _scorer(used, known="no-ages"))
    found = all_gates(measured, scorer, asked.threshold, blind=blind)
    return [{"name": one.name, "verdict": one.verdict.value, "figure": one.figure, "n": one.n} for one in found]


def _document(
    args: argparse.Namespace, used: evaluation_packs.Used, found: Figures, gates: list[Figures] | None
) -> Figures:
    """The whole report: what it is, by what and how it was measured, and what came of it."""
    from lightkeeper import __version__
    from lightkeeper.detect.conversations.engine import ENGINE
    from lightkeeper.detect.conversations.thresholds import EngineSettings

    return {
        "format": "lightkeeper-conversation-evaluation",
        "made_up": args.format == "scenarios",
        "known": evaluation_data.KNOWN[_known(args)],
        "versions": {
            "lightkeeper": __version__,
            "engine": ENGINE,
            "settings": EngineSettings().version,
            "scorer": used.scorer,
            "packs": used.packs,
        },
        "options": {
            "format": args.format,
            "files": len(args.paths),
            "language": args.language,
            "threshold": args.threshold,
            "rate": args.rate,
            "prevalence": args.prevalence,
            "as_reviewed": args.as_reviewed,
            "gates": args.gates,
            "seed": 1,
        },
        "figures": found,
        "gates": gates,
    }


def _folder(path: Path) -> None:
    """Make the folder before anything is measured."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{path} cannot be made: {error.strerror}") from error


def _write(folder: Path, document: Figures) -> None:
    import json

    from lightkeeper.detect.conversations.evaluation.report import page

    writers: dict[str, Callable[[], str]] = {
        "report.html": lambda: page(document),
        "report.json": lambda: json.dumps(document, indent=2, allow_nan=False) + "\n",
    }
    for name, written in writers.items():
        try:
            (folder / name).write_text(written(), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{folder / name} cannot be written: {error.strerror}") from error
        sys.stdout.write(f"{folder / name}\n")
