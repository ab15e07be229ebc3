"""The cheap client and the unreliable receiver do what they say, or every figure made with them is worth nothing."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import hmac
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from soak import client, material, measures
from soak.client import MARK, Gone, Link, Plan, Template, closed_loop, parse
from soak.receiver import Delivery, Receiving, Temper, receiving


class _Stub(BaseHTTPRequestHandler):
    """Answers with what it was sent; every seventh answer ends the connection."""

    protocol_version = "HTTP/1.1"
    seen: list[bytes] = []  # noqa: RUF012  # shared on purpose

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(body)
        self.send_response(201 if len(self.seen) % 7 else 503)
        self.send_header("Content-Length", str(len(body)))
        if len(self.seen) % 7 == 0:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def stub() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stub)
    _Stub.seen.clear()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_closed_loop_sends_every_number_once_and_counts_each_answer(stub: int) -> None:
    template = Template.cut(client.json_request("/submissions", {"id": f"soak-{MARK}", "again": MARK}, key="lk_test"))
    timings = closed_loop([stub], [template], Plan(concurrency=3, seconds=30, count=40))
    sent = sorted(int(json.loads(body)["id"].removeprefix("soak-")) for body in _Stub.seen)
    assert sent == list(range(40))
    assert timings.statuses == {201: 35, 503: 5}
    assert len(timings.latencies) == 40
    assert 0 < timings.client_cpu < 30
    assert "NOT 2xx: {503: 5}" in timings.line()


def test_a_lost_connection_is_told_apart_from_an_answer() -> None:
    async def run() -> None:
        async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(cut, "127.0.0.1", 0)
        link = await Link.to(server.sockets[0].getsockname()[1])
        with pytest.raises(Gone):
            await link.ask(client.request("GET", "/"))
        with pytest.raises(Gone):
            await link.ask(client.request("GET", "/"))
        server.close()
        await server.wait_closed()

    asyncio.run(run())


@given(st.binary(max_size=300), st.integers(1, 40), st.booleans(), st.binary(max_size=20))
def test_an_answer_is_read_whole_however_it_comes(body: bytes, size: int, chunked: bool, after: bytes) -> None:
    if chunked:
        chunks = [body[at : at + size] for at in range(0, len(body), size)]
        coded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
        whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + coded
    else:
        whole = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    assert all(parse(whole[:end]) is None for end in range(0, len(whole), size))
    parsed = parse(whole + after)
    assert parsed is not None
    answer, used = parsed
    assert (answer.status, answer.body, used) == (200, body, len(whole))


def test_stamped_pictures_have_other_bytes_of_one_length_and_the_same_pixels() -> None:
    plain = material.jpeg(3)
    one, two = (material.stamped(plain, f"{number:016d}") for number in (1, 2))
    assert one != two
    assert len(one) == len(two)
    assert material.pdq_hex(one) == material.pdq_hex(two) == material.pdq_hex(plain)
    assert Image.open(io.BytesIO(one)).size == material.SIZE


def test_an_upload_is_what_a_parser_of_multipart_reads() -> None:
    picture = material.stamped(material.jpeg(1))
    whole = client.upload_request("/x", {"id": MARK}, {"content": picture}, key="lk_k", file_name="a.jpg")
    numbered = Template.cut(whole).numbered(12)
    head, _, body = numbered.partition(b"\r\n\r\n")
    assert int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]) == len(body)
    kind = head.split(b"Content-Type: ")[1].split(b"\r\n")[0]
    message = email.message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + body, policy=email.policy.HTTP)
    metadata, content = (part.get_payload(decode=True) for part in message.iter_parts())
    assert metadata == b'{"id": "0000000000000012"}'
    assert content == picture.replace(MARK.encode(), b"0000000000000012")


def _post(receiver: Receiving, body: bytes) -> int:
    with socket.create_connection(("127.0.0.1", receiver.port)) as connection:
        connection.sendall(client.request("POST", "/callbacks", body=body))
        answer = connection.recv(4096)
    return int(answer.split(b" ")[1]) if answer else 0


def test_the_receiver_fails_by_plan_and_writes_down_all_that_came(tmp_path: Path) -> None:
    with receiving(tmp_path, Temper(refuse=0.25, cut=0.25, redirect=0.25, seed=4)) as receiver:
        first = [_safely(receiver, str(number)) for number in range(40)]
        again = [_safely(receiver, str(number)) for number in range(40)]
        deliveries = receiver.deliveries()
    assert set(first) == {0, 204, 302, 503}
    assert set(again) == {204}
    assert [delivery.idempotency_id for delivery in deliveries] == [str(number) for number in range(40)] * 2
    assert all(delivery.path == "/callbacks" for delivery in deliveries)


def _safely(receiver: Receiving, identifier: str) -> int:
    try:
        return _post(receiver, json.dumps({"idempotency_id": identifier}).encode())
    except ConnectionError:
        return 0


def test_a_signature_counts_only_for_its_body_its_key_and_its_time() -> None:
    now, body, key = time.time(), b'{"id":"a"}', b"k" * 32
    stamp = str(int(now))
    signature = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {
        "lightkeeper-timestamp": stamp,
        "lightkeeper-key-id": "k1",
        "lightkeeper-signature": f"v1={signature}",
    }
    assert Delivery(now, "/", headers, body, "accept").signed_by({"k1": key})
    assert not Delivery(now, "/", headers, body + b" ", "accept").signed_by({"k1": key})
    assert not Delivery(now, "/", headers, body, "accept").signed_by({"k1": b"x" * 32})
    assert not Delivery(now, "/", headers, body, "accept").signed_by({"k2": key})
    assert not Delivery(now + 1000, "/", headers, body, "accept").signed_by({"k1": key})


def test_percentiles_and_slopes_are_those_of_the_definition() -> None:
    assert measures.percentile(range(1, 101), 0.5) == 50
    assert measures.percentile(range(1, 101), 0.99) == 99
    assert measures.percentile([], 0.5) == 0.0
    assert measures.slope([(0, 1), (1, 3), (2, 5)]) == pytest.approx(2)
    assert measures.slope([(0, 1)]) == 0.0
