"""Conversations made up for this project: mild, none of a real person; half must come before a person, half must not.

They prove the mechanics of what reads them, not how well it finds what happens to children. ``scenarios`` reads them;
``varied`` makes others of one: other names, another pace, other spelling, harmless lines in another order.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

LANGUAGES: Final = ("en", "de")
Who = Literal["A", "B"]
PLACE: Final = "{name}"
"""Stands in a line for the name of the one who is addressed."""
NAMES: Final[Mapping[str, Sequence[str]]] = {
    "en": ("Robin", "Sam", "Charlie", "Jo", "Alex", "Kit"),
    "de": ("Kim", "Robin", "Toni", "Luca", "Sascha", "Jona"),
}
LEET: Final = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0"})
LONG_WORD: Final = 5
"""Letters from which on a word's spelling is varied."""


class Someone(NamedTuple):
    """One of the two. ``age`` as the API names it; ``claimed``: an age declared before; ``days`` of the account."""

    age: str
    source: str = "declared"
    days: int | None = 400
    region: str = ""
    claimed: str = ""


class Line(NamedTuple):
    """One message. ``after``: minutes since the one before; ``text`` None where the platform cannot read it."""

    after: float
    who: Who
    text: str | None
    media: str = "none"
    harmless: bool = False  # says nothing, so that it may change places with its neighbours


class Deed(NamedTuple):
    """One act: minutes since the beginning, by whom to the other, and what, as the API names it."""

    at: float
    who: Who
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class Scenario:
    """One conversation between A, who is looked at, and B.

    ``others``: how many other children A approaches in the day before with the same first words. ``expected``: signals
    of A to B; ``by_message``: the number of A's message, from 1, by which a person must be asked (0: never).
    """

    name: str
    language: str
    positive: bool
    a: Someone
    b: Someone
    relation: str
    mutual: int | None
    initiated_by: Who | None
    lines: tuple[Line, ...]
    acts: tuple[Deed, ...]
    others: int
    expected: tuple[str, ...]
    by_message: int
    note: str

    @property
    def without_text(self) -> Scenario:
        """The same where the platform cannot read a word."""
        return dataclasses.replace(self, lines=tuple(line._replace(text=None) for line in self.lines))


@functools.cache
def scenarios() -> tuple[Scenario, ...]:
    """All of them, in the order of the files. PyYAML comes with the extras ``service`` and ``text``."""
    import yaml

    folder = importlib.resources.files("lightkeeper.demo") / "dialogues"
    return tuple(
        _scenario(row, language)
        for language in LANGUAGES
        for row in yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8"))
    )


def _scenario(row: Mapping[str, Any], language: str) -> Scenario:
    return Scenario(
        name=row["name"],
        language=language,
        positive=row["kind"] == "positive",
        a=Someone(**row["a"]),
        b=Someone(**row["b"]),
        relation=row.get("relation", "stranger"),
        mutual=row.get("mutual"),
        initiated_by=row.get("initiated_by"),
        lines=tuple(_line(one) for one in row["lines"]),
        acts=tuple(Deed(*one) for one in row.get("acts", ())),
        others=row.get("others", 0),
        expected=tuple(row.get("expected", ())),
        by_message=row.get("by_message", 0),
        note=row["note"],
    )


def _line(row: Sequence[Any]) -> Line:
    """``[minutes, who, text, media]``; a text that begins with ``~`` is harmless."""
    after, who, text = row[:3]
    media = row[3] if len(row) > 3 else "none"
    harmless = isinstance(text, str) and text.startswith("~")
    return Line(after, who, text.removeprefix("~") if text else None, media, harmless)


def varied(scenario: Scenario, seed: int) -> Scenario:
    """The same with other names, pace and spelling, and harmless neighbours in another order; the same for a seed.

    A message that is split becomes two within 20 s, so ``by_message`` is moved by as many as were split before it.
    """
    chance = random.Random(f"{scenario.name} {seed}")
    pace = chance.uniform(0.8, 1.25)
    lines = [line._replace(after=line.after * pace) for line in _reordered(scenario.lines, chance)]
    name = chance.choice(NAMES[scenario.language])
    made: list[Line] = []
    sent, by_message = 0, scenario.by_message
    for line in lines:
        pieces = _respelt(line, name, chance)
        sent += line.who == "A"
        if line.who == "A" and len(pieces) > 1 and sent <= scenario.by_message:
            by_message += 1
        made += pieces
    acts = tuple(deed._replace(at=deed.at * pace) for deed in scenario.acts)
    return dataclasses.replace(scenario, lines=tuple(made), acts=acts, by_message=by_message)


def _reordered(lines: Sequence[Line], chance: random.Random) -> list[Line]:
    """Harmless lines of one person that follow one another change places; times stay."""
    made = list(lines)
    for place in range(len(made) - 1):
        first, second = made[place], made[place + 1]
        if first.harmless and second.harmless and first.who == second.who and chance.random() < 0.5:
            made[place] = second._replace(after=first.after)
            made[place + 1] = first._replace(after=second.after)
    return made


def _respelt(line: Line, name: str, chance: random.Random) -> list[Line]:
    if line.text is None:
        return [line]
    text = line.text.replace(PLACE, name)
    way = chance.choice(("as it is", "leet", "dots", "elongated", "split"))
    if way == "split" and len(words := text.split()) >= 4:
        half = len(words) // 2
        later = Line(chance.uniform(0.05, 0.3), line.who, " ".join(words[half:]))
        return [line._replace(text=" ".join(words[:half])), later]
    return [line._replace(text=_one_word(text, way, chance))]


def _one_word(text: str, way: str, chance: random.Random) -> str:
    """A text in which one long word is written in another way."""
    long = [found for found in re.finditer(r"[a-z]+", text) if len(found.group()) >= LONG_WORD]
    if not long or way in {"as it is", "split"}:
        return text
    found = chance.choice(long)
    word = found.group()
    spelt = {"leet": word.translate(LEET), "dots": ".".join(word), "elongated": word + 3 * word[-1]}[way]
    return text[: found.start()] + spelt + text[found.end() :]
