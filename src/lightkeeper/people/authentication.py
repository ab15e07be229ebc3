"""Whose key is it: asked at every request, so answered from memory. A revoked key stops working within 5 seconds."""

from __future__ import annotations

import hmac
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.people import last_used
from lightkeeper.people.client_types import AuthenticatedClient, KeyRefused, Scope
from lightkeeper.people.key_texts import key_digest, key_id_of
from lightkeeper.people.models import ApiKey

CACHE_SECONDS: Final = 5.0
CACHE_SIZE: Final = 4096
"""Answers of each sort that are remembered; somebody who tries keys at random cannot push out the good ones."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the database said of one key, until when (monotonic seconds) that holds, and when the key expires (UTC)."""

    until: float
    key: int = 0
    client: AuthenticatedClient | None = None
    expires: float | None = None
    code: str = ""


class _Answers:
    """Remembered answers by the digest of the key's text; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._by_digest: dict[bytes, _Answer] = {}
        self._lock = threading.Lock()
        self.get = self._by_digest.get

    def put(self, digest: bytes, answer: _Answer) -> None:
        with self._lock:
            self._by_digest.pop(digest, None)
            while len(self._by_digest) >= CACHE_SIZE:
                del self._by_digest[next(iter(self._by_digest))]
            self._by_digest[digest] = answer

    def clear(self) -> None:
        with self._lock:
            self._by_digest.clear()

    def __len__(self) -> int:
        return len(self._by_digest)


_accepted = _Answers()
_refused = _Answers()


def authenticate(key_text: str) -> AuthenticatedClient:
    """Say whose key this is. Raises KeyRefused. No query with a warm cache; what it remembers is 5 s old at most.

    Look-up is by the SHA-256 of the whole text, of which a caller controls no prefix, and the stored digest is compared
    in constant time.
    """
    digest = key_digest(key_text)
    answer = _accepted.get(digest) or _refused.get(digest)
    if answer is None or answer.until <= time.monotonic():
        answer = _ask(key_text, digest)
    if answer.client is None:
        raise KeyRefused(answer.code)
    if answer.expires is not None and answer.expires <= time.time():
        raise KeyRefused("expired")
    last_used.note(answer.key)
    return answer.client


def forget_answers() -> None:
    """Forget every remembered answer of this process; others follow within ``CACHE_SECONDS``."""
    _accepted.clear()
    _refused.clear()


def _ask(key_text: str, digest: bytes) -> _Answer:
    key_id = key_id_of(key_text)
    until = time.monotonic() + CACHE_SECONDS  # taken before the query: a change during it is seen in time
    if key_id is None:
        return _Answer(until, code="malformed")
    key = ApiKey.objects.select_related("client").filter(key_id=key_id).first()
    # Compared whatever was found, so that a known id takes as long as an unknown one.
    same = hmac.compare_digest(bytes(key.secret_hash) if key else bytes(len(digest)), digest)
    if key is None or not same:
        answer = _Answer(until, code="unknown")
    elif key.revoked_at is not None:
        answer = _Answer(until, code="revoked")
    else:
        answer = _Answer(until, key.pk, authenticated(key), _stamp(key.expires_at))
    if answer.client is None:
        _refused.put(digest, answer)
    else:
        _accepted.put(digest, answer)
    return answer


def authenticated(key: ApiKey) -> AuthenticatedClient:
    """Give what a request gets to know of its key."""
    scopes = frozenset(Scope(word) for word in key.scopes.split())
    return AuthenticatedClient(key.client_id, key.key_id, key.client.name, scopes)


def _stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
