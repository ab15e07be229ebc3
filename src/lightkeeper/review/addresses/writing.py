"""How an address is written where people read it: so that no program takes it for one."""

from __future__ import annotations

import re
from typing import Final

ADDRESS: Final = "address"
"""The part of an item that its address is, as the view log names it."""

_PARTS: Final = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?([^/?#\\]*)(.*)", re.DOTALL)


def defanged(address: str) -> str:
    """An address with ``hxxp`` and ``[.]``; what cannot be seen, or turns the direction of writing, is spelled out.

    ``web/static/address.js`` turns it back for whoever copies it.
    """
    found = _PARTS.fullmatch(address)
    assert found is not None  # noqa: S101  # it matches any text
    scheme, host, rest = found[1], found[2], found[3]
    start = "" if scheme is None else re.sub("tt", "xx", scheme.lower(), count=1) + "://"
    return _visible(start + host.replace(".", "[.]") + rest)


def _visible(text: str) -> str:
    return "".join(one if one.isprintable() else f"\\u{{{ord(one):x}}}" for one in text)
