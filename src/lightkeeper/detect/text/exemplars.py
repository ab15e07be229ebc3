"""Exemplars: sentences that show what a signal is like, and harmless neighbours of them, against which it is measured.

The set that is shipped is our own, mild, and in English; no native speaker's review is claimed for it. An operator may
load another, which is as secret as a list: texts of exemplars are in no message and no representation, only their ids.

```json
{"format": "lightkeeper-exemplars", "language": "en", "version": "2026-11", "reviewed_by": "",
 "signals": {"alone_probe": {"alone-01": "are you home alone?"}},
 "benign": {"family-01": "dinner is ready, come downstairs"}}
```
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

FORMAT: Final = "lightkeeper-exemplars"
SHIPPED: Final = Path(__file__).with_name("shipped") / "exemplars-en.json"
LEAST: Final = 5
"""Exemplars of a signal, and benign ones: with fewer the mean of the nearest is of too few."""


class ExemplarError(ValueError):
    """The file is no set of exemplars that can be used; the message says why, and holds none of its texts."""


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One sentence; its id is what an explanation names."""

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExemplarSet:
    """The exemplars of each signal, and the benign ones, in one language. ``reviewed_by`` is empty if nobody did."""

    language: str
    version: str
    reviewed_by: str
    signals: Mapping[str, tuple[Exemplar, ...]]
    benign: tuple[Exemplar, ...]


def read_exemplars(file: Path = SHIPPED) -> ExemplarSet:
    """Read a set from its file. Raises ExemplarError."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ExemplarError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ExemplarError(f"{file} is not JSON in UTF-8") from None
    try:
        return _read(content)
    except ExemplarError as error:
        raise ExemplarError(f"{file}: {error}") from None


def _read(content: Any) -> ExemplarSet:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ExemplarError(f'it does not say "format": "{FORMAT}"')
    language, version, reviewed_by = (content.get(name) for name in ("language", "version", "reviewed_by"))
    if not (language and isinstance(language, str) and version and isinstance(version, str)):
        raise ExemplarError("it does not say its language and version")
    if not isinstance(reviewed_by, str):
        raise ExemplarError("it does not say who reviewed it (reviewed_by, empty if nobody did)")
    signals = content.get("signals")
    if not isinstance(signals, dict) or not signals:
        raise ExemplarError("it has no signals")
    made = ExemplarSet(
        language=language,
        version=version,
        reviewed_by=reviewed_by,
        signals={name: _sentences(name, value) for name, value in sorted(signals.items())},
        benign=_sentences("benign", content.get("benign")),
    )
    _refuse_twice(made)
    return made


def _sentences(name: str, value: Any) -> tuple[Exemplar, ...]:
    if not isinstance(value, dict) or len(value) < LEAST:
        raise ExemplarError(f"{name} needs at least {LEAST} exemplars, each with an id")
    for identity, text in value.items():
        if not identity or not isinstance(text, str) or not text.strip():
            raise ExemplarError(f"the exemplar {identity} of {name} is not a text with an id")
    return tuple(Exemplar(identity, text) for identity, text in sorted(value.items()))


def _refuse_twice(exemplars: ExemplarSet) -> None:
    """An id names one exemplar, and a sentence shows one thing."""
    every = [one for group in (*exemplars.signals.values(), exemplars.benign) for one in group]
    ids: set[str] = set()
    texts: set[str] = set()
    for one in every:
        folded = " ".join(one.text.casefold().split())
        if one.id in ids or folded in texts:
            raise ExemplarError(f"the exemplar {one.id} stands twice, by its id or its text")
        ids.add(one.id)
        texts.add(folded)
