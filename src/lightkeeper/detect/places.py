"""What a list can say of places and phrases: the kinds of its entries, and the one form of their values.

| kind | value |
|---|---|
| ``url`` | the canonical form of an address: that page or file |
| ``url_prefix`` | a canonical form without query and final slash: it, and all whose path goes on below |
| ``domain`` | a host: it and all hosts below it, at any port |
| ``url_sha256``, ``url_md5`` | the digest of one of these, and a letter for a prefix (``p``) or a domain (``d``) |
| ``phrase`` | its words in their one form, a blank between them |
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lightkeeper.detect.hosts import HostError, host_form, is_address
from lightkeeper.detect.links import SCHEME, canonical
from lightkeeper.detect.suffixes import is_shared
from lightkeeper.detect.text.words import words_of

URL, PREFIX, DOMAIN, PHRASE = "url", "url_prefix", "domain", "phrase"
DIGESTED: Final[Mapping[str, int]] = MappingProxyType({"url_sha256": 32, "url_md5": 16})
"""Kinds of lists that are delivered hashed, with the bytes of a digest."""

ADDRESSES: Final = frozenset({URL, PREFIX, DOMAIN, *DIGESTED})
KINDS: Final = ADDRESSES | {PHRASE}

MOST_SEGMENTS: Final = 60
"""Segments of the path of a prefix, and labels of a domain, at most."""

MOST_WORDS: Final = 12
"""Words of a phrase, at most."""

SHORTEST_PHRASE: Final = 3
"""Letters and digits of a phrase, at least; what is written without blanks needs two."""

LONGEST_PHRASE: Final = 500
"""Characters of a phrase, at most."""

_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_SCOPES: Final = {"": b"", "exact": b"", "prefix": b"p", "domain": b"d"}


class ValueRefused(ValueError):  # noqa: N818  # a refusal, told to the person who keeps the list
    """The text is no value of this kind; the message is the rest of a sentence and repeats nothing of the text."""


def listed_value(kind: str, text: str) -> bytes:
    """The value that an entry of a kind of ``KINDS`` keeps, read from how a person or a source writes it.

    Reading a value that was kept gives the same, digests (bytes) aside. Raises ValueRefused.
    """
    if kind == URL:
        return _canonical(text).encode("ascii")
    if kind == PREFIX:
        return _prefix(text).encode("ascii")
    if kind == DOMAIN:
        return _domain(text).encode("ascii")
    return _phrase(text).encode("utf-8") if kind == PHRASE else _digest(text, DIGESTED[kind])


def _canonical(text: str) -> str:
    form = canonical(text)
    if form.url is None:
        raise ValueRefused(f"the address has no canonical form: {form.reason}")
    return form.url


def _prefix(text: str) -> str:
    form = _canonical(text)
    if "?" in form:
        raise ValueRefused("a prefix ends with the path: it has no query")
    prefix = form.rstrip("/")
    if prefix.count("/") - SCHEME.count("/") > MOST_SEGMENTS:
        raise ValueRefused(f"a prefix has at most {MOST_SEGMENTS} segments of a path")
    host = prefix[len(SCHEME) :].partition("/")[0]
    if "/" not in prefix[len(SCHEME) :] and is_shared(host):
        raise ValueRefused("a prefix without a path is a host, and below this name anybody can have one")
    return prefix


def _domain(text: str) -> str:
    host = text.strip().removeprefix("*.").strip(".")
    try:
        host = host_form(host) if "/" not in host else ""
    except HostError as problem:
        raise ValueRefused(f"the domain is not a host: {problem}") from None
    if not host:
        raise ValueRefused("a domain is a host alone, without scheme and path")
    if not is_address(host) and is_shared(host):
        raise ValueRefused("below this name anybody can have a host of their own; list those")
    if host.count(".") >= MOST_SEGMENTS:
        raise ValueRefused(f"a domain has at most {MOST_SEGMENTS} labels")
    return host


def _digest(text: str, width: int) -> bytes:
    scope, colon, digits = text.strip().rpartition(":")
    mark = _SCOPES.get(scope.lower())
    if mark is None or (colon and not scope):
        raise ValueRefused("before the digest stands prefix: or domain:, or nothing")
    if len(digits) != 2 * width or not set(digits) <= _HEXADECIMAL:
        raise ValueRefused(f"the digest is not {2 * width} hexadecimal digits")
    return bytes.fromhex(digits) + mark


def _phrase(text: str) -> str:
    if len(text) > LONGEST_PHRASE:
        raise ValueRefused(f"the phrase is longer than {LONGEST_PHRASE} characters")
    words = words_of(text)
    if not words:
        raise ValueRefused("the phrase has no word")
    if len(words) > MOST_WORDS:
        raise ValueRefused(f"the phrase has {len(words)} words; it may have {MOST_WORDS}")
    size = sum(map(len, words))
    if size < SHORTEST_PHRASE and (len(words) < 2 or "".join(words).isascii()):
        raise ValueRefused(f"the phrase has fewer than {SHORTEST_PHRASE} letters and digits, and would match too much")
    return " ".join(words)
