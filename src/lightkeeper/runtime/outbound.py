"""Requests that leave: to public addresses only, unless a setting names the host; no redirects, no proxies.

The host name is resolved once, what it resolves to is checked, and the checked address is connected to, so that another
answer of the resolver changes nothing. TLS is verified against the host name. Connections are kept for a few seconds,
and used only for as long as the resolver's answer allows where they lead.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Final

from django.conf import settings

from lightkeeper import __version__
from lightkeeper.runtime.addresses import NotResolved, OutboundRefused, Target, read, resolved
from lightkeeper.runtime.kept import CHECKED_FOR, Kept, Place, shelf
from lightkeeper.runtime.watch import watch

MOST_BODY: Final = 64 * 1024
"""Bytes of an answer that ``post_json`` reads."""

NOT_MODIFIED: Final = 304
"""No redirect: what was asked for is as it was."""

METHODS: Final = frozenset({"GET", "POST", "PUT"})

__all__ = ["OutboundFailed", "OutboundRefused", "Response", "post_json", "request"]


class OutboundFailed(Exception):  # noqa: N818  # the binding name
    """A request did not get an answer that can be used.

    ``code``: not_resolved, not_connected, tls_failed, timed_out, redirected, bad_answer, bad_header, too_large.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its status, as much of its body as was asked for, and its headers by their names in small letters."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it says that all went well."""
        return 200 <= self.status < 300


def post_json(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
    tls: ssl.SSLContext | None = None,
) -> Response:
    """Send a JSON body and give the answer, whatever its status unless it is a redirect.

    ``timeout`` is for all of it, in seconds. OutboundRefused: the address may not be called. OutboundFailed: no usable
    answer. ``tls`` is for tests, whose servers no authority knows. It may arrive twice, if a connection that was kept
    ends before it brings an answer.
    """
    others = {name: value for name, value in (headers or {}).items() if name.lower() != "content-type"}
    sent = _Sent("POST", body, {"Content-Type": "application/json", **others}, MOST_BODY, whole=False)
    return _request(sent, url, timeout, tls)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = 60.0,
    most_body: int,
    tls: ssl.SSLContext | None = None,
) -> Response:
    """Send a request (GET, POST or PUT) and give its whole answer, whatever its status unless it is a redirect.

    ``timeout`` is for all of it, in seconds, the body of the answer included; ``most_body`` is how many bytes that may
    have: of a longer one nothing is given (``too_large``), nor of one that ends before it is whole (``bad_answer``).
    Compressed answers are not asked for, and refused. Raises as ``post_json`` does; ValueError: another method.
    """
    if method not in METHODS:
        raise ValueError("only GET, POST and PUT are sent")
    return _request(_Sent(method, body, headers or {}, most_body, whole=True), url, timeout, tls)


def look_at(url: str, *, timeout: float = 20.0, tls: ssl.SSLContext | None = None) -> Response:
    """Ask an address for its status line and headers alone (HEAD): of what it holds not one byte is asked for or read.

    Redirects are not followed: OutboundFailed with ``redirected``. Raises as ``post_json`` does.
    """
    return _request(_Sent("HEAD", b"", {}, 0, whole=False), url, timeout, tls)


@dataclass(frozen=True, slots=True)
class _Sent:
    """What is sent, and how much of the answer is wanted; ``whole``: all of it or nothing."""

    method: str
    body: bytes
    headers: Mapping[str, str]
    most_body: int
    whole: bool


def _request(sent: _Sent, url: str, timeout: float, tls: ssl.SSLContext | None) -> Response:
    until = time.monotonic() + timeout
    target = read(url, allow=settings.LIGHTKEEPER["outbound_allow"])
    place = (target.secure, target.host, target.port, target.by_name, tls)
    try:
        kept = _kept(target, place, until)
        response = _exchange(kept, target, sent, until) if kept else None
        if kept is None or response is None:
            kept = _connect(target, until, tls)
            response = _exchange(kept, target, sent, until)
    except NotResolved:
        raise OutboundFailed("not_resolved") from None
    if response is None:
        raise OutboundFailed("timed_out" if time.monotonic() >= until else "bad_answer")
    if kept.connection.sock is not None:
        shelf.keep(place, kept)
    if 300 <= response.status < 400 and not (sent.method == "GET" and response.status == NOT_MODIFIED):
        raise OutboundFailed("redirected")
    return response


def _kept(target: Target, place: Place, until: float) -> Kept | None:
    """A kept connection, to an address that is allowed still. NotResolved, OutboundRefused."""
    kept = shelf.take(place)
    if kept is None or time.monotonic() - kept.checked_at < CHECKED_FOR:
        return kept
    now = time.monotonic()
    allowed: tuple[str, ...] = ()
    try:
        allowed = resolved(target, seconds=until - now)
    finally:
        if kept.address not in allowed:
            kept.connection.close()
    kept.checked_at = now
    return kept if kept.address in allowed else None


class _Answer(http.client.HTTPResponse):
    """An answer that says if not one byte of it came."""

    def begin(self) -> None:
        if self.fp is not None:
            try:
                begun = self.fp.peek(1)
            except ConnectionError:
                begun = b""
            if not begun:
                raise _NotBegun
        super().begin()


class _NotBegun(Exception):  # noqa: N818  # an outcome
    """The connection ended before an answer began."""


def _exchange(kept: Kept, target: Target, sent: _Sent, until: float) -> Response | None:
    """Send, and give the answer; None if the connection ended before one began. It is open still if it can be kept."""
    connection = kept.connection
    sock = connection.sock
    # A timeout of the socket begins anew with each byte; a slow sender is stopped by closing it.
    alarm = watch.set(until, partial(_shut, sock))
    whole = False
    try:
        sock.settimeout(max(0.01, until - time.monotonic()))
        try:
            _send(connection, target, sent)
            answer = connection.getresponse()
        except (_NotBegun, BrokenPipeError, ConnectionResetError):
            return None
        with answer:
            response = _read(answer, sent)
            whole = answer.isclosed() and not answer.will_close and answer.status >= 200
            return response
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= until:
            raise OutboundFailed("timed_out") from None
        raise OutboundFailed("bad_header" if type(error) is ValueError else "bad_answer") from None
    finally:
        watch.cancel(alarm)
        if not whole:
            connection.close()
            sock.close()


def _read(answer: http.client.HTTPResponse, sent: _Sent) -> Response:
    """Read an answer. OutboundFailed, or what the connection raises."""
    headers = {name.lower(): value for name, value in answer.getheaders()}
    if not sent.whole:
        return Response(answer.status, answer.read(sent.most_body), headers)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise OutboundFailed("bad_answer")
    if answer.length is not None and answer.length > sent.most_body:
        raise OutboundFailed("too_large")
    body = answer.read(sent.most_body + 1)
    if len(body) > sent.most_body:
        raise OutboundFailed("too_large")
    if answer.length:  # it ended before all came that it promised
        raise http.client.IncompleteRead(body, answer.length)
    return Response(answer.status, body, headers)


def _send(connection: http.client.HTTPConnection, target: Target, sent: _Sent) -> None:
    connection.putrequest(sent.method, target.path, skip_host=True, skip_accept_encoding=True)
    own = {"Host": target.authority, "User-Agent": f"Lightkeeper/{__version__}"}
    if sent.method not in {"GET", "HEAD"}:
        own["Content-Length"] = str(len(sent.body))
    reserved = {"content-length", "transfer-encoding", "connection", *(name.lower() for name in own)}
    others = {name: value for name, value in sent.headers.items() if name.lower() not in reserved}
    for name, value in {**own, **others}.items():
        connection.putheader(name, value)
    connection.endheaders(sent.body or None)


def _connect(target: Target, until: float, tls: ssl.SSLContext | None) -> Kept:
    """Connect to the first checked address that takes it. OutboundFailed, OutboundRefused, NotResolved."""
    code, checked_at = "not_connected", time.monotonic()
    for address in resolved(target, seconds=until - checked_at):
        left = until - time.monotonic()
        if left <= 0:
            raise OutboundFailed("timed_out")
        try:
            sock = socket.create_connection((address, target.port), timeout=left)
        except TimeoutError:
            code = "timed_out"
            continue
        except OSError:
            continue
        # The connection is made already: this class never connects where it has a socket.
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.response_class = _Answer
        connection.auto_open = 0
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock = _secured(sock, target, until, tls) if target.secure else sock
        return Kept(connection, address, checked_at)
    raise OutboundFailed(code)


def _secured(sock: socket.socket, target: Target, until: float, tls: ssl.SSLContext | None) -> socket.socket:
    alarm = watch.set(until, partial(_shut, sock))
    try:
        return (tls or _tls()).wrap_socket(sock, server_hostname=target.host.rstrip("."))
    except (OSError, ValueError) as error:
        sock.close()
        late = isinstance(error, TimeoutError) or time.monotonic() >= until
        raise OutboundFailed("timed_out" if late else "tls_failed") from None
    finally:
        watch.cancel(alarm)


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
