"""Reading the YAML of this room: bounded, no tags, and of what is wrong which file and place, and what to do."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from lightkeeper.intake.moments.types import MomentsError

LARGEST: Final = 256 << 10
"""Bytes of a file."""
MOST: Final = 200
"""Files of a directory."""
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Node:
    """One value of a file, which knows its place: what is not as it should be raises MomentsError with it."""

    def __init__(self, value: object, place: str) -> None:
        self.value = value
        self.place = place

    def wrong(self, says: str) -> MomentsError:
        """What to raise: the place and a sentence."""
        return MomentsError(f"{self.place}: {says}")

    def fields(self, *names: str) -> dict[str, Node]:
        """A mapping of exactly these names."""
        found = self.value
        if not isinstance(found, dict) or set(found) != set(names):
            raise self.wrong(f"must have exactly these fields: {', '.join(names)}.")
        return {name: Node(found[name], f"{self.place}, {name}") for name in names}

    def mapping(self) -> dict[str, Node]:
        """A mapping of texts to anything."""
        if not isinstance(self.value, dict) or not all(isinstance(name, str) for name in self.value):
            raise self.wrong("must be a mapping whose names are texts (quote numbers).")
        return {name: Node(value, f"{self.place}, {name}") for name, value in self.value.items()}

    def items(self) -> list[Node]:
        """A list that is not empty."""
        if not isinstance(self.value, list) or not self.value:
            raise self.wrong("must be a list that is not empty.")
        return [Node(value, f"{self.place}, number {number}") for number, value in enumerate(self.value, 1)]

    def text(self, longest: int, *, empty: bool = False) -> str:
        """A text in one line."""
        found = self.value
        if (
            not isinstance(found, str)
            or len(found) > longest
            or not found.isprintable()
            or not (found.strip() or empty)
        ):
            raise self.wrong(f"must be a text in one line, of {0 if empty else 1} to {longest} characters (quote it).")
        return found.strip()

    def language(self) -> str:
        """A BCP 47 tag, in small letters."""
        found = self.text(35)
        if not _TAG.fullmatch(found):
            raise self.wrong("must be a language such as en or de.")
        return found.lower()

    def is_format(self, expected: str) -> None:
        """Refuse a file of another kind."""
        if self.value != expected:
            raise self.wrong(f"must be {expected}.")


def documents(kind: str, own: Path | None, *, package: str = "lightkeeper.intake.moments") -> Iterator[Node]:
    """Each file of ``kind`` (``texts``, ``guidance``): those that are shipped, then an operator's, which go before.

    ``package`` is where a kind is shipped that is not of this part of the room (the words of the report form). Raises
    MomentsError: for what cannot be read too.
    """
    shipped = importlib.resources.files(package) / kind
    for file in sorted(shipped.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            yield _parsed(file.read_bytes(), f"{kind}/{file.name} (shipped)")
    if own is None:
        return
    if not own.is_dir():
        raise MomentsError(
            f"{own}: is no directory. Make it, with texts/, guidance/ or report-form/ in it, or unset moments_dir."
        )
    files = sorted((own / kind).glob("*.yaml"))
    if len(files) > MOST:
        raise MomentsError(f"{own / kind}: has more than {MOST} files.")
    for path in files:
        try:
            with path.open("rb") as opened:
                content = opened.read(LARGEST + 1)
        except OSError as error:
            raise MomentsError(f"{path}: cannot be read ({type(error).__name__}).") from None
        yield _parsed(content, str(path))


def _parsed(content: bytes, place: str) -> Node:
    import yaml

    if len(content) > LARGEST:
        raise MomentsError(f"{place}: is larger than {LARGEST} bytes.")
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(content)):
            raise MomentsError(f"{place}: has an alias (*name); write it out.")
        return Node(yaml.safe_load(content), place)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise MomentsError(f"{place}{line}: is no YAML that can be read.") from None


def by_name(words: Mapping[str, Any], node: Node) -> dict[Any, Node]:
    """A mapping with exactly these names, by what they stand for."""
    found = node.fields(*words)
    return {words[name]: value for name, value in found.items()}
