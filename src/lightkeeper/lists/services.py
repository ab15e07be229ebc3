"""Every write of the room: lists are made, imported into, and their status and radius changed."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import BinaryIO, Final

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.changes import next_change
from lightkeeper.lists.importing import OpenedList, Reading, run_import
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.staging import withdraw_keys
from lightkeeper.lists.states import STATUS_MOVES
from lightkeeper.lists.types import LARGEST_RADIUS, ImportSummary, ListRefused, ListStatus
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details, Subject

DEFAULT_STATUS: Final = ListStatus.TRIAL
"""A list nobody has vouched for tells nobody anything."""

LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 2000


def import_list(
    file: BinaryIO,
    *,
    name: str,
    actor: Actor,
    status: ListStatus | None = None,
    radius: int | None = None,
    source: str = "",
    algorithm: str | None = None,
    replace: bool = False,
) -> ImportSummary:
    """Import a list file (``docs/lists.md``) into the list of this name, which is made where there is none.

    Rows that cannot be used are set aside by line; the same file again changes nothing; with ``replace`` entries that
    the file does not have are withdrawn. Memory stays bounded, whatever the file's size. ``status`` (trial where not
    said), ``radius`` (31) and ``source`` are those of a new list; ``algorithm`` says what the values of a file without
    a header are. Not to be called within a transaction: it makes many. Raises ListRefused, SealError, KeyUnusableError.
    """

    @cache
    def opened() -> OpenedList:
        return _opened(name, status=status, radius=radius, source=source, actor=actor)

    _check_existing(_clean_name(name), status, radius)
    return run_import(Reading(file, algorithm), opened, actor=actor, replace=replace)


def create_list(
    *, name: str, actor: Actor, status: ListStatus = DEFAULT_STATUS, radius: int = LARGEST_RADIUS, source: str = ""
) -> int:
    """Make an empty list; gives its key. Raises ListRefused where the name is taken or anything is out of bounds."""
    name = _clean_name(name)
    _check_radius(radius)
    at = now()
    try:
        with transaction.atomic():
            row = HashList.objects.create(
                name=name, source=source.strip()[:200], status=ListStatus(status), radius=radius, created_at=at,
                updated_at=at,
            )  # fmt: skip
            next_change()
            details: Details = {"status": str(row.status), "radius": radius}
            write_event(Event.LISTS_LIST_CREATED, actor=actor, subject=_subject(row.pk), details=details)
    except IntegrityError as error:
        raise ListRefused(_("There is a list of this name already.")) from error
    return row.pk


def set_status(list_id: int, status: ListStatus, *, reason: str, actor: Actor) -> None:
    """Change what follows from matches of a list. Raises ListRefused: no such list, the same status, no reason."""
    reason = _clean_reason(reason)
    with transaction.atomic():
        row = _locked(list_id)
        old = ListStatus(row.status)
        if status not in STATUS_MOVES[old]:
            raise ListRefused(_("The list is %(status)s already.") % {"status": old})
        row.status, row.status_reason, row.updated_at = ListStatus(status), reason, now()
        row.save(update_fields=["status", "status_reason", "updated_at"])
        next_change()
        details = {"from": str(old), "to": str(row.status)}
        write_event(Event.LISTS_STATUS_CHANGED, actor=actor, subject=_subject(list_id), details=details)


def set_radius(list_id: int, radius: int, *, reason: str, actor: Actor) -> None:
    """Change within how many bits a hash matches the list. Raises ListRefused: out of bounds, no reason, the same."""
    reason = _clean_reason(reason)
    _check_radius(radius)
    with transaction.atomic():
        row = _locked(list_id)
        old = row.radius
        if old == radius:
            raise ListRefused(_("The radius of the list is %(radius)s already.") % {"radius": radius})
        row.radius, row.rationale, row.updated_at = radius, reason, now()
        row.save(update_fields=["radius", "rationale", "updated_at"])
        next_change()
        details = {"from": old, "to": radius}
        write_event(Event.LISTS_RADIUS_CHANGED, actor=actor, subject=_subject(list_id), details=details)


def withdraw_entry(entry_id: int, *, actor: Actor) -> None:
    """Stop searching for one entry, in every process within seconds. Raises ListRefused where it is not active."""
    with transaction.atomic():
        entry = Entry.objects.filter(pk=entry_id).only("list_id").first()
        if entry is None or not withdraw_keys(entry.list_id, [entry_id], next_change()):
            raise ListRefused(_("There is no such active entry."))
        subject = Subject("entry", str(entry_id))
        write_event(Event.LISTS_ENTRY_WITHDRAWN, actor=actor, subject=subject, details={"list": entry.list_id})


def _opened(name: str, *, status: ListStatus | None, radius: int | None, source: str, actor: Actor) -> OpenedList:
    name = _clean_name(name)
    row = _check_existing(name, status, radius)
    if row is not None:
        return OpenedList(row.pk, name, created=False)
    radius = LARGEST_RADIUS if radius is None else radius
    list_id = create_list(name=name, actor=actor, status=status or DEFAULT_STATUS, radius=radius, source=source)
    return OpenedList(list_id, name, created=True)


def _check_existing(name: str, status: ListStatus | None, radius: int | None) -> HashList | None:
    """The list of this name, if there is one. An import never changes what a list means: others have to, with reasons.

    Raises ListRefused.
    """
    if radius is not None:
        _check_radius(radius)
    row = HashList.objects.filter(name=name).first()
    if row is not None and status not in (None, row.status):
        raise ListRefused(
            _("The list is there and is %(status)s; its status is changed with a reason, not by an import.")
            % {"status": row.status}
        )
    if row is not None and radius not in (None, row.radius):
        raise ListRefused(
            _("The list is there with radius %(radius)s; it is changed with a reason, not by an import.")
            % {"radius": row.radius}
        )  # fmt: skip
    return row


def _locked(list_id: int) -> HashList:
    row = HashList.objects.select_for_update().filter(pk=list_id).first()
    if row is None:
        raise ListRefused(_("There is no such list."))
    return row


def _subject(list_id: int) -> Subject:
    return Subject("list", str(list_id))


def _check_radius(radius: int) -> None:
    if not 0 <= radius <= LARGEST_RADIUS:
        raise ListRefused(_("The radius must be 0 to %(most)s bits.") % {"most": LARGEST_RADIUS})


def _clean_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ListRefused(_("The name of a list must be 1 to %(most)s printable characters.") % {"most": LONGEST_NAME})
    return name


def _clean_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ListRefused(_("A reason must be given, of at most %(most)s characters.") % {"most": LONGEST_REASON})
    return reason
