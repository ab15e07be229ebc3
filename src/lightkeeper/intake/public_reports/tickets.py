"""Tickets and the token of a form: both made without keeping anything about who asks.

A form carries a token: 128 random bits, the minute it was made, and a keyed digest of both. The ticket of a report is a
keyed digest, 128 bits long, of that token and of what was sent: so the same form sent twice (a lost connection, a page
loaded again) gives the same ticket and one report, another form another ticket, and nobody can guess or foretell one.
Kept is only the blind index of the ticket.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
import time
from typing import Final

from lightkeeper.runtime.services import blind_index

LIFE_MINUTES: Final = 24 * 60
"""How long a form may be open."""
TICKET_BYTES: Final = 16
_NONCE: Final = 16
_TIME: Final = 4
_MAC: Final = 16
_GROUPS: Final = (5, 5, 5, 5, 6)
_LOOKALIKE: Final = str.maketrans("018", "OIB")
"""Digits that are in no ticket, and the letters they were read for."""


def new_token() -> str:
    """A token for a form that is shown now."""
    body = secrets.token_bytes(_NONCE) + _minute().to_bytes(_TIME, "big")
    return base64.urlsafe_b64encode(body + _mac(body)).decode().rstrip("=")


def good_token(token: str) -> bool:
    """Whether we made it, within its life."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(raw) != _NONCE + _TIME + _MAC:
        return False
    body, mac = raw[:-_MAC], raw[-_MAC:]
    age = _minute() - int.from_bytes(body[_NONCE:], "big")
    return hmac.compare_digest(mac, _mac(body)) and 0 <= age <= LIFE_MINUTES


def ticket_for(token: str, sent: str) -> bytes:
    """The ticket of a report: 16 bytes that depend on the form's token and on all that was sent with it."""
    return blind_index("intake:public-report-ticket", token, sent)[:TICKET_BYTES]


def written(ticket: bytes) -> str:
    """A ticket as people copy it: 26 letters and digits in five groups."""
    text = base64.b32encode(ticket).decode().rstrip("=")
    groups, at = [], 0
    for length in _GROUPS:
        groups.append(text[at : at + length])
        at += length
    return "-".join(groups)


def read(text: str) -> bytes | None:
    """A ticket that somebody typed, however it is spaced or capitalised; None for what cannot be one."""
    plain = re.sub(r"[\s\-\u2010-\u2015.]", "", text[:200]).upper().translate(_LOOKALIKE)
    if not re.fullmatch(r"[A-Z2-7]{26}", plain):
        return None
    try:
        return base64.b32decode(plain + "======")
    except binascii.Error:
        return None


def ticket_index(ticket: bytes) -> bytes:
    """32 bytes by which a report is found by its ticket."""
    return blind_index("intake:public-report", ticket)


def _minute() -> int:
    return int(time.time()) // 60


def _mac(body: bytes) -> bytes:
    return blind_index("intake:public-report-form", body)[:_MAC]
