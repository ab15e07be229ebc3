"""How a field of a type becomes XML. The order of a type's fields is the order of its elements, which is binding.

A type is a frozen dataclass; a field is an element of that name in camel case unless it says otherwise. ``None`` and
``()`` are not written. Dates are written in ISO 8601 with their zone, truths as ``true`` and ``false``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

NAME: Final = "name"
PLACE: Final = "place"
LONGEST: Final = "longest"
AT_LEAST: Final = "at_least"
AT_MOST: Final = "at_most"


class Place(StrEnum):
    """What a field becomes: an element, an attribute, the text of its type's element, or empty elements named by it."""

    ELEMENT = "element"
    ATTRIBUTE = "attribute"
    TEXT = "text"
    FLAGS = "flags"


def required(name: str | None = None, *, longest: int | None = None, place: Place = Place.ELEMENT) -> Any:
    """A field that must be given; ``longest`` in characters."""
    return dataclasses.field(metadata={NAME: name, LONGEST: longest, PLACE: place})


def optional(
    name: str | None = None, *, longest: int | None = None, at_least: int | None = None, at_most: int | None = None
) -> Any:
    """An element that need not be there."""
    kept = {NAME: name, LONGEST: longest, AT_LEAST: at_least, AT_MOST: at_most, PLACE: Place.ELEMENT}
    return dataclasses.field(default=None, metadata=kept)


def many(name: str, *, longest: int | None = None) -> Any:
    """Any number of elements of one name; the field is a tuple."""
    return dataclasses.field(default=(), metadata={NAME: name, LONGEST: longest, PLACE: Place.ELEMENT})


def attribute(name: str | None = None, *, longest: int | None = None) -> Any:
    """An attribute that need not be there."""
    return dataclasses.field(default=None, metadata={NAME: name, LONGEST: longest, PLACE: Place.ATTRIBUTE})


def flags(name: str) -> Any:
    """A set of flags: one element with an empty element for each. Which there are, the operator's schema says."""
    return dataclasses.field(default=frozenset(), metadata={NAME: name, PLACE: Place.FLAGS})


def name_of(field: dataclasses.Field[Any]) -> str:
    """The name that a field has in XML."""
    given: str | None = field.metadata.get(NAME)
    if given is not None:
        return given
    first, *others = field.name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in others)


def metadata_of(field: dataclasses.Field[Any]) -> Mapping[str, Any]:
    """What a field says of itself; a plain one is an element without bounds."""
    return field.metadata or {PLACE: Place.ELEMENT}
