"""Reads conversations of eSPD data packs (JSON), of CSV files, and of folders with a side each."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any, Final

from lightkeeper.detect.conversations.evaluation.streams import MINUTE, InputError, Labelled, Turn, as_label

_LARGEST: Final = 1 << 30
"""Bytes of a JSON file, which is read whole."""
_LATEST: Final = 1 << 46
"""Milliseconds since 1970, a thousand years on; a later time is none."""
_SEGMENT: Final = ("segment", "text", "body")
_CONVERSATION: Final = ("conversation", "chat", "id")


def read_espd(path: Path, corpus: str | None = None) -> Iterator[Labelled]:
    """Chats of a data pack: ``chats.NAME.{className, content[].{type, author, time, body}}``. Raises InputError."""
    if path.stat().st_size > _LARGEST:
        raise InputError(f"{path.name}: larger than {_LARGEST >> 30} GiB; split the data pack")
    try:
        pack = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{path.name}{line}: no JSON") from None
    chats = pack.get("chats") if isinstance(pack, dict) else None
    if not isinstance(chats, dict):
        raise InputError(f"{path.name}: no object 'chats'; is this an eSPD data pack?")
    for number, (name, chat) in enumerate(chats.items(), 1):
        yield _chat(name, chat, f"{path.name}, chat {number}", corpus or path.stem)


def _chat(name: str, chat: Any, where: str, corpus: str) -> Labelled:
    if not isinstance(chat, dict) or not isinstance(chat.get("content"), list):
        raise InputError(f"{where}: no list 'content'")
    turns: list[Turn] = []
    for number, one in enumerate(chat["content"], 1):
        if not isinstance(one, dict):
            raise InputError(f"{where}, entry {number}: no object")
        if one.get("type", "message") != "message":
            continue
        if not isinstance(one.get("body"), str):
            raise InputError(f"{where}, entry {number}: 'body' is no text")
        turns.append(Turn(str(one.get("author", "")), _time(one.get("time"), turns), one["body"]))
    return Labelled(name, corpus, tuple(turns), as_label(chat.get("className"), where))


def _time(value: Any, before: list[Turn]) -> int:
    """Seconds to milliseconds; a minute after the message before where there is no time that can be."""
    try:
        at = int(float(value) * 1000)
    except (TypeError, ValueError, OverflowError):
        at = -1
    if 0 <= at < _LATEST:
        return at
    return before[-1].at + MINUTE if before else 0


def read_csv(path: Path, corpus: str | None = None) -> Iterator[Labelled]:
    """Rows of text and label; neighbouring rows with the same ``conversation`` are one. Raises InputError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            rows = csv.DictReader(file)
            names = rows.fieldnames or []
            text = next((name for name in _SEGMENT if name in names), None)
            key = next((name for name in _CONVERSATION if name in names), None)
            if text is None or "label" not in names:
                raise InputError(f"{path.name}, line 1: the columns 'segment' and 'label' are expected")
            numbered = ((rows.line_num, row) for row in rows)
            grouped = groupby(numbered, key=lambda one: one[1][key] if key else str(one[0]))
            for name, group in grouped:
                yield _rows(name, list(group), text, path.name, corpus or path.stem)
        except UnicodeDecodeError:
            raise InputError(f"{path.name}: no UTF-8 text") from None
        except csv.Error:
            raise InputError(f"{path.name}, line {rows.line_num}: no CSV") from None


def _rows(name: str, rows: list[tuple[int, dict[str, str]]], text: str, file: str, corpus: str) -> Labelled:
    turns: list[Turn] = []
    labels = set()
    for line, row in rows:
        where = f"{file}, line {line}"
        if row.get(text) is None or row.get("label") is None:
            raise InputError(f"{where}: a cell is missing")
        labels.add(as_label(row["label"], where))
        turns.append(Turn(row.get("author") or "", _time(row.get("time"), turns), row[text]))
    if len(labels) > 1:
        raise InputError(f"{file}, line {rows[0][0]}: the rows of one conversation have different labels")
    first = rows[0][1]
    slices = tuple(f"{column}: {first[column]}" for column in ("slice", "language") if first.get(column))
    return Labelled(name or "", corpus, tuple(turns), labels.pop(), slices=slices, language=first.get("language") or "")


def read_folders(path: Path, offender: str, child: str, corpus: str | None = None) -> Iterator[Labelled]:
    """Files of the same name in two folders, a message a line; the sides' lines take turns. Raises InputError."""
    sides = (path / offender, path / child)
    for side in sides:
        if not side.is_dir():
            raise InputError(
                f"{path.name}: there is no folder for one of the two sides; see --offender-side, --child-side"
            )
    for first in sorted(sides[0].glob("*.txt")):
        second = sides[1] / first.name
        if not second.is_file():
            raise InputError(f"{path.name}: a file of one side is missing on the other side")
        turns: list[Turn] = []
        for pair in zip_longest(_messages(first), _messages(second)):
            for author, text in zip((offender, child), pair, strict=True):
                if text is not None:
                    turns.append(Turn(author, len(turns) * MINUTE, text))
        yield Labelled(first.stem, corpus or path.name, tuple(turns), True, frozenset({offender}), frozenset({child}))


def _messages(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise InputError(f"{path.parent.name}: a file is no UTF-8 text") from None
