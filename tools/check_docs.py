"""Checks the documents, without a network: links lead somewhere, and whatever has a name is described.

Verbs, options, exit codes, settings, codes of ``/readyz``, addresses of the API, permissions, audit events, and values
of the policy with their ranges and defaults.
Run by ``make docs`` and ``make lint``; ``--write`` brings the table of settings up to date. The tests run the examples
of the documents (``cli/tests/test_documents.py``).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lightkeeper import configuration
from lightkeeper.cli import exits
from lightkeeper.cli.main import build_parser

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "command-line.md"
SETTINGS = ROOT / "docs" / "settings.md"
POLICY = ROOT / "docs" / "policy.md"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TABLE = re.compile(r"(?<=-->\n).*?(?=<!-- end -->)", re.DOTALL)


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


def undescribed_verbs() -> Iterator[str]:
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


def settings_table() -> str:
    """Write the table of all settings, as ``docs/settings.md`` has it."""
    rows = ["| name | default | meaning |", "|---|---|---|"]
    for setting in configuration.SETTINGS:
        default = setting.default
        if default is None or default in ("", ()):
            shown = ""
        elif isinstance(default, Path):
            shown = f"`{default.name}` in the working directory"
        elif isinstance(default, tuple):
            shown = f"`{', '.join(default)}`"
        else:
            shown = f"`{str(default).lower() if isinstance(default, bool) else default}`"
        rows.append(f"| `{setting.name}` | {shown} | {setting.help}{' (*secret*)' if setting.secret else ''} |")
    return "\n".join(rows) + "\n"


def outdated_table(*, write: bool) -> Iterator[str]:
    """Say it where the table of settings is not that of the program; ``write`` mends it."""
    text = SETTINGS.read_text("utf-8")
    right = TABLE.sub(lambda _: settings_table(), text, count=1)
    if write:
        SETTINGS.write_text(right, "utf-8")
    elif right != text:
        yield f"{SETTINGS.name}: the table of settings is out of date (python tools/check_docs.py --write)"


def undescribed_names() -> Iterator[str]:
    """Say each address of the API, permission, audit event, value of the policy and code that no document names."""
    from lightkeeper.people.matrix import Permission
    from lightkeeper.record.events import Event
    from lightkeeper.record.policy_history import NAMES
    from lightkeeper.web.health import CODES

    text = "\n".join(document.read_text("utf-8") for document in documents())
    names = {
        "the permission": list(map(str, Permission)),
        "the audit event": list(map(str, Event)),
        "the code": list(CODES),
        "the address": api_operations(),
        "the value of the policy": list(NAMES),
    }
    for kind, words in names.items():
        for word in words:
            if f"`{word}`" not in text:
                yield f"docs: nothing on {kind} `{word}`"


def undescribed_policy() -> Iterator[str]:
    """Say each value of the policy whose row in its document lacks it, its range or what is delivered."""
    from lightkeeper.record.policy import RANGES, PolicyValues
    from lightkeeper.record.policy_history import NAMES

    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", POLICY.read_text("utf-8"), re.MULTILINE))
    for name in NAMES:
        cells = [cell.strip() for cell in rows.get(name, "").split(" | ")]
        value, span = getattr(PolicyValues(), name), RANGES.get(name)
        wanted = [f"{span[0]} to {span[1]}", str(value)] if span else ["yes" if value else "no"]
        told = not (span or isinstance(value, bool)) or set(wanted) <= set(cells) or "yes, no" in cells
        if not cells[0] or not told:
            yield f"{POLICY.name}: the row of `{name}` must have its meaning and {', '.join(wanted)}"


def api_operations() -> list[str]:
    """Give each operation of the API as ``METHOD /path``, from its own description."""
    from django.test import Client

    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def main(words: list[str]) -> int:
    """Print what is wrong; exit 1 if anything is."""
    with tempfile.TemporaryDirectory() as folder:
        for name in [name for name in os.environ if name.startswith(configuration.PREFIX)]:
            del os.environ[name]
        os.environ |= {
            configuration.CONFIG_VARIABLE: os.devnull, "LIGHTKEEPER_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "lightkeeper.settings",
        }  # fmt: skip
        import django

        django.setup()
        problems = [
            *outdated_table(write="--write" in words), *broken_links(), *undescribed_verbs(), *undescribed_names(),
            *undescribed_policy(),
        ]  # fmt: skip
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if not problems:
        print(f"{len(documents())} documents: links, options, settings and names are in order")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
