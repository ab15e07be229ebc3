"""Signatures of what is sent and received: HMAC-SHA256 over the time and the body, with the id of the key.

``docs/callbacks.md`` tells receivers how to verify them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

TIMESTAMP: Final = "Lightkeeper-Timestamp"
KEY_ID: Final = "Lightkeeper-Key-Id"
SIGNATURE: Final = "Lightkeeper-Signature"
TOLERANCE: Final = timedelta(minutes=5)


class SignatureError(Exception):
    """A message is not signed, not by a known key, not with this body, or too long ago."""


def sign(body: bytes, *, key: bytes, key_id: str, at: datetime) -> dict[str, str]:
    """The headers that sign a body: unix seconds, the key's id, and ``v1=`` with 64 hexadecimal digits."""
    timestamp = str(int(at.timestamp()))
    return {TIMESTAMP: timestamp, KEY_ID: key_id, SIGNATURE: f"v1={_digest(body, key=key, timestamp=timestamp)}"}


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    keys: Mapping[str, bytes],
    now: datetime | None = None,
    tolerance: timedelta = TOLERANCE,
) -> str:
    """Verify a signed body; gives the id of the key. ``keys`` are the known ones by id. SignatureError."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, key_id = given.get(TIMESTAMP.lower(), ""), given.get(KEY_ID.lower(), "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise SignatureError("There is no timestamp.")
    key = keys.get(key_id)
    if key is None:
        raise SignatureError("The key is not known.")
    expected = f"v1={_digest(body, key=key, timestamp=timestamp)}".encode("ascii")
    offered = [one.strip().encode("utf-8") for one in given.get(SIGNATURE.lower(), "").split(",")]
    if not any(hmac.compare_digest(expected, one) for one in offered):
        raise SignatureError("The signature is not that of this body.")
    # After the signature: nobody learns our clock who does not hold a key.
    if abs((now or timezone.now()).timestamp() - int(timestamp)) > tolerance.total_seconds():
        raise SignatureError("The signature is too old, or the clocks differ.")
    return key_id


def _digest(body: bytes, *, key: bytes, timestamp: str) -> str:
    return hmac.new(key, f"{timestamp}.".encode("ascii") + body, hashlib.sha256).hexdigest()
