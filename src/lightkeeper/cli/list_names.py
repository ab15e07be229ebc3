"""Lists by the names that people give on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.output import visible

if TYPE_CHECKING:
    from lightkeeper.lists.models import HashList


def named(name: str) -> HashList:
    """The list of this name. Raises CommandError where there is none."""
    from lightkeeper.lists import queries

    row = queries.list_by_name(name)
    if row is None:
        raise CommandError(f"there is no list named {visible(name)}; `lightkeeper lists show` names all")
    return row
