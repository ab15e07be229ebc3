"""From a source's spelling of a value to the bytes that are searched."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.detect.matching.rows import RowError, value_of
from lightkeeper.lists.types import Algorithm

_SHOWABLE: Final = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")


class BadValue(Exception):  # noqa: N818  # the reason why a record is set aside
    """A value cannot be used; the message is a sentence that repeats nothing of it."""


def bytes_of(algorithm: Algorithm, text: object) -> bytes:
    """The bytes of a value as a source writes it, as they are in a list file. Raises BadValue."""
    if not isinstance(text, str):
        raise BadValue(_("the value is not a text"))
    try:
        return value_of(text, str(algorithm))
    except RowError as error:
        raise BadValue(str(error)) from None


def shown(name: object) -> str:
    """A record's name if it can be shown: a number or a short code that cannot be a value, else ""."""
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not _SHOWABLE.fullmatch(name):
        return ""
    return "" if _DIGEST.fullmatch(name) or "://" in name else name


def count_of(number: object) -> int:
    """A count of a source that fits its column; 0 for what is none."""
    if isinstance(number, bool) or not isinstance(number, int):
        return 0
    return min(max(number, 0), 32_767)
