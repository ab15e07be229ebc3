"""Lists as HMA's callers know them: banks with names in capitals, entries as contents with a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lightkeeper.intake.types import Refused
from lightkeeper.lists import queries as lists
from lightkeeper.lists.types import ListInfo, ListPurpose, ListStatus

NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")


def bank_names(known: Iterable[ListInfo]) -> dict[str, ListInfo]:
    """Lists by the names of their banks; where two would have the same, the later has its number behind it."""
    names: dict[str, ListInfo] = {}
    for one in sorted(known, key=lambda info: info.id):
        name = bank_name(one.name)
        names[name if name not in names else f"{name}_{one.id}"] = one
    return names


def bank_name(name: str) -> str:
    """A list's name as one of a bank: capitals, digits and underscores."""
    made = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "LIST"
    return f"_{made}" if made[0].isdigit() else made


def banks() -> dict[str, ListInfo]:
    """All lists in the database, by the names of their banks; allow-lists are no banks."""
    return bank_names(one for one in lists.all_lists() if one.purpose == ListPurpose.KNOWN)


def bank(name: str) -> ListInfo:
    """The list of a bank. Raises Refused (404)."""
    found = banks().get(name)
    if found is None:
        raise Refused(404, "no-bank", "There is no bank of this name.")
    return found


def shown(name: str, info: ListInfo) -> dict[str, Any]:
    """A bank as HMA shows one. A list on trial or quarantined tells nobody of its matches, which is a ratio of 0."""
    return {"name": name, "matching_enabled_ratio": 1.0 if info.status == ListStatus.VETTED else 0.0}


def names_of_lists() -> Mapping[str, str]:
    """The name of the bank of each list, by the list's name, as this process's index has them."""
    return {info.name: name for name, info in bank_names(lists.current().lists).items()}
