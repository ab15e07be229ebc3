"""How an address is written where people read it: so that no program takes it for one."""

from __future__ import annotations

import re
from typing import Final

ADDRESS: Final = "address"
"""The part of an item that its address is, as the view log names it."""

_PARTS: Final = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?([^/?#\\]*)(.*)", re.DOTALL)
_WITHIN: Final = re.compile(r"http(?=s?(?::|%3[aA])(?:/|%2[fF]))", re.IGNORECASE)


def defanged(address: str) -> str:
    """An address with ``hxxp`` and ``[.]``, and ``hxxp`` before any address within it.

    What cannot be seen, or turns the direction of writing, is spelled out. ``web/static/address.js`` turns it all
    back for whoever copies it.
    """
    found = _PARTS.fullmatch(address)
    assert found is not None  # noqa: S101  # it matches any text
    start = "" if found[1] is None else f"{found[1].lower()}://"
    return _visible(_WITHIN.sub("hxxp", start + found[2].replace(".", "[.]") + found[3]))


def _visible(text: str) -> str:
    return "".join(one if one.isprintable() else f"\\u{{{ord(one):x}}}" for one in text)
