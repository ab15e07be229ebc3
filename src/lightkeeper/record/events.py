"""The closed enumeration of audit events: ``room:subject:act``, what each says, and which details it may carry.

Adding one: a member of ``Event`` (named as its value, in capitals) and its row in ``EVENTS``, both in the block of your
room, by the alphabet; then ``python tools/audit_table.py``, which writes the table of ``docs/audit.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DETAIL_CODE: Final = re.compile(r"[a-z0-9_.:-]{1,64}")
"""What a text among the details must match in full: a code, so that no content or caller's identifier enters."""


class Event(StrEnum):
    """Everything that the audit trail can say."""

    # act

    # intake

    # lists

    # people

    # record
    RECORD_AUDIT_EXPORTED = "record:audit:exported"
    RECORD_AUTHORITY_ENDED = "record:authority:ended"
    RECORD_AUTHORITY_RECORDED = "record:authority:recorded"
    RECORD_CHECKPOINT_EXPORTED = "record:checkpoint:exported"
    RECORD_HOLD_LIFTED = "record:hold:lifted"
    RECORD_HOLD_PLACED = "record:hold:placed"
    RECORD_KEYS_ROTATED = "record:keys:rotated"
    RECORD_OBJECT_DAMAGED = "record:object:damaged"
    RECORD_OBJECT_DESTROYED = "record:object:destroyed"
    RECORD_OBJECT_KEPT = "record:object:kept"
    RECORD_VAULT_SWEPT = "record:vault:swept"
    RECORD_VAULT_VERIFIED = "record:vault:verified"

    # review

    # runtime


@dataclass(frozen=True, slots=True)
class Spec:
    """What an event says (a sentence without its subject, for the table and the console) and its possible details."""

    says: str
    details: frozenset[str] = frozenset()


def _spec(says: str, *details: str) -> Spec:
    return Spec(says, frozenset(details))


EVENTS: Final[dict[Event, Spec]] = {
    # act
    # intake
    # lists
    # people
    # record
    Event.RECORD_AUDIT_EXPORTED: _spec("the audit trail was exported", "events"),
    Event.RECORD_AUTHORITY_ENDED: _spec("nobody answers for keeping and showing any more; hash-only from now on"),
    Event.RECORD_AUTHORITY_RECORDED: _spec("a named person answered for keeping and showing", "country"),
    Event.RECORD_CHECKPOINT_EXPORTED: _spec("a signed checkpoint was exported", "position"),
    Event.RECORD_HOLD_LIFTED: _spec("a legal hold was lifted", "hold", "reason"),
    Event.RECORD_HOLD_PLACED: _spec("a legal hold was placed", "hold", "basis"),
    Event.RECORD_KEYS_ROTATED: _spec("all keys were wrapped anew by the current master key", "rewrapped"),
    Event.RECORD_OBJECT_DAMAGED: _spec("an object of the vault is missing, altered or truncated", "damage"),
    Event.RECORD_OBJECT_DESTROYED: _spec("the key of an object was destroyed, and its file with it", "reason", "kind"),
    Event.RECORD_OBJECT_KEPT: _spec("an object was kept in the vault", "kind", "size"),
    Event.RECORD_VAULT_SWEPT: _spec("files that no row claims were removed", "removed"),
    Event.RECORD_VAULT_VERIFIED: _spec("every object of the vault was read and checked", "objects", "damaged"),
    # review
    # runtime
}
