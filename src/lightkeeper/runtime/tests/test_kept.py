"""Connections are kept for the next request, never to an address that is not allowed any more, and TLS is verified."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lightkeeper.runtime import addresses, kept, outbound
from lightkeeper.runtime.kept import shelf
from lightkeeper.runtime.services import OutboundFailed, OutboundRefused, post_json
from lightkeeper.runtime.tests.threads import until
from lightkeeper.runtime.watch import Watch

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Server:
    """Answers requests on loopback, several a connection; counts connections and requests."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.connections: list[socket.socket] = []
        self.requests = 0
        self.answer = OK
        self.most = 1000
        self.tls = tls
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                sock, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock: socket.socket) -> None:
        try:
            sock = self.tls.wrap_socket(sock, server_side=True) if self.tls else sock
            self.connections.append(sock)
            with sock:
                for _ in range(self.most):
                    got = b""
                    while not got.endswith(b"{}"):
                        more = sock.recv(65536)
                        if not more:
                            return
                        got += more
                    self.requests += 1
                    sock.sendall(self.answer)
        except OSError:
            return


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.listening.close()


@pytest.fixture(autouse=True)
def _alone(settings: Any) -> Iterator[None]:
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER.values, "outbound_allow": ("127.0.0.1", "platform.test")}
    shelf.clear()
    yield
    shelf.clear()


def post(server: Server, **more: Any) -> int:
    return post_json(f"http://127.0.0.1:{server.port}/", b"{}", **more).status


def test_a_connection_is_kept_for_the_next_request(server: Server) -> None:
    assert [post(server) for _ in range(5)] == [200] * 5
    assert (len(server.connections), server.requests) == (1, 5)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70000,
    ],
)
def test_one_that_is_not_at_its_end_is_not_kept(server: Server, answer: bytes) -> None:
    server.answer = answer
    assert [post(server) for _ in range(2)] == [200] * 2
    assert len(server.connections) == 2


def test_one_that_the_receiver_closed_costs_nothing(server: Server) -> None:
    server.most = 1
    assert [post(server) for _ in range(5)] == [200] * 5
    assert server.requests == 5


def test_one_that_ends_unanswered_is_tried_once_on_a_new_one(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept.Kept, "quiet", True)  # it ends just after it was looked at
    server.most = 1
    assert [post(server) for _ in range(3)] == [200] * 3
    assert server.requests == 3


def test_one_that_ends_within_an_answer_is_not_tried_again(server: Server) -> None:
    assert post(server) == 200
    server.answer, server.most = b"HTTP/1.1 20", 0
    server.connections[0].settimeout(10)

    def cut(sock: socket.socket) -> None:
        until(lambda: server.requests == 2)
        sock.shutdown(socket.SHUT_RDWR)

    cutting = threading.Thread(target=cut, args=(server.connections[0],))
    cutting.start()
    with pytest.raises(OutboundFailed) as failed:
        post(server)
    cutting.join()
    assert failed.value.code == "bad_answer"
    assert server.requests == 2


def test_idle_ones_are_closed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "IDLE", 0.02)
    post(server)
    until(lambda: not shelf._kept)


def test_an_address_that_is_not_allowed_any_more_is_not_used(
    server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(server)
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "outbound_allow": ()}
    with pytest.raises(OutboundRefused):
        post(server)
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "outbound_allow": ("127.0.0.1",)}
    monkeypatch.setattr(outbound, "CHECKED_FOR", 0.0)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("127.0.0.2", 1))])
    with pytest.raises(OutboundFailed):
        post(server)
    assert server.requests == 1


def test_a_resolver_that_hangs_does_not_hold_us(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(addresses, "_asking", threading.BoundedSemaphore(1))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: gate.wait(30) and [])
    try:
        for _ in range(2):  # the second finds no thread free to ask
            with pytest.raises(OutboundFailed) as failed:
                post(server, timeout=0.05)
            assert failed.value.code == "not_resolved"
    finally:
        gate.set()
        until(lambda: not [one for one in threading.enumerate() if one.name == "lightkeeper-resolver"])


def test_a_watch_calls_in_time_and_not_what_was_cancelled() -> None:
    watch, soon, late = Watch(), threading.Event(), threading.Event()
    cancelled = watch.set(10.0**9, late.set)
    watch.cancel(watch.set(10.0**9, late.set))
    watch.set(0.0, soon.set)
    assert soon.wait(30)
    watch.cancel(cancelled)
    assert not watch._set
    assert not late.is_set()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for platform.test, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("platform.test"), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "code"),
    [("platform.test", True, ""), ("127.0.0.1", True, "tls_failed"), ("platform.test", False, "tls_failed")],
)
def test_tls_verifies_the_host_name_and_who_vouches_for_it(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool, code: str
) -> None:
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate)
    server = Server(ours)
    address = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: address)
    tls = ssl.create_default_context(cafile=str(certificate)) if trusted else None
    got: list[int] = []
    try:
        got += [post_json(f"https://{host}:{server.port}/", b"{}", tls=tls).status for _ in range(3)]
    except OutboundFailed as failed:
        assert failed.code == code
    finally:
        server.listening.close()
    assert got == ([] if code else [200] * 3)
    assert len(server.connections) == (0 if code else 1)
