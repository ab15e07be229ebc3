"""Addresses in running text: with a scheme or without, in Markdown, HTML and brackets, and defused.

People write ``hxxp://``, ``example[.]test`` and ``example dot test`` so that nobody clicks; that is undone here. What
is found is a text that ``links.canonical`` reads; that it is an address at all is not promised, and nothing follows
from it but a look-up. Without a scheme a name counts if it goes on with a path or port, begins with ``www.``, or ends
in a domain that people write bare (a country's, or one of ``_GENERIC``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

LONGEST: Final = 2048
"""Characters of an address in a text, at most; a longer one is cut, so that what it is below is found all the same."""

_GENERIC: Final = frozenset(
    """
    academy agency app art bar best bid biz blog buzz cafe cam cat center chat church city click cloud club codes com
    company cool date deals design dev digital directory download edu email example expert express faith family farm
    fashion film finance fit fun fund fyi gallery game games gift global gold gov group guide guru help host hosting
    house icu info ink int invalid ist jobs kim lat law life link live loan lol love ltd market media men mil mobi moe
    mom monster name net network news ninja one onion online org page party photo photography photos pics pictures pink
    place plus porn press pro pub quest racing red rent review rip rocks run sale science services sex sexy shop show
    site sky social software solutions space store stream studio style support surf systems tech technology test tips
    today tokyo tools top town toys trade travel tube uno video vip vote wang watch webcam website wiki win work works
    world wtf xxx xyz yoga zone
    """.split()  # noqa: SIM905  # a table
)
"""Top-level domains without a country that are read as one without scheme or path."""

_SPOKEN: Final = frozenset(
    {"biz", "com", "edu", "example", "gov", "info", "invalid", "net", "onion", "org", "test", "xyz"}
)
"""Those of them that are read after the word "dot": others are words that follow it in a sentence."""

_HIDDEN: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_DOT: Final = (
    r"(?:[.\u3002\uff0e\uff61]|\s?[\[({]\s?(?:[.\u3002\uff0e\uff61]|dot|DOT|Dot|punkt|punto|point)\s?[\])}]\s?"
    r"|\s(?:dot|DOT|Dot)\s)"
)
_LABEL: Final = rf"[\w{_HIDDEN}-]++"
_STOP: Final = r"\s<>\"`{}|^\\\u00ab\u00bb\u2018-\u201f\u2039\u203a\u3000-\u3002\u3008-\u3011\uff0c\uff1b\uff01\uff1f"
_TAIL: Final = rf"(?:[^{_STOP}&\]]++|\](?!\()|&(?!(?:quot|lt|gt|apos|nbsp|#\w{{1,6}});))*+"

_SCHEME: Final = re.compile(
    r"h[tx*_]{2}p(?:s|\[s\])?(?:(?:\[:\]|\(:\)|:)(?://|\\\\|\[//\]|\[/\]\[/\])|\[://\])", re.IGNORECASE
)
_AFTER_SCHEME: Final = re.compile(
    rf"(?:[^{_STOP}/?#@()\[\]]*+@)?(?P<host>\[[0-9a-fA-F:.]+\]|{_LABEL}(?:%[0-9a-fA-F]{{2}}|{_DOT}+{_LABEL}|{_LABEL})*+)"
    rf"(?P<tail>{_TAIL})"
)
_PERHAPS: Final = re.compile(r"[.\u3002\uff0e\uff61]\w|[\[({]\s?[.\u3002\uff0e\uff61dDp]")
"""What a text has somewhere if an address without a scheme is in it, unless its dots are spelled out."""

_NAME: Final = re.compile(
    rf"(?<![\w@.%/:=&?{_HIDDEN}-])(?P<host>{_LABEL}(?:{_DOT}{_LABEL})++)(?P<tail>(?::\d{{1,5}}(?!\d))?(?:[/?#]{_TAIL})?+)(?!@)"
)
_LAST: Final = re.compile(r"(?:[xX][nN]--[a-zA-Z0-9-]+|[^\W\d_]{2,63})(?!-?\w)")
_FOUR_NUMBERS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_A_DOT: Final = re.compile(_DOT)
_SPELLED: Final = re.compile(r"\s(?:dot|DOT|Dot)\s")
_ENDS: Final = ".,;:!?'*_~\u2026\u3001\uff09\u300d\u3011-"
_DOUBTFUL: Final = re.compile(r"[^\x00-\x7f]|[,;](?=h[tx]{2}ps?:)", re.IGNORECASE)
_PAIRS: Final = {")": "(", "]": "["}


class Address(NamedTuple):
    """An address in a text: where it stands in characters, and the text of it as a plain address."""

    start: int
    end: int
    text: str


def addresses_in(text: str) -> list[Address]:
    """The addresses of a text in their order; one inside another (a link in a link's query) is given too."""
    found = list(_with_scheme(text)) if "//" in text or "[/" in text or "\\\\" in text else []
    rest = _blanked(text, found) if found else text
    if _PERHAPS.search(rest) or ("dot" in rest.lower() and _SPELLED.search(rest)):
        found += _without_scheme(rest)
    return sorted(dict.fromkeys(found)) if len(found) > 1 else found


def _with_scheme(text: str) -> Iterator[Address]:
    for scheme in _SCHEME.finditer(text):
        rest = _AFTER_SCHEME.match(text, scheme.end(), scheme.end() + LONGEST)
        if rest is not None:
            yield from _readings(scheme.start(), rest["host"], rest["tail"], rest.start("tail"), "http://")


def _blanked(text: str, found: list[Address]) -> str:
    """The text with blanks where addresses were found."""
    parts, at = [], 0
    for one in found:
        if one.end > at:
            parts += [text[at : one.start], " " * (one.end - max(at, one.start))]
            at = one.end
    return "".join([*parts, text[at:]])


def _without_scheme(text: str) -> Iterator[Address]:
    for found in _NAME.finditer(text):
        host, tail = found["host"], found["tail"][:LONGEST]
        labels = _A_DOT.split(host)
        if _FOUR_NUMBERS.fullmatch(".".join(labels)):
            if "/" in tail:
                yield from _readings(found.start(), host, tail, found.start("tail"), "")
            continue
        last = _LAST.match(labels[-1])
        if last is None:
            continue
        cut = len(labels[-1]) - last.end()  # two dashes, and the sentence goes on
        host, labels[-1], tail = host[: len(host) - cut], last[0], "" if cut else tail
        if _is_a_name(host, labels, tail):
            yield from _readings(found.start(), host, tail, found.start() + len(host), "")


def _is_a_name(host: str, labels: list[str], tail: str) -> bool:
    """Whether a name that stands without a scheme is meant as an address, and is not a sentence without a blank."""
    last = labels[-1]
    if last != last.lower() and host != host.upper():
        return False
    generic = last.lower() in _GENERIC or last[:4].lower() == "xn--"
    if _SPELLED.search(host):
        return last.lower() in _SPOKEN
    return bool(tail) or generic or labels[0].lower() == "www" or len(last) == 2 or not last.isascii()


def _readings(start: int, host: str, tail: str, at: int, scheme: str) -> Iterator[Address]:
    """An address as it may be meant: to its end, and where that is doubtful to the place where it may end.

    ``at`` is where the tail begins in the text.
    """
    whole = _trimmed(tail)
    readings = {whole}
    doubtful = _DOUBTFUL.search(whole)
    if doubtful is not None:
        readings.add(_trimmed(whole[: doubtful.start()]))
    plain = _A_DOT.sub(".", host).rstrip("-")
    for reading in readings:
        yield Address(start, at + len(reading), f"{scheme}{plain}{reading.replace('&amp;', '&')}")


def _trimmed(tail: str) -> str:
    """Without what belongs to the sentence: punctuation at the end, and brackets that are closed and never opened."""
    while tail:
        last = tail[-1]
        unopened = last in _PAIRS and tail.count(last) > tail.count(_PAIRS[last])
        if last not in _ENDS and not unopened:
            return tail
        tail = tail[:-1]
    return tail
