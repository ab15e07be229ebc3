"""Reads conversations of PAN-2012: XML, a list of predators, and lines that mark grooming."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

from lightkeeper.detect.conversations.evaluation.streams import MINUTE, InputError, Labelled, Turn

_CHUNK: Final = 1 << 16
_LONGEST: Final = 1 << 20
"""Characters of one element, at most."""
_DAY: Final = 24 * 60
_DIGITS: Final = 9


def read_predators(path: Path) -> frozenset[str]:
    """The ids of authors, one a line. Raises InputError and OSError."""
    found = set()
    for number, line in enumerate(_lines(path), 1):
        words = line.split()
        if len(words) > 1:
            raise InputError(f"{path.name}, line {number}: one author id a line is expected")
        found.update(words)
    return frozenset(found)


def read_marked_lines(path: Path) -> dict[str, frozenset[int]]:
    """Marked line numbers by conversation id, from lines of ``conversation line``. Raises InputError and OSError."""
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_lines(path), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or not _is_number(words[1]):
            raise InputError(f"{path.name}, line {number}: a conversation id and a line number are expected")
        found.setdefault(words[0], set()).add(int(words[1]))
    return {name: frozenset(lines) for name, lines in found.items()}


def read_pan(
    path: Path,
    predators: frozenset[str] | None = None,
    marked: dict[str, frozenset[int]] | None = None,
    corpus: str | None = None,
) -> Iterator[Labelled]:
    """Conversations of an XML file, one at a time. Raises InputError and OSError."""
    reader = _Pan(path.name, corpus or path.stem, predators, marked)
    parser = reader.parser()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
                yield from reader.taken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError(f"{path.name}, line {error.lineno}: no well-formed XML") from None
    except InputError:
        raise
    except (ValueError, LookupError):  # an encoding that the parser does not know
        raise InputError(f"{path.name}, line {parser.CurrentLineNumber}: no XML in UTF-8") from None
    yield from reader.taken()


class _Pan:
    """Takes what the parser says; entities and document types are refused, as they can make small files huge."""

    def __init__(
        self,
        name: str,
        corpus: str,
        predators: frozenset[str] | None,
        marked: dict[str, frozenset[int]] | None,
    ) -> None:
        self._name, self._corpus, self._predators, self._marked = name, corpus, predators, marked
        self._done: list[Labelled] = []
        self._id = ""
        self._turns: list[Turn] = []
        self._numbers: list[int] = []
        self._parts: dict[str, str] = {}
        self._open = ""
        self._words: list[str] = []
        self._length = 0
        self._days = 0

    def parser(self) -> expat.XMLParserType:
        """A parser that refuses a document type, and with it every entity."""
        made = expat.ParserCreate()
        made.buffer_text = True
        made.StartDoctypeDeclHandler = self._refuse
        made.StartElementHandler = self._start
        made.EndElementHandler = self._end
        made.CharacterDataHandler = self._text
        self._parser = made
        return made

    def taken(self) -> list[Labelled]:
        """The conversations that are whole, handed on once."""
        done, self._done = self._done, []
        return done

    def _where(self) -> str:
        return f"{self._name}, line {self._parser.CurrentLineNumber}"

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self._where()}: a document type or entity is refused; remove it from the file")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._open = tag if tag in ("author", "time", "text") else ""
        self._words, self._length = [], 0
        if tag == "conversation":
            if not attributes.get("id"):
                raise InputError(f"{self._where()}: a conversation without an id")
            self._id, self._turns, self._numbers, self._days = attributes["id"], [], [], 0
        elif tag == "message":
            line = attributes.get("line", "")
            if not _is_number(line):
                raise InputError(f"{self._where()}: a message without a line number")
            self._numbers.append(int(line))
            self._parts = {}

    def _text(self, data: str) -> None:
        if self._open:
            self._length += len(data)
            if self._length > _LONGEST:
                raise InputError(f"{self._where()}: an element of more than {_LONGEST:,} characters")
            self._words.append(data)

    def _end(self, tag: str) -> None:
        if tag == self._open:
            self._parts[tag] = "".join(self._words)
        elif tag == "message":
            self._message()
        elif tag == "conversation":
            self._conversation()
        self._open = ""

    def _message(self) -> None:
        author = self._parts.get("author", "").strip()
        if not author:
            raise InputError(f"{self._where()}: a message without an author")
        self._turns.append(Turn(author, self._at(self._parts.get("time", "")), self._parts.get("text", "")))

    def _at(self, clock: str) -> int:
        """The file has hours and minutes only: a clock that goes back is the next day."""
        hours, _, minutes = clock.strip().partition(":")
        before = self._turns[-1].at if self._turns else 0
        if not (_is_number(hours) and _is_number(minutes)):
            return before + MINUTE
        at = (self._days * _DAY + int(hours) * 60 + int(minutes)) * MINUTE
        if at < before:
            self._days += 1
            at += _DAY * MINUTE
        return at

    def _conversation(self) -> None:
        authors = {turn.author for turn in self._turns}
        offenders = authors & (self._predators or frozenset())
        lines = None
        if self._marked is not None:
            wanted = self._marked.get(self._id, frozenset())
            lines = frozenset(place for place, number in enumerate(self._numbers) if number in wanted)
        self._done.append(
            Labelled(
                id=self._id,
                corpus=self._corpus,
                turns=tuple(self._turns),
                risky=None if self._predators is None else bool(offenders),
                offenders=frozenset(offenders),
                children=frozenset(authors - offenders) if offenders else frozenset(),
                marked=lines,
                same_authors=True,
            )
        )


def _is_number(word: str) -> bool:
    """Whether it is a whole number of a length that any file has."""
    return word.isdecimal() and len(word) <= _DIGITS


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: no UTF-8 text") from None
