"""Addresses of web pages and files in one canonical form, so that equal places are equal texts.

Follows what browsers do (the WHATWG URL standard) where that is about reading an address, and then goes further where
two texts are, in practice, one place: ``http`` and ``https`` are one scheme here; user names, default ports, fragments,
``www.``, needless dots of the host, empty and tracking parameters are dropped; escapes are written in one way; ``.``
and ``..`` in paths resolved. Whoever matches by it shows a person what matched, and does nothing else.
Nothing is fetched or looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lightkeeper.detect.escapes import escaped
from lightkeeper.detect.hosts import HostError, host_form
from lightkeeper.detect.tracking import without_tracking

RULES: Final = 2
"""The version of the rules: lists keep it, and what was made canonical by earlier rules is made so again."""

LONGEST: Final = 65_535
"""Characters of the longest text that is read as an address, and of the longest canonical form."""

SCHEME: Final = "http://"
"""What every canonical form begins with."""

_SCHEMES: Final = frozenset({"http", "https"})
_DEFAULT_PORTS: Final = frozenset({"", "80", "443"})
"""As the two schemes are one, so are their ports."""

_SAID: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_PORT_FOLLOWS: Final = re.compile(r"[0-9]+(?:[/?#\\]|$)")
_OUTER: Final = "".join(map(chr, range(0x21)))
_INNER: Final = dict.fromkeys(map(ord, "\t\r\n"))

_CANONICAL: Final = re.compile(
    r"http://(?!www\.)(?=[^/]{1,253}/)(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,62}"
    r"(?:/(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9\-._~!$'()*,:;@\[\]&+=]*)+(?:\?([A-Za-z0-9\-._~!$'()*,:;@\[\]&+/=?]+))?",
    re.ASCII,
)
"""Most of what is canonical already; whatever else is goes the long way and comes out as it went in."""


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
    except (_NotCanonical, HostError) as problem:
        return CanonicalUrl(None, str(problem))


def _canonical(text: str) -> str:
    if len(text) > LONGEST:
        raise _NotCanonical(f"The address is longer than {LONGEST:,} characters.")
    plain = _CANONICAL.fullmatch(text)
    if plain and (plain[1] is None or without_tracking(plain[1]) == plain[1]):
        return text
    # Halves of a pair of surrogates, as broken JSON brings them, become the replacement character.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.strip(_OUTER).translate(_INNER)
    rest, said = _without_scheme(text)
    rest = rest.partition("#")[0]
    before, _, query = rest.partition("?")
    authority, slash, path = before.replace("\\", "/").lstrip("/").partition("/")
    host, port = _host_and_port(authority)
    if not said and "." not in host and ":" not in host:
        raise _NotCanonical("The text is not an address: it has no scheme, and its host has no dot.")
    query = without_tracking(escaped(query))
    form = f"{SCHEME}{host}{port}{_path(slash + path)}{'?' if query else ''}{query}"
    if len(form) > LONGEST:
        raise _NotCanonical(f"The address is longer than {LONGEST:,} characters when it is written with escapes.")
    return form


def _without_scheme(text: str) -> tuple[str, bool]:
    """What follows the scheme, and whether one was said."""
    found = _SAID.match(text)
    if found is None or _PORT_FOLLOWS.match(text, found.end()):
        return text, False
    if found[1].lower() not in _SCHEMES:
        raise _NotCanonical("The address is of another kind than http or https.")
    return text[found.end() :], True


def _host_and_port(authority: str) -> tuple[str, str]:
    address = authority.rpartition("@")[2]
    host, colon, port = address.rpartition(":")
    if not colon or "]" in port:
        host, port = address, ""
    if port and not (port.isascii() and port.isdigit() and int(port[-6:]) <= 65535 and len(port.lstrip("0")) <= 5):
        raise _NotCanonical("The port of the address is not a number up to 65535.")
    port = port.lstrip("0") or ("0" if port else "")
    return host_form(host), "" if port in _DEFAULT_PORTS else f":{port}"


def _path(path: str) -> str:
    """The path without segments that lead nowhere; begins with a slash."""
    written = escaped(path)
    if "/." not in written:
        return written or "/"
    kept: list[str] = []
    segments = written.split("/")[1:]
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
        if segment in (".", "..") and last:
            kept.append("")
    return "/" + "/".join(kept)
