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
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from django.conf import settings

from lightkeeper import __version__
from lightkeeper.runtime.addresses import NotResolved, OutboundRefused, Target, read, resolved
from lightkeeper.runtime.kept import CHECKED_FOR, Kept, Place, shelf
from lightkeeper.runtime.watch import watch

MOST_BODY: Final = 64 * 1024
"""Bytes of an answer that are read."""

__all__ = ["OutboundFailed", "OutboundRefused", "Response", "post_json"]


class OutboundFailed(Exception):  # noqa: N818  # the binding name
    """A request did not get an answer that can be used.

    ``code``: not_resolved, not_connected, tls_failed, timed_out, redirected, bad_answer, bad_header.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its status and at most the first 64 KiB of its body."""

    status: int
    body: bytes

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
    until = time.monotonic() + timeout
    target = read(url, allow=settings.LIGHTKEEPER["outbound_allow"])
    place = (target.secure, target.host, target.port, target.by_name, tls)
    try:
        kept = _kept(target, place, until)
        response = _exchange(kept, target, body, headers or {}, until) if kept else None
        if kept is None or response is None:
            kept = _connect(target, until, tls)
            response = _exchange(kept, target, body, headers or {}, until)
    except NotResolved:
        raise OutboundFailed("not_resolved") from None
    if response is None:
        raise OutboundFailed("timed_out" if time.monotonic() >= until else "bad_answer")
    if kept.connection.sock is not None:
        shelf.keep(place, kept)
    if 300 <= response.status < 400:
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


def _exchange(kept: Kept, target: Target, body: bytes, headers: Mapping[str, str], until: float) -> Response | None:
    """Send, and give the answer; None if the connection ended before one began. It is open still if it can be kept."""
    connection = kept.connection
    sock = connection.sock
    # A timeout of the socket begins anew with each byte; a slow sender is stopped by closing it.
    alarm = watch.set(until, partial(_shut, sock))
    whole = False
    try:
        sock.settimeout(max(0.01, until - time.monotonic()))
        try:
            _send(connection, target, body, headers)
            answer = connection.getresponse()
        except (_NotBegun, BrokenPipeError, ConnectionResetError):
            return None
        with answer:
            response = Response(answer.status, answer.read(MOST_BODY))
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


def _send(connection: http.client.HTTPConnection, target: Target, body: bytes, headers: Mapping[str, str]) -> None:
    connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
    own = {
        "Host": target.authority,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": f"Lightkeeper/{__version__}",
    }
    names = {name.lower() for name in own}
    for name, value in {**own, **{name: value for name, value in headers.items() if name.lower() not in names}}.items():
        connection.putheader(name, value)
    connection.endheaders(body)


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
