"""The cases that an entry of a list brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from lightkeeper.review.models import Case, Finding

SHOWN: Final = 20
"""Cases of one entry that are given, the newest."""


def cases_by_entry(entries: Collection[int]) -> dict[int, tuple[int, list[Case]]]:
    """For each of the entries that brought any: how many cases, and the newest of them."""
    pairs = Finding.objects.filter(entry__in=entries).values_list("entry", "case").distinct()
    keys: dict[int, list[int]] = defaultdict(list)
    for entry, case in pairs.order_by("entry", "-case"):
        if entry is not None:
            keys[entry].append(case)
    cases = Case.objects.in_bulk({case for found in keys.values() for case in found[:SHOWN]})
    return {entry: (len(found), [cases[case] for case in found[:SHOWN]]) for entry, found in keys.items()}
