"""A server like NCMEC's hash sharing with as many entries as wished, in a process of its own; none is held in memory.

Entry ``n`` has one value drawn from its number, a picture's PDQ or a video's MD5. They come in no order, as the real
ones do. ``GET /grow?by=N`` adds entries of now.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.server
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from urllib.parse import parse_qs, quote, urlsplit

BEGUN = 1_700_000_000
PAGE = 1000
CREDENTIALS = {"username": "soak", "password": "soak"}
_STEP = 1_000_003
"""A prime: its multiples visit every entry once, far apart."""


def value(number: int) -> str:
    """The drawn value of an entry, in hexadecimal digits."""
    digest = hashlib.sha256(b"soak %d" % number).hexdigest()
    return digest if number % 2 else digest[:32]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, size: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.parts: list[tuple[int, int, int]] = [(0, size, BEGUN)]

    def matched(self, low: int, high: int) -> list[tuple[int, int, int]]:
        """The parts (first, count, time) whose entries were made in a span."""
        return [part for part in self.parts if low <= part[2] <= high]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:  # as the base class calls it
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/grow":
            total = sum(count for _, count, _ in self.server.parts)
            self.server.parts.append((total, int(query["by"]), int(time.time())))
            return self._send(b"grown")
        return self._send(_page(self.server, query))

    def _send(self, body: bytes) -> None:
        self.send_response_only(200)
        self.send_header("Date", formatdate(usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        del args


def _page(server: _Server, query: dict[str, str]) -> bytes:
    parts = server.matched(_seconds(query["from"]), _seconds(query["to"]))
    total, start = sum(count for _, count, _ in parts), int(query.get("start", 0))
    images: list[str] = []
    videos: list[str] = []
    for place in range(start, min(start + PAGE, total)):
        number = _number(parts, place, total)
        (images if number % 2 else videos).append(_entry(number))
    content = [
        f'<{name} count="{len(rows)}" maxTimestamp="{_text(BEGUN)}">{"".join(rows)}</{name}>'
        for name, rows in (("images", images), ("videos", videos))
        if rows
    ]
    if start + PAGE < total:
        span = f"from={quote(query['from'])}&amp;to={quote(query['to'])}"
        content.append(
            f"<paging><next>/v2/entries?{span}&amp;start={start + PAGE}&amp;size={PAGE}&amp;max={total}</next></paging>"
        )
    space = "https://hashsharing.ncmec.org/hashsharing/v2"
    return f'<queryResult xmlns="{space}">{"".join(content)}</queryResult>'.encode()


def _number(parts: list[tuple[int, int, int]], place: int, total: int) -> int:
    at = place * _STEP % total
    for first, count, _ in parts:
        if at < count:
            return first + at
        at -= count
    raise ValueError("there is no such entry")


def _entry(number: int) -> str:
    kind, mark = ("image", "PDQ") if number % 2 else ("video", "MD5")
    return (
        f'<{kind}><member id="42">Member</member><timestamp>{_text(BEGUN)}</timestamp><id>entry{number}</id>'
        f"<classification>A1</classification><fingerprints><{mark}>{value(number)}</{mark}><PDNA>none</PDNA>"
        f"</fingerprints></{kind}>"
    )


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@contextlib.contextmanager
def sharing(size: int) -> Iterator[str]:
    """Run the server in a process of its own; its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "soak.hash_sharing", "--size", str(size)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def main() -> None:
    """Serve until killed; the first line says where."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, required=True)
    with _Server(parser.parse_args().size) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
