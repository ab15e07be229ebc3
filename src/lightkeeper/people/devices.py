"""Browsers in which somebody came in before: a signed cookie, which gives their attempts a count of their own.

It opens nothing and replaces neither factor. It only keeps strangers, who can make an account or an address wait, from
keeping its owner waiting too.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from lightkeeper.runtime.services import blind_index

KEPT: Final = timedelta(days=90)
_SALT: Final = "people.device"
_KNOWN: Final = "people_known_device"


def device_of(request: HttpRequest, account: str) -> str | None:
    """The device that this request comes from, if the owner of the account came in with it; else None."""
    text = request.COOKIES.get(_cookie(account))
    if not text:
        return None
    try:
        of, device = signing.loads(text, salt=_SALT, max_age=KEPT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(device) if of == account else None


def note_device(request: HttpRequest, account: str) -> None:
    """Somebody came in to the account: the answer to this request makes the device known (``remember``)."""
    setattr(request, _KNOWN, account)


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie in the answer to a request by which somebody came in."""
    account = getattr(request, _KNOWN, None)
    if account is None:
        return
    response.set_cookie(
        _cookie(account),
        signing.dumps([account, device_of(request, account) or secrets.token_hex(8)], salt=_SALT),
        max_age=KEPT,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie(account: str) -> str:
    """Its name: several people may use one browser, and nobody shall read from it who."""
    return "device_" + blind_index("people:device", account).hex()[:16]
