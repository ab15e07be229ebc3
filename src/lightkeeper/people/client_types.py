"""The words of API clients: scopes, what authentication gives, what an allowance answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a key may do."""

    SUBMIT = "submit"
    LOOKUP = "lookup"
    DETAIL = "detail"
    ERASE = "erase"
    STATUS = "status"
    BANKS = "banks"
    CONVERSATIONS = "conversations"
    PUBLIC_REPORTS = "public_reports"


class SpendKind(StrEnum):
    """What is spent: requests of a minute, or look-ups of a day (UTC)."""

    REQUEST = "request"
    LOOKUP = "lookup"


@dataclass(frozen=True, slots=True)
class AuthenticatedClient:
    """Whose key was presented. ``key_id`` is the public part of the key, for ``spend`` and the audit trail."""

    client_id: int
    key_id: str
    name: str
    scopes: frozenset[Scope]


class KeyRefused(Exception):  # noqa: N818  # the word of the contract between rooms
    """A key is not accepted; ``code`` is ``malformed``, ``unknown``, ``revoked`` or ``expired``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether an amount could be spent; if not, ``retry_after`` says in how many whole seconds to ask again."""

    ok: bool
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. ``text`` is shown once and stored nowhere."""

    key_id: str
    text: str
    client_id: int
    old_key_ends_at: datetime | None = None


class ClientError(Exception):
    """What was asked about a client or key cannot be done; the message is a sentence for the person who asked."""
