"""Names and numbers of hosts in one form: lower case, ASCII, without ``www.`` and needless dots.

International names follow UTS 46 (non-transitional) where that is about telling names apart: compatibility forms,
upper case and invisible characters are mapped away, and labels are written in punycode.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

LONGEST_NAME: Final = 253
LONGEST_LABEL: Final = 63

_DOTS: Final = dict.fromkeys(map(ord, "\u3002\uff0e\uff61"), ".")
_IGNORED: Final = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x115F,
        0x1160,
        0x17B4,
        0x17B5,
        *range(0x180B, 0x1810),
        0x200B,
        0x2060,
        0x2061,
        0x2062,
        0x2063,
        0x2064,
        *range(0x206A, 0x2070),
        0xFEFF,
        *range(0xFE00, 0xFE10),
    ]
)
"""What names are read without: soft hyphen, invisible joiners, variation selectors."""

_LETTERS_OF_THEIR_OWN: Final = {"ß": "ß", "ẞ": "ß", "ς": "ς", "ϲ": "σ", "Ϲ": "σ"}
"""What folding of case takes for other letters than names of hosts do."""

_FORBIDDEN: Final = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


class HostError(ValueError):
    """The text names no host; the message is a sentence that repeats nothing of it."""


def host_form(text: str) -> str:
    """The one form of a host as it stands in an address: a name, an IPv4 address, or an IPv6 address in brackets.

    Raises HostError.
    """
    return _ipv6(text) if text.startswith("[") else _name(text)


def is_address(host: str) -> bool:
    """Whether a host in its one form is a number and not a name: nothing is below it."""
    return host.startswith("[") or (host[-1:].isdigit() and "." in host and host.rpartition(".")[2].isdigit())


def _ipv6(host: str) -> str:
    try:
        if not host.endswith("]") or "%" in host:
            raise ValueError
        # The packed form and back: how it was written, with four numbers at its end for instance, makes no difference.
        return f"[{ipaddress.IPv6Address(int(ipaddress.IPv6Address(host[1:-1]))).compressed}]"
    except ValueError:
        raise HostError("The host of the address is not an IPv6 address.") from None


def _name(host: str) -> str:
    labels = [_label(label) for label in _mapped(host).split(".") if label]
    name = ".".join(labels)
    if not labels:
        raise HostError("The host of the address is missing.")
    if len(name) > LONGEST_NAME or _FORBIDDEN.search(name):
        raise HostError("The host of the address has characters that no host has, or is too long.")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(labels)
    while len(labels) > 2 and labels[0] == "www":
        del labels[0]
    return ".".join(labels)


def _mapped(host: str) -> str:
    """A name without escapes, upper case, forms that only look different, and with dots that are dots."""
    if host.isascii() and "%" not in host:
        return host.lower()
    try:
        # Names are escaped as UTF-8; an escape of anything else names no host.
        plain = unquote_to_bytes(host).decode("utf-8")
    except UnicodeDecodeError:
        raise HostError("The host of the address has escapes that are not UTF-8.") from None
    name = plain.translate(_IGNORED)
    for _ in range(2):  # a compatibility form may be of upper case, and a folded letter have one
        name = unicodedata.normalize("NFKC", "".join(map(_folded, name)))
    return name.translate(_IGNORED).translate(_DOTS)


def _folded(character: str) -> str:
    return _LETTERS_OF_THEIR_OWN.get(character) or character.casefold()


def _label(label: str) -> str:
    """One label in ASCII, as the domain name system has it."""
    encoded = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
    if len(encoded) > LONGEST_LABEL:
        raise HostError("A part of the host of the address is longer than the domain name system allows.")
    return encoded


def _ipv4(parts: list[str]) -> str:
    """Four numbers; browsers also read one to three of them, octal and hexadecimal."""
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise HostError("The host of the address ends in a number and is not an IPv4 address.")
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        raise HostError("The host of the address is not an IPv4 address.") from None
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):
        raise HostError("The host of the address is not an IPv4 address: a number is too large.")
    whole = last + sum(number << 8 * (3 - place) for place, number in enumerate(first))
    return str(ipaddress.IPv4Address(whole))


def _number(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and len(part) > 1 else int(part)
