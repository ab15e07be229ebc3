"""How the policy came to be what it is: its versions with what each changed, and since when each value holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lightkeeper.record.models import Policy
from lightkeeper.record.policy import PolicyValues, values_of


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a version changed."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Version:
    """One version: what it changed, when, by whom and why. Version 0 is what was delivered, and nobody's."""

    values: PolicyValues
    changes: Sequence[Change]
    reason: str
    made_by: str
    made_at: datetime | None


def history() -> list[Version]:
    """Every version of the policy, the newest first; the last is version 0."""
    found, before = [Version(PolicyValues(), (), "", "", None)], PolicyValues()
    for row in Policy.objects.order_by("version"):
        after = values_of(row)
        found.append(Version(after, differences(before, after), row.reason, row.made_by, row.made_at))
        before = after
    return found[::-1]


def since(versions: Sequence[Version]) -> Mapping[str, Version]:
    """For each value the version that gave it what it is now; ``versions`` as ``history`` gives them."""
    found = dict.fromkeys(NAMES, versions[-1])
    for version in reversed(versions):
        found.update({change.name: version for change in version.changes})
    return found


def differences(before: PolicyValues, after: PolicyValues) -> list[Change]:
    """What is not the same in two policies; of suggestions only those that differ."""
    found = []
    for name in NAMES:
        old, new = getattr(before, name), getattr(after, name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            old, new = (
                {key: one.get(key) for key in {**old, **new} if old.get(key) != new.get(key)} for one in (old, new)
            )
        if old != new:
            found.append(Change(name, old, new))
    return found


NAMES = tuple(field.name for field in dataclasses.fields(PolicyValues) if field.name != "version")
"""The names of all values."""
