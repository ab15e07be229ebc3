"""What people write when they refuse, delay or reverse: kept sealed, and checked for its length alone."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.act.types import ActionRefused
from lightkeeper.runtime.services import seal, unseal

PURPOSE: Final = "act:note"
LONGEST_NOTE: Final = 280


def checked_note(text: str, refused: type[Exception] = ActionRefused, *, most: int = LONGEST_NOTE) -> str:
    """A note without the blanks around it. Raises ``refused``, a sentence, where there is none, or it is too long."""
    text = text.strip()
    if not 1 <= len(text) <= most:
        raise refused(_("Write down why, in at most %(most)d characters.") % {"most": most})
    return text


def sealed_note(text: str, context: bytes) -> bytes:
    """A note as a row keeps it. Raises ActionRefused where there is none, or it is too long."""
    return seal(PURPOSE, checked_note(text).encode(), context=context)


def note_of(sealed: bytes | memoryview | None, context: bytes) -> str:
    """The note again, "" where there is none, or it was destroyed. Raises SealError."""
    return "" if not sealed else unseal(PURPOSE, bytes(sealed), context=context).decode()
