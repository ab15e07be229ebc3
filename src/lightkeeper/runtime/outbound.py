"""Requests that leave: to public addresses only, unless a setting names the host; no redirects, no proxies.

The host name is resolved once, what it resolves to is checked, and the checked address is connected to, so that another
answer of the resolver changes nothing. TLS is verified against the host name.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings

from lightkeeper import __version__
from lightkeeper.runtime.addresses import NotResolved, OutboundRefused, Target, check

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


def post_json(url: str, body: bytes, *, headers: Mapping[str, str] | None = None, timeout: float = 10.0) -> Response:
    """Send a JSON body and give the answer, whatever its status unless it is a redirect.

    ``timeout`` is for all of it, in seconds. OutboundRefused: the address may not be called. OutboundFailed: no usable
    answer.
    """
    until = time.monotonic() + timeout
    try:
        target = check(url, allow=settings.LIGHTKEEPER["outbound_allow"])
    except NotResolved:
        raise OutboundFailed("not_resolved") from None
    sock = _connect(target, until)
    # A timeout of the socket begins anew with each byte; a slow sender is stopped by closing it.
    alarm = threading.Timer(max(0.0, until - time.monotonic()), _shut, [sock])
    alarm.daemon = True
    alarm.start()
    try:
        response = _exchange(sock, target, body, headers or {})
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= until:
            raise OutboundFailed("timed_out") from None
        raise OutboundFailed("bad_header" if type(error) is ValueError else "bad_answer") from None
    finally:
        alarm.cancel()
        sock.close()
    if 300 <= response.status < 400:
        raise OutboundFailed("redirected")
    return response


def _exchange(sock: socket.socket, target: Target, body: bytes, headers: Mapping[str, str]) -> Response:
    # The connection is made already: this class never connects where it has a socket.
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = sock
    connection.auto_open = 0
    connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
    own = {
        "Host": target.authority,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": f"Lightkeeper/{__version__}",
        "Connection": "close",
    }
    names = {name.lower() for name in own}
    for name, value in {**own, **{name: value for name, value in headers.items() if name.lower() not in names}}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    with answer:
        return Response(answer.status, answer.read(MOST_BODY))


def _connect(target: Target, until: float) -> socket.socket:
    code = "not_connected"
    for address in target.addresses:
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
        return _secured(sock, target, until) if target.secure else sock
    raise OutboundFailed(code)


def _secured(sock: socket.socket, target: Target, until: float) -> socket.socket:
    alarm = threading.Timer(max(0.0, until - time.monotonic()), _shut, [sock])
    alarm.daemon = True
    alarm.start()
    try:
        return _tls().wrap_socket(sock, server_hostname=target.host.rstrip("."))
    except (OSError, ValueError) as error:
        sock.close()
        late = isinstance(error, TimeoutError) or time.monotonic() >= until
        raise OutboundFailed("timed_out" if late else "tls_failed") from None
    finally:
        alarm.cancel()


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
