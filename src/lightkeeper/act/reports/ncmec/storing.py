"""Parts of a report as JSON values and back, so that a draft can be kept, changed field by field, and sealed."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime
from typing import Any, TypeVar

from lightkeeper.act.reports.ncmec.coverage import hints_of

_T = TypeVar("_T")


class NotStored(ValueError):  # noqa: N818  # what it says
    """Values that are no part of a report: written by another version, or damaged."""


def dump(value: Any) -> Any:
    """A part of a report as JSON values; what says nothing is left out."""
    if dataclasses.is_dataclass(value):
        held = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {name: dump(one) for name, one in held.items() if one not in (None, (), frozenset())}
    if isinstance(value, tuple):
        return [dump(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def load(kind: type[_T], stored: Any) -> _T:
    """The part of a report that ``dump`` gave. Raises NotStored."""
    try:
        return typing.cast("_T", _load(kind, stored))
    except (TypeError, ValueError, KeyError, AttributeError):
        raise NotStored from None


def _load(hint: Any, stored: Any) -> Any:
    if isinstance(hint, types.UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not types.NoneType)
    if typing.get_origin(hint) is tuple:
        return tuple(_load(typing.get_args(hint)[0], one) for one in stored)
    if typing.get_origin(hint) is frozenset:
        return frozenset(str(one) for one in stored)
    if dataclasses.is_dataclass(hint):
        hints = hints_of(typing.cast("type[Any]", hint))
        return typing.cast("Any", hint)(**{name: _load(hints[name], one) for name, one in stored.items()})
    if hint in (date, datetime):
        return hint.fromisoformat(stored)
    if not isinstance(stored, hint) or (hint is int and isinstance(stored, bool)):
        raise TypeError
    return stored
