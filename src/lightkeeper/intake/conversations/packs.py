"""Operators' packs of phrases: sealed in the database, listed by name, and reviewed by somebody who is named."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.intake.conversations.models import ConversationPack
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.runtime.services import derived_key, seal, unseal

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.engine import Reader
    from lightkeeper.detect.text.signal_packs import SignalPack

LARGEST: Final = 2 << 20
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PURPOSE: Final = "intake:conversation-pack"
_TEMPLATES: Final = "intake:conversation-template"
"""What templates of first words are keyed for: without the key nobody can try words against a row."""


class PackRefused(Exception):  # noqa: N818  # a refusal, told to whoever asked
    """What was asked about a pack cannot be done; the message is a sentence for the person who asked."""


@transaction.atomic
def add_pack(*, name: str, content: bytes, actor: Actor) -> ConversationPack:
    """Load a pack, or a newer version of one: which then nobody has reviewed. Raises PackRefused with a sentence."""
    if not _NAME.fullmatch(name):
        raise PackRefused(_("A pack's name has 1 to 64 small letters, digits, - and _, such as our-english."))
    pack = _read(content)
    row = ConversationPack.objects.select_for_update().filter(name=name).first() or ConversationPack(name=name)
    row.language, row.phrases = pack.language, len(pack.phrases)
    row.sealed = seal(_PURPOSE, content, context=name.encode())
    row.digest = hashlib.sha256(content).digest()
    row.added_at, row.reviewed_by, row.reviewed_at = now(), "", None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise PackRefused(_("Somebody else loaded a pack of this name in this moment; look at theirs first.")) from None
    write_event(
        Event.INTAKE_CONVERSATION_PACK_ADDED, actor=actor, subject=_subject(row),
        details={"language": row.language.lower(), "phrases": row.phrases},
    )  # fmt: skip
    return row


@transaction.atomic
def mark_reviewed(*, name: str, by: str, actor: Actor) -> ConversationPack:
    """Record who, as a native speaker, has reviewed a pack: from now on it may lift a pair above watch."""
    by = by.strip()
    if not 1 <= len(by) <= 200 or not by.isprintable():
        raise PackRefused(_("Say by name who has reviewed the pack, in at most 200 characters."))
    row = _locked(name)
    row.reviewed_by, row.reviewed_at = by, now()
    row.save(update_fields=["reviewed_by", "reviewed_at"])
    write_event(Event.INTAKE_CONVERSATION_PACK_REVIEWED, actor=actor, subject=_subject(row))
    return row


@transaction.atomic
def remove_pack(*, name: str, actor: Actor) -> None:
    """Take a pack away: its phrases count no more from the next event on. Raises PackRefused."""
    row = _locked(name)
    write_event(Event.INTAKE_CONVERSATION_PACK_REMOVED, actor=actor, subject=_subject(row))
    row.delete()


def all_packs() -> list[ConversationPack]:
    """Operators' packs by name, without what is in them."""
    return list(ConversationPack.objects.defer("sealed"))


def reviewed() -> bool:
    """Whether any pack was reviewed by a native speaker; those that are shipped were not."""
    return ConversationPack.objects.exclude(reviewed_by="").exists()


def reader() -> Reader:
    """What reads texts by the shipped packs and by operators' own; a shipped one that was loaded too is read once."""
    from lightkeeper.detect.text.phrase_matcher import SignalReader
    from lightkeeper.detect.text.signal_packs import shipped_packs

    own = [_opened(row) for row in ConversationPack.objects.all()]
    loaded = {pack.digest for pack in own}
    return SignalReader(
        [*(pack for pack in shipped_packs() if pack.digest not in loaded), *own], key=derived_key(_TEMPLATES)
    )


def _read(content: bytes, *, reviewed_by: str = "") -> SignalPack:
    """The pack of a file, as reviewed by whom this installation says and nobody else. Raises PackRefused."""
    from lightkeeper.detect.text.signal_packs import SignalPackError, read_pack

    if len(content) > LARGEST:
        raise PackRefused(_("A pack has at most %(most)d bytes.") % {"most": LARGEST})
    try:
        return dataclasses.replace(read_pack(content), reviewed_by=reviewed_by)
    except SignalPackError as error:
        raise PackRefused(str(error)) from None


def _opened(row: ConversationPack) -> SignalPack:
    return _read(unseal(_PURPOSE, bytes(row.sealed), context=row.name.encode()), reviewed_by=row.reviewed_by)


def _locked(name: str) -> ConversationPack:
    row = ConversationPack.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise PackRefused(_("There is no pack of this name; “lightkeeper conversations packs list” shows them."))
    return row


def _subject(row: ConversationPack) -> Subject:
    return Subject("conversation_pack", str(row.pk))
