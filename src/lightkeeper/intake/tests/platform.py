"""A platform for tests: a client with keys, pictures drawn by code, and requests as a platform would send them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser

from lightkeeper.demo import drawings, edits
from lightkeeper.people.client_types import Scope
from lightkeeper.people.clients import create_client, create_key
from lightkeeper.record.types import Actor

OPERATOR = Actor.operator()
BOUNDARY = "edge-of-a-part"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


@cache
def picture(number: int, *, quality: int = 85) -> bytes:
    """A drawing as JPEG, small."""
    return edits.as_jpeg(drawings.drawing(number, (192, 144)), quality)


@cache
def edited(number: int) -> bytes:
    """The same drawing, paler and bluer: near by PDQ, other bytes."""
    return edits.as_jpeg(edits.recoloured(drawings.drawing(number, (192, 144))))


def multipart(*parts: tuple[str, bytes | str, str | None], ending: bool = True) -> bytes:
    """A multipart body: (name, content, file name or None) of each part."""
    body = b""
    for name, content, file_name in parts:
        named = f'; filename="{file_name}"' if file_name else ""
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
        body += (content.encode() if isinstance(content, str) else content) + b"\r\n"
    return body + (f"--{BOUNDARY}--\r\n".encode() if ending else b"")


@dataclass
class Platform:
    """A client of the API. ``key`` has the scopes submit and erase; ``detailed`` the scope detail besides."""

    client_id: int
    key: str
    detailed: str
    lookup: str
    status: str
    browser: Browser = field(default_factory=lambda: Browser(raise_request_exception=False))

    def send(
        self, method: str, path: str, body: bytes | str | None = None, *, key: str | None = None, kind: str = ""
    ) -> HttpResponse:
        """One request."""
        headers = {"authorization": f"Bearer {self.key if key is None else key}"}
        data = body.encode() if isinstance(body, str) else body or b""
        made: HttpResponse = self.browser.generic(method, f"/api/v1{path}", data, kind, headers=headers)  # type: ignore[assignment]
        return made

    def json(self, path: str, value: Any, *, key: str | None = None) -> HttpResponse:
        """One request with a JSON body."""
        return self.send("POST", path, json.dumps(value), key=key, kind="application/json")

    def submit(
        self,
        name: str,
        content: bytes,
        *,
        wait: bool = True,
        key: str | None = None,
        kind: str = "picture",
        **metadata: Any,
    ) -> HttpResponse:
        """Submit a picture or video."""
        said = {"id": name, "kind": kind, **metadata}
        body = multipart(("metadata", json.dumps(said), None), ("content", content, "a.jpg"))
        return self.send("POST", f"/submissions?wait={str(wait).lower()}", body, key=key, kind=KIND)

    def url(self, name: str, url: str, *, key: str | None = None, **metadata: Any) -> HttpResponse:
        """Submit an address."""
        return self.json("/submissions", {"id": name, "kind": "url", "url": url, **metadata}, key=key)

    def get(self, name: str, *, key: str | None = None) -> HttpResponse:
        """Ask how a submission stands."""
        return self.send("GET", f"/submissions/{name}", key=key)


def make_platform(name: str = "a platform", *, rate: int = 100_000) -> Platform:
    """A client with its keys."""
    client = create_client(name=name, actor=OPERATOR)

    def key(*scopes: Scope) -> str:
        return create_key(
            client_id=client.pk, scopes=scopes, actor=OPERATOR, rate_per_minute=rate, lookup_per_day=1000
        ).text

    return Platform(
        client.pk,
        key(Scope.SUBMIT, Scope.ERASE),
        key(Scope.SUBMIT, Scope.ERASE, Scope.DETAIL),
        key(Scope.LOOKUP),
        key(Scope.STATUS),
    )


def body_of(response: HttpResponse) -> Any:
    """The JSON of an answer."""
    return json.loads(response.content)
