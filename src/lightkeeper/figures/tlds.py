"""What kinds of top-level domains there are."""

from __future__ import annotations

from typing import Final

_LETTERS_OF_COUNTRY: Final = 2


def kind_of_tld(tld: str) -> str:
    """``country`` for two letters (ISO 3166-1, RFC 1591), ``generic`` for all others, ``number`` for a host without.

    Country codes in other scripts (``xn--``) count as generic: which they are is known from a list alone.
    """
    if not tld:
        return "number"
    return "country" if len(tld) == _LETTERS_OF_COUNTRY else "generic"
