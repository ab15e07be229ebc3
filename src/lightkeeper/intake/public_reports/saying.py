"""What a report says, as its row keeps it: sealed, the contact apart from the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lightkeeper.runtime.services import seal, unseal

CONTENT: Final = "intake:public-report"
CONTACT: Final = "intake:public-report-contact"


@dataclass(frozen=True, slots=True)
class Says:
    """Addresses as typed, and a description; one of them may be empty. ``note`` is what people added in triage."""

    addresses: tuple[str, ...] = ()
    description: str = ""
    note: str = ""


def sealed_says(says: Says, public: UUID) -> bytes:
    """What a report says, for its row."""
    text = json.dumps([list(says.addresses), says.description, says.note])
    return seal(CONTENT, text.encode("utf-8"), context=public.bytes)


def says_of(content: bytes | memoryview | None, public: UUID) -> Says | None:
    """What a report says, None once it was destroyed. Raises SealError."""
    if content is None:
        return None
    addresses, description, note = json.loads(unseal(CONTENT, bytes(content), context=public.bytes))
    return Says(tuple(addresses), description, note)


def sealed_contact(contact: str, public: UUID) -> bytes | None:
    """How to reach whoever reports, None where they said nothing."""
    return seal(CONTACT, contact.encode("utf-8"), context=public.bytes) if contact else None


def contact_of(contact: bytes | memoryview | None, public: UUID) -> str:
    """How to reach them, "" where they said nothing or it was destroyed. Raises SealError."""
    return "" if contact is None else unseal(CONTACT, bytes(contact), context=public.bytes).decode("utf-8")
