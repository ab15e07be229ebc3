"""Requests that leave: to the address that was checked, whole within their time, and never on to somewhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from lightkeeper.runtime.services import OutboundFailed, OutboundRefused, post_json, request


@contextmanager
def server(answer: Callable[[socket.socket], object]) -> Iterator[tuple[int, list[bytes]]]:
    """One connection on loopback: what was sent to it is kept, then ``answer`` is given the socket."""
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        listening.settimeout(10)

        def serve() -> None:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            with sock:
                sock.settimeout(10)
                request = sock.recv(65536)
                while request.startswith(b"POST") and not request.endswith(b"}"):
                    request += sock.recv(65536)
                got.append(request)
                try:
                    answer(sock)
                except OSError:
                    return

        done = pool.submit(serve)
        yield listening.getsockname()[1], got
        listening.close()
        done.result(20)


def sends(text: bytes) -> Callable[[socket.socket], object]:
    return lambda sock: sock.sendall(text)


@pytest.fixture
def allowed(settings: Any) -> None:
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER.values, "outbound_allow": ("127.0.0.1", "platform.test")}


@pytest.mark.usefixtures("allowed")
def test_the_body_and_the_headers_arrive_and_the_answer_comes_back() -> None:
    with server(sends(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok")) as (port, got):
        response = post_json(f"http://127.0.0.1:{port}/hook?x=1", b'{"a":1}', headers={"X-One": "1", "Host": "evil"})
    assert (response.status, response.body, response.ok) == (202, b"ok", True)
    head, body = got[0].split(b"\r\n\r\n")
    assert body == b'{"a":1}'
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?x=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{port}" in lines
    assert "X-One: 1" in lines
    assert len([one for one in lines if one.startswith("Host:")]) == 1


def test_a_private_address_is_refused_unless_it_is_allowed_by_name() -> None:
    with pytest.raises(OutboundRefused):
        post_json("https://127.0.0.1:1/", b"{}")


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
def test_a_redirect_is_a_failure_and_is_not_followed(status: int) -> None:
    answer = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".encode()
    with server(sends(answer)) as (port, got), pytest.raises(OutboundFailed) as failed:
        post_json(f"http://127.0.0.1:{port}/", b"{}")
    assert failed.value.code == "redirected"
    assert len(got) == 1


@pytest.mark.usefixtures("allowed")
def test_errors_of_the_receiver_are_answers() -> None:
    with server(sends(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as (port, _):
        response = post_json(f"http://127.0.0.1:{port}/", b"{}")
    assert (response.status, response.ok) == (503, False)


@pytest.mark.usefixtures("allowed")
def test_no_more_than_64_kib_of_an_answer_are_read() -> None:
    with server(sends(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000)) as (port, _):
        assert len(post_json(f"http://127.0.0.1:{port}/", b"{}").body) == 65536


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 999999 X\r\n"])
def test_what_is_no_answer_is_a_failure(answer: bytes) -> None:
    with server(sends(answer)) as (port, _), pytest.raises(OutboundFailed) as failed:
        post_json(f"http://127.0.0.1:{port}/", b"{}")
    assert failed.value.code == "bad_answer"


@pytest.mark.usefixtures("allowed")
def test_a_receiver_that_sends_a_little_at_a_time_does_not_hold_us() -> None:
    def drip(sock: socket.socket) -> None:
        for _ in range(500):
            sock.sendall(b"H")
            threading.Event().wait(0.02)

    with server(drip) as (port, _), pytest.raises(OutboundFailed) as failed:
        post_json(f"http://127.0.0.1:{port}/", b"{}", timeout=0.3)
    assert failed.value.code == "timed_out"


@pytest.mark.usefixtures("allowed")
def test_nobody_listening_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(OutboundFailed) as failed:
        post_json(f"http://127.0.0.1:{port}/", b"{}")
    assert failed.value.code == "not_connected"


@pytest.mark.usefixtures("allowed")
def test_a_receiver_without_tls_is_not_spoken_to_in_clear() -> None:
    with server(sends(b"HTTP/1.1 200 OK\r\n\r\n")) as (port, got), pytest.raises(OutboundFailed) as failed:
        post_json(f"https://127.0.0.1:{port}/", b'{"planted":"words"}')
    assert failed.value.code == "tls_failed"
    assert b"planted" not in got[0]


@pytest.mark.usefixtures("allowed")
def test_a_header_cannot_bring_another_with_it() -> None:
    with server(sends(b"HTTP/1.1 200 OK\r\n\r\n")) as (port, _), pytest.raises(OutboundFailed) as failed:
        post_json(f"http://127.0.0.1:{port}/", b"{}", headers={"X-One": "1\r\nX-Two: 2"})
    assert failed.value.code == "bad_header"


def test_the_address_that_was_checked_is_connected_to_whatever_the_resolver_says_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def getaddrinfo(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def create_connection(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    with pytest.raises(OutboundFailed):
        post_json("https://platform.example/", b"{}")
    assert asked == ["platform.example"]
    assert connected == [("93.184.215.14", 443)]


@pytest.mark.usefixtures("allowed")
def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with server(sends(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as (port, _):
        assert post_json(f"http://127.0.0.1:{port}/", b"{}").ok


def test_a_name_that_does_not_resolve_is_a_failure_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> list[object]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(OutboundFailed) as failed:
        post_json("https://platform.example/", b"{}")
    assert failed.value.code == "not_resolved"


@pytest.mark.usefixtures("allowed")
def test_a_request_has_its_method_and_gives_the_whole_body_with_its_headers() -> None:
    body = b"x" * 200_000
    with server(sends(b'HTTP/1.1 200 OK\r\nETag: "7"\r\nContent-Length: 200000\r\n\r\n' + body)) as (port, got):
        response = request("GET", f"http://127.0.0.1:{port}/list", headers={"X-Key": "k"}, most_body=200_000)
    assert (response.status, response.body, response.headers["etag"]) == (200, body, '"7"')
    assert got[0].startswith(b"GET /list HTTP/1.1\r\n")
    assert b"X-Key: k" in got[0]
    assert b"Content-Length" not in got[0]


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901", "too_large"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n12345678901", "too_large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n1234", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n1234", "bad_answer"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "redirected"),
    ],
)
def test_a_request_gives_nothing_of_a_body_that_is_too_long_or_not_whole(answer: bytes, code: str) -> None:
    with server(sends(answer)) as (port, _), pytest.raises(OutboundFailed) as failed:
        request("GET", f"http://127.0.0.1:{port}/", most_body=10)
    assert failed.value.code == code


@pytest.mark.usefixtures("allowed")
def test_not_modified_is_an_answer_to_a_get() -> None:
    with server(sends(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as (port, _):
        assert request("GET", f"http://127.0.0.1:{port}/", most_body=10).status == 304


def test_only_some_methods_are_sent() -> None:
    with pytest.raises(ValueError, match="GET, POST and PUT"):
        request("DELETE", "https://platform.test/", most_body=10)
