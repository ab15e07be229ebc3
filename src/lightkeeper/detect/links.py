"""Addresses of web pages and files in one canonical form, so that equal places are equal texts.

Follows what browsers do (the WHATWG URL standard) where that is about reading an address, and then goes further where
two texts can only be one place: ``http`` and ``https`` are one scheme here, user names, default ports, fragments and a
final dot of the host are dropped, escapes of letters and digits are undone, ``.`` and ``..`` in paths resolved.
Nothing is fetched or looked up.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

LONGEST: Final = 8192
"""Characters of the longest text that is read as an address."""

_PORTS: Final = {"http": "80", "https": "443"}
_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_PORT_FOLLOWS: Final = re.compile(r"[0-9]+(?:[/?#\\]|$)")
_OUTER: Final = "".join(map(chr, range(0x21)))
_INNER: Final = dict.fromkeys(map(ord, "\t\r\n"))
_DOTS: Final = dict.fromkeys(map(ord, "\u3002\uff0e\uff61"), ".")
_IGNORED: Final = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)])
"""What names in addresses are read without: soft hyphen, invisible joiners, variation selectors."""

_FORBIDDEN: Final = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT: Final = _UNRESERVED | frozenset(b"!$&'()*+,/:;=?@[]")


@dataclass(frozen=True, slots=True)
class CanonicalUrl:
    """The canonical form, or a sentence that says why there is none and repeats nothing of the text."""

    url: str | None
    reason: str | None = None


class _NotCanonical(Exception):  # noqa: N818  # carries the reason within this module
    pass


def canonical(text: str) -> CanonicalUrl:
    """Give the canonical form of an address; ``http://`` is taken for granted where no scheme stands. Never raises.

    The form of a canonical form is itself.
    """
    try:
        return CanonicalUrl(_canonical(text))
    except _NotCanonical as problem:
        return CanonicalUrl(None, str(problem))


def _canonical(text: str) -> str:
    if len(text) > LONGEST:
        raise _NotCanonical(f"The address is longer than {LONGEST} characters.")
    # Halves of a pair of surrogates, as broken JSON brings them, become the replacement character.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.strip(_OUTER).translate(_INNER)
    scheme, rest, said = _scheme(text)
    rest = rest.partition("#")[0]
    before, mark, query = rest.partition("?")
    authority, slash, path = before.replace("\\", "/").lstrip("/").partition("/")
    host, port = _host_and_port(authority, scheme)
    if not said and "." not in host and ":" not in host:
        raise _NotCanonical("The text is not an address: it has no scheme, and its host has no dot.")
    ending = f"?{_escaped(query)}" if mark and query else ""
    return f"http://{host}{port}{_path(slash + path)}{ending}"


def _scheme(text: str) -> tuple[str, str, bool]:
    """Scheme, what follows it, and whether it was said."""
    found = _SCHEME.match(text)
    if found is None or _PORT_FOLLOWS.match(text, found.end()):
        return "http", text, False
    scheme = found[1].lower()
    if scheme not in _PORTS:
        raise _NotCanonical("The address is of another kind than http or https.")
    return scheme, text[found.end() :], True


def _host_and_port(authority: str, scheme: str) -> tuple[str, str]:
    address = authority.rpartition("@")[2]
    host, colon, port = address.rpartition(":")
    if not colon or "]" in port:
        host, port = address, ""
    if port and not (port.isascii() and port.isdigit() and int(port[-6:]) <= 65535 and len(port.lstrip("0")) <= 5):
        raise _NotCanonical("The port of the address is not a number up to 65535.")
    port = port.lstrip("0") or ("0" if port else "")
    if host.startswith("["):
        return _ipv6(host), f":{port}" if port and port != _PORTS[scheme] else ""
    return _name(host), f":{port}" if port and port != _PORTS[scheme] else ""


def _ipv6(host: str) -> str:
    try:
        if not host.endswith("]") or "%" in host:
            raise ValueError
        return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
    except ValueError:
        raise _NotCanonical("The host of the address is not an IPv6 address.") from None


def _name(host: str) -> str:
    try:
        # Names are escaped as UTF-8; an escape of anything else names no host.
        plain = unquote_to_bytes(host).decode("utf-8")
    except UnicodeDecodeError:
        raise _NotCanonical("The host of the address has escapes that are not UTF-8.") from None
    mapped = unicodedata.normalize("NFKC", plain.translate(_IGNORED)).lower()
    mapped = unicodedata.normalize("NFKC", mapped).translate(_IGNORED).translate(_DOTS)
    name = ".".join(_label(label) for label in mapped.removesuffix(".").split("."))
    if len(name) > 253 or _FORBIDDEN.search(name):
        raise _NotCanonical("The host of the address has characters that no host has, or is too long.")
    last = name.rpartition(".")[2]
    return _ipv4(name) if _NUMBER.fullmatch(last) else name


def _label(label: str) -> str:
    """One label in ASCII, as the domain name system has it."""
    if not label or len(label) > 63:
        raise _NotCanonical("The host of the address is missing, or a part of it is empty or too long.")
    if label.isascii():
        return label
    encoded = "xn--" + label.encode("punycode").decode("ascii")
    if len(encoded) > 63:
        raise _NotCanonical("A part of the host of the address cannot be written in the domain name system.")
    return encoded


def _ipv4(name: str) -> str:
    """Four numbers; browsers also read one to three of them, octal and hexadecimal."""
    parts = name.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise _NotCanonical("The host of the address ends in a number and is not an IPv4 address.")
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        raise _NotCanonical("The host of the address is not an IPv4 address.") from None
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):
        raise _NotCanonical("The host of the address is not an IPv4 address: a number is too large.")
    whole = last + sum(number << 8 * (3 - place) for place, number in enumerate(first))
    return str(ipaddress.IPv4Address(whole))


def _number(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and len(part) > 1 else int(part)


def _path(path: str) -> str:
    """The path without segments that lead nowhere; begins with a slash."""
    kept: list[str] = []
    segments = _escaped(path).split("/")[1:] or [""]
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
        if segment in (".", "..") and last:
            kept.append("")
    return "/" + "/".join(kept)


def _escaped(text: str) -> str:
    """Escape what has to be escaped, and nothing else; escapes are written in capitals."""
    out = bytearray()
    data = text.encode("utf-8")
    at = 0
    while at < len(data):
        found = _ESCAPE.match(data, at)
        byte = int(found[1], 16) if found else data[at]
        if byte in (_UNRESERVED if found else _KEPT):
            out.append(byte)
        else:
            out += b"%%%02X" % byte
        at += 3 if found else 1
    return out.decode("ascii")
