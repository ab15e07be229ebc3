"""Packs of phrases: a small part of YAML, read line by line, so that a bad phrase spoils its own entry and no other.

```yaml
format: lightkeeper-phrases
language: en
version: 2026-11
reviewed_by: The trust and safety team
phrases:
  - id: 1
    category: greeting
    phrase: blorp zantic
```

Who reviewed a pack, in which language it is and its version must be said. Values stand on their line, plain or in
quotation marks; comments stand on lines of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

FORMAT: Final = "lightkeeper-phrases"
SAID: Final = ("language", "version", "reviewed_by")
"""What a pack says of itself before its phrases."""

_KEYS: Final = frozenset({"id", "category", "phrase"})
_FIRST: Final = re.compile(rf"format:\s*['\"]?{FORMAT}['\"]?\s*")
_LINE: Final = re.compile(r"(?P<indent>\s*)(?P<dash>-\s+)?(?P<key>[a-z_]+)\s*:(?:\s+(?P<value>.*))?")


class PackError(ValueError):
    """The file is no pack that can be used; the message is the rest of a sentence."""


class PackRow(NamedTuple):
    """One phrase as it is written, with the line that it begins in from 1; ``problem`` says what is wrong with it."""

    line: int
    phrase: str = ""
    id: str = ""
    category: str = ""
    problem: str = ""


def is_pack(first_line: str) -> bool:
    """Whether a file that begins with this line is a pack."""
    return _FIRST.fullmatch(first_line.strip()) is not None


def read_pack(lines: Iterable[tuple[int, str]]) -> Iterator[PackRow]:
    """Read what follows the first line: numbers and lines that are not blank. Raises PackError."""
    numbered = ((number, line) for number, line in lines if not line.lstrip().startswith("#"))
    _read_head(numbered)
    entry: dict[str, str] = {}
    begun, problem = 0, ""
    for number, line in numbered:
        found = _LINE.fullmatch(line.rstrip())
        if begun and found is not None and found["dash"]:
            yield _row(begun, entry, problem)
        if not begun or (found is not None and found["dash"]):
            entry, begun, problem = {}, number, ""
        problem = problem or _took(entry, found)
    if begun:
        yield _row(begun, entry, problem)


def _read_head(lines: Iterator[tuple[int, str]]) -> None:
    said: dict[str, str] = {}
    for _, line in lines:
        found = _LINE.fullmatch(line.rstrip())
        if found is None or found["dash"] or found["indent"]:
            raise PackError("does not say language, version and reviewed_by before its phrases, each on its line")
        if found["key"] == "phrases":
            break
        said[found["key"]] = _plain(found["value"] or "") or ""
    missing = [name for name in SAID if not said.get(name)]
    if missing:
        raise PackError(f"does not say its {' and '.join(missing)}")


def _took(entry: dict[str, str], found: re.Match[str] | None) -> str:
    """Take one line into an entry; gives what is wrong with it."""
    if found is None:
        return "a line is not a key and its value"
    key, value = found["key"], _plain(found["value"] or "")
    if not found["indent"] and not found["dash"]:
        return "a line of an entry is not indented"
    if key not in _KEYS:
        return "a key is not id, category or phrase"
    if value is None:
        return "a value is not plain text on one line; put it in quotation marks"
    if key in entry:
        return f"the key {key} stands twice"
    entry[key] = value
    return ""


def _row(line: int, entry: dict[str, str], problem: str) -> PackRow:
    if not problem and not entry.get("phrase"):
        problem = "there is no phrase"
    return PackRow(line, entry.get("phrase", ""), entry.get("id", ""), entry.get("category", ""), problem)


def _plain(text: str) -> str | None:
    """A value as it is meant, None where it is none that is read here."""
    text = text.strip()
    if text.startswith('"'):
        try:
            read = json.loads(text)
        except ValueError:
            return None
        return read if isinstance(read, str) else None
    if text.startswith("'"):
        inner = text[1:-1]
        return (
            inner.replace("''", "'")
            if len(text) > 1 and text.endswith("'") and "'" not in inner.replace("''", "")
            else None
        )
    return None if text[:1] in tuple("[{&*!|>%@`") or " #" in text or ": " in text or text.endswith(":") else text
