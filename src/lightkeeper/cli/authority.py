"""The question under which authority suspected material is kept and shown, as ``init`` asks it."""

from __future__ import annotations

import argparse
import sys
import textwrap
from dataclasses import dataclass
from typing import Final

from lightkeeper.cli.exits import CommandError

EXPLANATION: Final = (
    "Under which authority is suspected material kept and shown here? In the United Kingdom and in many other "
    "countries a platform, a charity or a researcher has no general exemption from the laws against possessing child "
    "sexual abuse material; what exemptions there are belong to named bodies, for named purposes. Ask a lawyer; "
    "nothing here is legal advice. Until a named person has answered, the service is hash-only: what arrives is kept "
    "only while it is scanned, and nothing is shown to anybody. An empty answer leaves it so; "
    "`lightkeeper init` asks again."
)
HASH_ONLY: Final = (
    "Hash-only: what arrives is compared with the lists and destroyed; cases have no pictures. "
    "`lightkeeper init` records an authority later."
)


@dataclass(frozen=True, slots=True)
class Question:
    """One answer that is needed: its option, what it asks, and why."""

    option: str
    asks: str
    why: str

    @property
    def name(self) -> str:
        """The attribute of the parsed arguments."""
        return self.option.removeprefix("--").replace("-", "_")


QUESTIONS: Final = (
    Question(
        "--organisation", "Which organisation answers for it?", "A right to keep belongs to a body, not to software."
    ),
    Question("--authority-person", "Who in it, by name?", "Somebody must have decided this, and be there to be asked."),
    Question("--authority-role", "In which role?", "It says why this person could decide it."),
    Question(
        "--country", "Under which country's law (two letters, such as GB)?", "What is allowed differs by country."
    ),
    Question(
        "--basis",
        "On what written basis (a law, a licence, an agreement, with its date)?",
        "An auditor or the police will ask for the paper.",
    ),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options that answer without being asked."""
    group = parser.add_argument_group("authority (all of them, or --hash-only; else it is asked)")
    for question in QUESTIONS:
        group.add_argument(question.option, metavar="TEXT", help=question.asks.rstrip("?").lower())
    group.add_argument("--hash-only", action="store_true", help="keep nothing and show nothing; ask nothing about it")


def answers(args: argparse.Namespace, *, ask: bool) -> dict[str, str] | None:
    """Give the answers by their names, or None for hash-only; ``ask`` for what no option says.

    Raises CommandError where some are given and some are not.
    """
    given = {question.name: (getattr(args, question.name) or "").strip() for question in QUESTIONS}
    if args.hash_only and any(given.values()):
        raise CommandError("--hash-only keeps nothing, so it goes with none of the options about authority")
    if ask and not args.hash_only and not all(given.values()):
        sys.stdout.write("\n" + textwrap.fill(EXPLANATION, 100) + "\n\n")
        given = _ask(given)
    if not any(given.values()):
        return None
    missing = [question.option for question in QUESTIONS if not given[question.name]]
    if missing:
        raise CommandError(f"the authority needs {' and '.join(missing)} too; or say --hash-only")
    return given


def _ask(given: dict[str, str]) -> dict[str, str]:
    """Ask what is not given; one empty answer leaves everything open."""
    answered = dict(given)
    for question in QUESTIONS:
        if not answered[question.name]:
            sys.stdout.write(f"{question.asks}\n  {question.why}\n")
            answered[question.name] = _answer_to(question)
        if not answered[question.name]:
            return dict.fromkeys(given, "")
    return answered


def _answer_to(question: Question) -> str:
    """Read one answer; a country that is none is asked for again, so that the other answers are not lost."""
    from lightkeeper.record.services import COUNTRIES

    answer = read_line("> ")
    while question.name == "country" and answer and answer.upper() not in COUNTRIES:
        sys.stdout.write("Two letters of ISO 3166, such as GB or DE. Once more, or nothing to leave it all open:\n")
        answer = read_line("> ")
    return answer


def read_line(prompt: str) -> str:
    """Read one line from the person at the terminal; the end of the input is an empty answer."""
    try:
        return input(prompt).strip()
    except EOFError:
        sys.stdout.write("\n")
        return ""
