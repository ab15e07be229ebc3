"""What is kept sealed of a request: what it says, what people note, what was handed over."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from lightkeeper.act.notes import checked_note
from lightkeeper.act.requests.states import RequestRefused
from lightkeeper.runtime.services import blind_index, seal, unseal

PURPOSE: Final = "act:request"
LONGEST_NAME: Final = 200
LONGEST_BASIS: Final = 500
LONGEST_TEXT: Final = 10_000
LONGEST_NOTE: Final = 2000
MOST_DIGESTS: Final = 1000
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Says:
    """What a request says: who exactly asks, what they call the matter, on what ground, and its text."""

    authority: str
    reference: str
    legal_basis: str
    text: str = ""

    def checked(self) -> Says:
        """The same without spaces around. Raises RequestRefused."""
        says = Says(**{name: value.strip() for name, value in asdict(self).items()})
        for value, most, name in (
            (says.authority, LONGEST_NAME, _("Who asks")),
            (says.reference, LONGEST_NAME, _("Reference")),
            (says.legal_basis, LONGEST_BASIS, _("Legal basis")),
            (says.text or "-", LONGEST_TEXT, _("What it says")),
        ):
            if not 1 <= len(value) <= most:
                raise RequestRefused(
                    _("“%(name)s” must be given, in at most %(most)d characters.") % {"name": name, "most": most}
                )
        return says


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over: in words, to whom, and the SHA-256 (hex) of each file."""

    what: str
    to: str
    digests: tuple[str, ...] = ()

    def checked(self) -> Handed:
        """The same without spaces around. Raises RequestRefused."""
        handed = Handed(self.what.strip(), self.to.strip(), tuple(one.strip().lower() for one in self.digests))
        if not 1 <= len(handed.what) <= LONGEST_NOTE or not 1 <= len(handed.to) <= LONGEST_NAME:
            raise RequestRefused(_("Say what was handed over, and to whom."))
        wrong = next((n for n, one in enumerate(handed.digests, start=1) if not _DIGEST.fullmatch(one)), None)
        if wrong is not None or len(handed.digests) > MOST_DIGESTS:
            raise RequestRefused(
                _("Line %(line)d is no SHA-256: 64 digits of 0-9 and a-f, one a line, at most %(most)d lines.")
                % {"line": wrong or MOST_DIGESTS + 1, "most": MOST_DIGESTS}
            )
        return handed


def sealed_says(says: Says, public: UUID) -> bytes:
    """What a request says, as its row keeps it."""
    return seal(PURPOSE, json.dumps(asdict(says)).encode(), context=public.bytes)


def says_of(content: bytes | memoryview, public: UUID) -> Says:
    """What a request says. Raises SealError."""
    return Says(**json.loads(unseal(PURPOSE, bytes(content), context=public.bytes)))


def sealed_handed(handed: Handed, public: UUID) -> bytes:
    """What was handed over, as its row keeps it."""
    return seal(PURPOSE, json.dumps(asdict(handed)).encode(), context=public.bytes)


def handed_of(content: bytes | memoryview, public: UUID) -> Handed:
    """What was handed over. Raises SealError."""
    found = json.loads(unseal(PURPOSE, bytes(content), context=public.bytes))
    return Handed(found["what"], found["to"], tuple(found["digests"]))


def sealed_note(text: str, public: UUID, *, required: bool = True) -> bytes | None:
    """What somebody noted, as a step keeps it. Raises RequestRefused where there is none, or it is too long."""
    if not text.strip() and not required:
        return None
    return seal(PURPOSE, checked_note(text, RequestRefused, most=LONGEST_NOTE).encode(), context=public.bytes)


def note_of(note: bytes | memoryview | None, public: UUID) -> str:
    """The note again, "" where there is none. Raises SealError."""
    return "" if note is None else unseal(PURPOSE, bytes(note), context=public.bytes).decode()


def reference_index(reference: str) -> bytes:
    """32 bytes by which a request is found by the authority's reference, however it is spaced or capitalised."""
    return blind_index("act:request-reference", "".join(reference.split()).casefold())
