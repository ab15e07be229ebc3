"""Raw bodies that no client library would send: every answer must be a problem, never a 500 and never silence.

Schemathesis (``schema.py``) knows the API's form and cannot break it below JSON; this does.
"""

from __future__ import annotations

import json
import random
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from soak import client, material
from soak.client import Answer

PATHS = ("/api/v1/submissions", "/api/v1/submissions/batch", "/api/v1/lookups", "/api/v1/user-reports")


@dataclass(frozen=True, slots=True)
class Case:
    """One attempt: its name, the bytes, and whether they end early on purpose (then silence is right)."""

    name: str
    whole: bytes
    short: bool = False


@dataclass
class Fuzzed:
    """What came of all attempts."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def cases(count: int, seed: int, key: str) -> Iterator[Case]:
    """Draw ``count`` attempts."""
    drawn = random.Random(seed)
    for number in range(count):
        maker = _MAKERS[number % len(_MAKERS)]
        yield maker(drawn, drawn.choice(PATHS), key, f"fuzz-{seed}-{number}")


def _picture(drawn: random.Random) -> bytes:
    return material.jpeg(drawn.randrange(4), size=(64, 48))


def _upload(drawn: random.Random, path: str, key: str, identifier: str) -> bytes:
    metadata = {"id": identifier, "kind": drawn.choice(["picture", "video", "url"])}
    return client.upload_request(path, metadata, {"content": _picture(drawn)}, key=key)


def _random_bytes(drawn: random.Random, path: str, key: str, _: str) -> Case:
    kinds = [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
    ]
    body = drawn.randbytes(drawn.randrange(2000))
    return Case("random bytes", client.request("POST", path, key=key, kind=drawn.choice(kinds), body=body))


def _flipped(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """Some bytes of a good upload's body are others."""
    head, _, body = _upload(drawn, path, key, identifier).partition(b"\r\n\r\n")
    changed = bytearray(body)
    for _ in range(drawn.randrange(1, 30)):
        changed[drawn.randrange(min(len(changed), drawn.choice([300, len(changed)])))] = drawn.randrange(256)
    return Case("flipped bytes", head + b"\r\n\r\n" + bytes(changed))


def _truncated(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """The body ends early and its length says so: the last boundary is missing."""
    _, _, body = _upload(drawn, path, key, identifier).partition(b"\r\n\r\n")
    kind = f"multipart/form-data; boundary={client.BOUNDARY}"
    cut = body[: drawn.randrange(len(body))]
    return Case("truncated upload", client.request("POST", path, key=key, kind=kind, body=cut))


def _broken_off(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """The connection ends before the body does."""
    whole = _upload(drawn, path, key, identifier)
    return Case("broken off", whole[: drawn.randrange(len(whole))], short=True)


def _boundary(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """A boundary that is empty, long, strange, or another than the body's."""
    boundaries = [
        "",
        '""',
        "x" * 5000,
        "ä",
        "a b",
        '"a\\"b"',
        "--",
        "other",
        client.BOUNDARY[:-1],
        "\t",
        ";",
        "=?utf-8?q?x?=",
    ]
    _, _, body = _upload(drawn, path, key, identifier).partition(b"\r\n\r\n")
    kind = f"multipart/form-data; boundary={drawn.choice(boundaries)}"
    return Case("strange boundary", client.request("POST", path, key=key, kind=kind, body=body))


def _part_heads(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """Parts whose header fields are huge, many, folded, without names or twice there."""
    edge = f"--{client.BOUNDARY}\r\n".encode()
    field_line = drawn.choice(
        [
            b"X: " + b"y" * drawn.choice([10, 9000, 200_000]),
            b"\r\n".join(b"X-%d: y" % number for number in range(drawn.choice([5, 3000]))),
            b'Content-Disposition: form-data; name="metadata"; name="content"',
            b"Content-Disposition: form-data",
            b"Content-Disposition: form-data; name=\xff\xfe",
            b'Content-Disposition: form-data; name="metadata"\r\n folded: yes',
            b"Content-Disposition: attachment; filename*=utf-8''%ff%00.jpg; name=\"content\"",
            b"no colon at all",
            b'Content-Disposition: form-data; name="content"; filename="' + b"../" * 500 + b'"',
            b'Content-Disposition: form-data; name="metadata"\r\nContent-Transfer-Encoding: base64',
        ]
    )
    value = json.dumps({"id": identifier, "kind": "picture"}).encode()
    body = edge + field_line + b"\r\n\r\n" + value + b"\r\n"
    body += edge + field_line + b"\r\n\r\n" + _picture(drawn) + f"\r\n--{client.BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={client.BOUNDARY}"
    return Case("strange parts", client.request("POST", path, key=key, kind=kind, body=body))


def _lengths(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """A length that is wrong, no number, huge, or there twice."""
    whole = _upload(drawn, path, key, identifier)
    head, _, body = whole.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    lengths = drawn.choice(
        [[b"-1"], [b"abc"], [b"0"], [b"99999999999999999999"], [b"1", b"2"], [str(len(body) - 9).encode()]]
    )
    lines += [b"Content-Length: " + length for length in lengths]
    return Case("wrong length", b"\r\n".join(lines) + b"\r\n\r\n" + body, short=True)


def _json_values(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """JSON that is deep, huge, not UTF-8, has strange numbers or strange members."""
    texts = [
        b"[" * 100_000, b'{"id":' * 5000 + b"1" + b"}" * 5000, b'{"id": NaN, "kind": "url"}', b'{"id": 1e999}', b"null",
        b'"text"', b"[]", b"{}", b'{"id": "\\ud800", "kind": "url", "url": "https://a.example/"}', b"\xff\xfe{}",
        b'{"id": "' + b"x" * 300_000 + b'"}', b'{"id": "a\\u0000b", "kind": "url", "url": "https://a.example/"}',
        b'{"id": 9' + b"9" * 5000 + b"}", b'{"hashes": [{"algorithm": "pdq", "value": "\\u0000"}]}',
        b'{"hashes": "x"}', b'{"hashes": [null]}', b'{"id": "a", "kind": "url", "url": "https://[::1"}',
        b'{"id": "b", "kind": "url", "url": "http://' + b"a." * 2000 + b'example"}',
        b'{"id": "c", "kind": "url", "url": "https://\\u0130\\u00df.example/%zz", "context": {"country": "\\ud83d"}}',
        b'{"id": "' + identifier.encode() + b'", "kind": "url", "url": "x:/", "context": {"country": 9}}',
    ]  # fmt: skip
    return Case(
        "strange JSON", client.request("POST", path, key=key, kind="application/json", body=drawn.choice(texts))
    )


def _strange_heads(drawn: random.Random, path: str, key: str, identifier: str) -> Case:
    """Header fields and addresses that are huge or broken."""
    odd = drawn.choice(
        [
            b"Authorization: Bearer \xff\xfe", b"Authorization: Bearer lk_" + b"a" * 20_000, b"Authorization: Basic !",
            b"X-Long: " + b"z" * 60_000, b"Cookie: " + b"a=b; " * 3000, b"Content-Encoding: gzip",
            b"Expect: 100-continue", b"Host: " + b"h" * 300, b"Accept: \x00",
            b"Content-Type: application/json; charset=utf-7",
        ]
    )  # fmt: skip
    where = drawn.choice(
        [
            path,
            path + "?wait=%ff",
            path + "?wait=maybe",
            path + "/" + "x" * 5000,
            path + "/%00",
            path + "/..%2f",
            path + "?" + "a=b&" * 2000,
        ]
    )
    verb = drawn.choice(["POST", "GET", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "BREW"])
    body = json.dumps({"id": identifier, "kind": "url", "url": "https://y.example/"}).encode()
    head, _, rest = client.request(verb, where, key=key, kind="application/json", body=body).partition(b"\r\n")
    return Case("strange header", head + b"\r\n" + odd + b"\r\n" + rest, short=True)


_MAKERS = (
    _random_bytes, _flipped, _truncated, _broken_off, _boundary, _part_heads, _lengths, _json_values, _strange_heads,
)  # fmt: skip


def attempt(port: int, case: Case, *, patience: float = 20.0) -> Answer | None:
    """Send bytes (and end our side where there will be no more) and read what comes; None where nothing does."""
    received = bytearray()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
            connection.sendall(case.whole)
            if case.short:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(1 << 16):
                received += piece
                parsed = client.parse(received)
                if parsed is not None:
                    return parsed[0]
    except OSError:
        pass
    parsed = client.parse(received)
    return parsed[0] if parsed else None


def fuzz(port: int, key: str, *, count: int, seed: int) -> Fuzzed:
    """Send ``count`` attempts to a server; a fault is an answer of 500 and more, or silence where an answer is due."""
    result = Fuzzed()
    for case in cases(count, seed, key):
        answer = attempt(port, case)
        status = answer.status if answer else 0
        result.statuses[status] += 1
        if status >= 500 or (answer is None and not case.short):
            result.faults.append(f"{case.name}: {status or 'no answer'} to {case.whole[:300]!r}")
        elif answer and status >= 400 and not is_problem(answer, case):
            result.faults.append(f"{case.name}: {status} is no problem+json: {answer.body[:200]!r}")
    return result


def is_problem(answer: Answer, case: Case) -> bool:
    """Whether an error is one of the API's (what the web server refuses by itself never reaches it)."""
    if case.short or case.whole.startswith((b"HEAD", b"BREW")):
        return True
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return False
    return {"type", "title", "status", "detail"} <= set(answer.json())
