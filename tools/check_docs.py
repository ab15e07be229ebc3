"""Checks the documents, without a network: links lead somewhere, every option and exit code is described.

Run by ``make docs`` and ``make lint``. The tests run the examples of the documents (``cli/tests/test_documents.py``).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from lightkeeper.cli import exits
from lightkeeper.cli.main import build_parser

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "command-line.md"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    """Give every Markdown document of the project."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/**/*.md")])


def anchors(document: Path) -> set[str]:
    """Give the anchors of a document's headings, as renderers of Markdown make them."""
    headings = re.findall(r"^#+ +(.+?) *$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links() -> Iterator[str]:
    """Say each relative link that leads to no file or to no heading."""
    for document in documents():
        for link in LINK.findall(document.read_text("utf-8")):
            target, _, anchor = link.partition("#")
            if "://" in link or link.startswith("mailto:"):
                continue
            file = (document.parent / target).resolve() if target else document
            if not file.exists():
                yield f"{document.relative_to(ROOT)}: the link {link} leads nowhere"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                yield f"{document.relative_to(ROOT)}: {link} names no heading"


def options(parser: argparse.ArgumentParser, verb: str) -> Iterator[tuple[str, str]]:
    """Give every verb with each of its long options."""
    for action in parser._actions:  # noqa: SLF001  # argparse has no public way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, inner in action.choices.items():
                yield f"{verb} {name}", ""
                yield from options(inner, f"{verb} {name}")
        for option in action.option_strings:
            if option.startswith("--") and option != "--help":
                yield verb, option


def undescribed() -> Iterator[str]:
    """Say each verb, option and exit code that the reference leaves out."""
    text = REFERENCE.read_text("utf-8")
    sections = dict(re.findall(r"^## `(.+?)`.*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    for verb, option in options(build_parser(), "lightkeeper"):
        titles = [title for title in sections if f"{verb} ".startswith(f"{title} ")]
        body = sections[max(titles, key=len)] if titles else ""
        if f"`{verb}" not in text:
            yield f"{REFERENCE.name}: nothing on `{verb}`"
        elif option and f"`{option}" not in body:
            yield f"{REFERENCE.name}: `{verb}` lacks {option}"
    for name, code in vars(exits).items():
        if name.startswith("EXIT_") and f"| {code} |" not in text:
            yield f"{REFERENCE.name}: the exit code {code} is not described"


def main() -> int:
    """Print what is wrong; exit 1 if anything is."""
    problems = [*broken_links(), *undescribed()]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if not problems:
        print(f"{len(documents())} documents: links and options are in order")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
