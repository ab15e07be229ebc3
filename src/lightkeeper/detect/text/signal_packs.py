"""Packs of phrases that show signals: read from YAML with the line of whatever is wrong, and checked by their examples.

```yaml
format: lightkeeper-signals
language: en
version: "2026-11"
reviewed_by: ""
contexts:
  surprise: ["birthday|surprise|present"]
phrases:
  - id: en-secrecy-01
    signal: secrecy_request
    pattern: (do not|dont) tell [your] mum|dad|parents
    not: ["@surprise"]
    examples: ["don't tell your mum"]
    near_misses: ["don't tell mum about her birthday present"]
```

``docs/phrase-packs.md`` describes all of it. PyYAML comes with the extras ``service`` and ``text``.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lightkeeper.detect.text.normalising import plain_words
from lightkeeper.detect.text.patterns import PatternError, parse
from lightkeeper.detect.text.phrase_matcher import SignalReader
from lightkeeper.detect.text.signal_phrases import SIGNALS, SignalPack, SignalPhrase

__all__ = [
    "FORMAT",
    "Problem",
    "SignalPack",
    "SignalPackError",
    "check",
    "parse_pack",
    "read_pack",
    "shipped_file",
    "shipped_packs",
]

FORMAT: Final = "lightkeeper-signals"
SHIPPED: Final = ("en", "de")
LARGEST: Final = 2 << 20
"""Bytes of a file."""
MOST_PHRASES: Final = 5000
MOST_TEXTS: Final = 50
"""Examples of a phrase, near misses and contexts, each."""
TOLD: Final = 20
"""Problems that are told at once."""
_DEEPEST: Final = 6
_HEAD: Final = ("format", "language", "version", "reviewed_by")
_KEYS: Final = ("id", "signal", "pattern", "not", "examples", "near_misses")


class Problem(NamedTuple):
    """What is wrong, as a sentence without any phrase, and in which line of the file from 1; 0 for all of it."""

    line: int
    said: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.said}" if self.line else self.said


class SignalPackError(ValueError):
    """The file is no pack that can be used; says all that is wrong, line by line, and no phrase."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        more = len(problems) - TOLD
        told = [str(one) for one in self.problems[:TOLD]] + ([f"And {more} more."] if more > 0 else [])
        super().__init__("\n".join(told))


def read_pack(content: bytes | str) -> SignalPack:
    """Read a pack and try its examples. Raises SignalPackError."""
    pack = parse_pack(content)
    problems = check(pack)
    if problems:
        raise SignalPackError(problems)
    return pack


def check(pack: SignalPack) -> list[Problem]:
    """Try every example and near miss of a pack; what is not as the pack says."""
    reader = SignalReader([pack])
    problems = []
    for phrase in pack.phrases:
        for number, text in enumerate(phrase.examples, start=1):
            if phrase.id not in _shown(reader, text, phrase):
                problems.append(Problem(phrase.line, f"{phrase.id} is not found in its example {number}."))
        for number, text in enumerate(phrase.near_misses, start=1):
            if found := _shown(reader, text, phrase):
                by = " and ".join(sorted(found))
                said = f"the near miss {number} of {phrase.id} shows {phrase.signal} all the same, by {by}."
                problems.append(Problem(phrase.line, said))
    return problems


@functools.cache
def shipped_packs() -> tuple[SignalPack, ...]:
    """The packs that come with Lightkeeper, which no native speaker has reviewed. Their examples are tried by tests."""
    return tuple(parse_pack(shipped_file(language)) for language in SHIPPED)


def shipped_file(language: str) -> bytes:
    """The file of a pack that comes with Lightkeeper, for whoever reviews it. KeyError for another language."""
    if language not in SHIPPED:
        raise KeyError(language)
    return (importlib.resources.files("lightkeeper.detect.text") / "shipped" / f"{language}.yaml").read_bytes()


def _shown(reader: SignalReader, text: str, phrase: SignalPhrase) -> set[str]:
    """The phrases of the same signal that a text shows."""
    return {one.id for one in reader.phrases_in(text) if one.signal == phrase.signal}


def parse_pack(content: bytes | str) -> SignalPack:
    """Read a pack without trying its examples. Raises SignalPackError."""
    raw = content.encode() if isinstance(content, str) else content
    if len(raw) > LARGEST:
        raise SignalPackError([Problem(0, f"A pack has at most {LARGEST} bytes.")])
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise SignalPackError([Problem(0, "The file is not text in UTF-8.")]) from None
    return _Parsing(_composed(text)).pack(hashlib.sha256(raw).hexdigest())


def _composed(text: str) -> Any:
    """The nodes of the file, each with its place; anchors, and what is nested deeply, are refused before."""
    try:
        import yaml
    except ImportError:
        said = "PyYAML, which reads packs, is not installed: pip install 'lightkeeper[service]'."
        raise SignalPackError([Problem(0, said)]) from None
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if getattr(event, "anchor", None) is not None or depth > _DEEPEST:
                what = "is nested deeper than any pack" if depth > _DEEPEST else "has an anchor or alias (& or *)"
                raise SignalPackError([Problem(_line(event), f"the file {what}; write it out in full.")])
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise SignalPackError([Problem(mark.line + 1 if mark else 0, f"this is not YAML: {said}.")]) from None
    if node is None:
        raise SignalPackError([Problem(0, "The file is empty.")])
    return node


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


@dataclass(frozen=True, slots=True)
class _Value:
    """A value and its line."""

    node: Any
    line: int


class _Parsing:
    """Takes a pack from its nodes and gathers what is wrong with them."""

    def __init__(self, node: Any) -> None:
        self._problems: list[Problem] = []
        self._file = self._mapping(node, "the file", (*_HEAD, "contexts", "phrases"))

    def pack(self, digest: str) -> SignalPack:
        """The whole pack. Raises SignalPackError."""
        said = {name: self._text(self._file, name, 1, empty=name == "reviewed_by") for name in _HEAD}
        if "format" in self._file and said["format"] != FORMAT:
            self._wrong(self._file["format"].line, f"the format is not {FORMAT}.")
        contexts = self._contexts()
        rows = self._sequence(self._file.get("phrases"), "phrases")
        if len(rows) > MOST_PHRASES:
            self._wrong(self._file["phrases"].line, f"there are more than {MOST_PHRASES} phrases.")
            rows = []
        phrases = [self._phrase(row, contexts) for row in rows]
        self._refuse_twice(phrases)
        if not self._problems and not phrases:
            self._wrong(1, "the pack has no phrases.")
        if self._problems:
            raise SignalPackError(self._problems)
        return SignalPack(said["language"], said["version"], said["reviewed_by"], tuple(phrases), digest)

    def _contexts(self) -> dict[str, tuple[str, ...]]:
        given = self._file.get("contexts")
        if given is None:
            return {}
        named = self._mapping(given.node, "contexts", None)
        return {name: self._patterns(value, f"the context {name}") for name, value in named.items()}

    def _phrase(self, node: Any, contexts: Mapping[str, tuple[str, ...]]) -> SignalPhrase:
        line = _line(node)
        row = self._mapping(node, "a phrase", _KEYS)
        id_ = self._text(row, "id", line)
        signal = self._text(row, "signal", line)
        if signal and signal not in SIGNALS:
            self._wrong(row["signal"].line, f"the signal is none of {', '.join(sorted(SIGNALS))}.")
        pattern = self._text(row, "pattern", line)
        if pattern:
            self._try(row["pattern"].line, f"the pattern of {id_}", pattern, "")
        examples = self._texts(row, "examples", id_, line)
        near_misses = self._texts(row, "near_misses", id_, line)
        return SignalPhrase(
            id_, signal, pattern, self._unless(row, contexts, id_, pattern), examples, near_misses, line
        )

    def _unless(
        self, row: Mapping[str, _Value], contexts: Mapping[str, tuple[str, ...]], id_: str, pattern: str
    ) -> tuple[str, ...]:
        """The contexts of a phrase, those that are named written out."""
        given = row.get("not")
        made: list[str] = []
        for node in self._sequence(given, "not") if given else []:
            text, line = self._scalar(node, f"a not of {id_}"), _line(node)
            if text.startswith("@"):
                if text[1:] not in contexts:
                    self._wrong(line, f"{id_} names a context that is not under contexts.")
                made += contexts.get(text[1:], ())
            elif text:
                self._try(line, f"a not of {id_}", text, pattern)
                made.append(text)
        return tuple(made)

    def _patterns(self, value: _Value, what: str) -> tuple[str, ...]:
        made = []
        for node in self._sequence(value, what):
            text = self._scalar(node, what)
            self._try(_line(node), what, text, "phrase")
            made.append(text)
        return tuple(made)

    def _try(self, line: int, what: str, pattern: str, phrase: str) -> None:
        try:
            parse(pattern, phrase)
        except PatternError as error:
            self._wrong(line, f"{what} {error}.")

    def _texts(self, row: Mapping[str, _Value], key: str, id_: str, line: int) -> tuple[str, ...]:
        if key not in row:
            self._wrong(line, f"{id_ or 'a phrase'} has no {key}: it needs at least one text of each kind.")
            return ()
        nodes = self._sequence(row[key], f"{key} of {id_}")
        texts = tuple(self._scalar(node, f"{key} of {id_}") for node in nodes)
        if not texts or len(texts) > MOST_TEXTS or not all(plain_words(text) for text in texts):
            self._wrong(row[key].line, f"{key} of {id_} are 1 to {MOST_TEXTS} texts with at least a word each.")
        return texts

    def _refuse_twice(self, phrases: list[SignalPhrase]) -> None:
        first: dict[str, int] = {}
        for one in phrases:
            if one.id and first.setdefault(one.id, one.line) != one.line:
                self._wrong(one.line, f"the id {one.id} stands in line {first[one.id]} already.")

    def _mapping(self, node: Any, what: str, keys: tuple[str, ...] | None) -> dict[str, _Value]:
        if getattr(node, "id", "") != "mapping":
            self._wrong(_line(node), f"{what} is not keys with values.")
            return {}
        made: dict[str, _Value] = {}
        for key, value in node.value:
            line = _line(key)
            name = self._scalar(key, f"a key of {what}")
            if keys is not None and name not in keys:
                self._wrong(line, f"{what} has a key that is none of {', '.join(keys)}.")
            elif name in made:
                self._wrong(line, f"the key {name} stands twice.")
            made[name] = _Value(value, _line(value))
        return made

    def _sequence(self, value: _Value | None, what: str) -> list[Any]:
        if value is None:
            self._wrong(1, f"there are no {what}.")
            return []
        if getattr(value.node, "id", "") != "sequence":
            self._wrong(value.line, f"{what} is not a list (lines that begin with - or values in [ ]).")
            return []
        nodes: list[Any] = value.node.value
        if what != "phrases" and len(nodes) > MOST_TEXTS:
            self._wrong(value.line, f"{what} has more than {MOST_TEXTS} entries.")
            return []
        return nodes

    def _text(self, row: Mapping[str, _Value], key: str, line: int, *, empty: bool = False) -> str:
        value = row.get(key)
        if value is None:
            self._wrong(line, f"there is no {key}.")
            return ""
        text = self._scalar(value.node, key).strip()
        if not text and not empty:
            self._wrong(value.line, f"{key} is empty.")
        return text

    def _scalar(self, node: Any, what: str) -> str:
        """The text of a value, as it is written: ``no`` is a word here and no truth."""
        if getattr(node, "id", "") != "scalar":
            self._wrong(_line(node), f"{what} is not a text.")
            return ""
        return str(node.value)

    def _wrong(self, line: int, said: str) -> None:
        self._problems.append(Problem(line, said))
