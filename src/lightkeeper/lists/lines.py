"""Values as a person gives them: text lines ``algorithm value id category``; what is wrong is said by line alone."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.detect.matching.rows import RowError, algorithm_of, value_of
from lightkeeper.lists.adding import check_count
from lightkeeper.lists.types import Algorithm, ListRefused, NewEntry, RowSetAside

LONGEST_TEXT: Final = 4 << 20
"""Characters of all lines together."""


def read_lines(text: str) -> list[tuple[int, NewEntry]]:
    """The values of the lines that are not blank, each with its line from 1; ``id`` and ``category`` may be left out.

    The category is the rest of the line; a phrase has neither, and is all of its line. Raises BadLines where any cannot
    be used, ListRefused where there are too many; neither holds a value.
    """
    if len(text) > LONGEST_TEXT:
        raise ListRefused(_("That is too much text; import a file."))
    good: list[tuple[int, NewEntry]] = []
    bad: list[RowSetAside] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            good.append((number, _entry(line)))
        except RowError as error:
            bad.append(RowSetAside(number, str(error)))
    if bad:
        raise BadLines(bad)
    check_count(len(good))
    return good


def _entry(line: str) -> NewEntry:
    name, *rest = line.split(maxsplit=1)
    algorithm = algorithm_of(name, addresses=True)
    if algorithm == Algorithm.PHRASE:
        return NewEntry(Algorithm.PHRASE, value_of("".join(rest), algorithm))
    fields = [*line.split(maxsplit=3), "", "", ""][:4]
    return NewEntry(Algorithm(algorithm), value_of(fields[1], algorithm), fields[2], fields[3].strip())


class BadLines(ListRefused):
    """Lines that cannot be used: each with what is wrong with it. Nothing of the others was used either."""

    SHOWN: Final = 10

    def __init__(self, lines: list[RowSetAside]) -> None:
        self.lines = lines
        shown = "; ".join(
            _("line %(line)s: %(problem)s") % {"line": bad.line, "problem": bad.problem} for bad in lines[: self.SHOWN]
        )
        more = _("; and %(more)s more") % {"more": len(lines) - self.SHOWN} if len(lines) > self.SHOWN else ""
        super().__init__(_("Nothing was used. %(lines)s") % {"lines": f"{shown}{more}."})
