"""Making lists and importing files into them."""

from __future__ import annotations

from functools import cache
from typing import BinaryIO, Final

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.detect.links import RULES
from lightkeeper.lists.changes import next_change
from lightkeeper.lists.checking import check_radius, clean_name, subject_of
from lightkeeper.lists.importing import OpenedList, Reading, run_import
from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import LARGEST_RADIUS, ImportSummary, ListPurpose, ListRefused, ListStatus
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details

DEFAULT_STATUS: Final = ListStatus.TRIAL
"""A list nobody has vouched for tells nobody anything."""


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
    purpose: ListPurpose | None = None,
) -> ImportSummary:
    """Import a list file (``docs/lists.md``) into the list of this name, which is made where there is none.

    Rows that cannot be used are set aside by line; the same file again changes nothing; with ``replace`` entries that
    the file does not have are withdrawn. Memory stays bounded, whatever the file's size. ``status`` (trial where not
    said), ``radius`` (31), ``source`` and ``purpose`` (known) are those of a new list; ``algorithm`` says what the
    values of a file without a header are. Not to be called within a transaction: it makes many. Raises ListRefused,
    SealError, KeyUnusableError.
    """
    name = clean_name(name)

    @cache
    def opened() -> OpenedList:
        row = _check_existing(name, status, radius, purpose)
        if row is not None:
            return OpenedList(row.pk, name, created=False)
        list_id = create_list(
            name=name, actor=actor, status=status or DEFAULT_STATUS, source=source,
            radius=LARGEST_RADIUS if radius is None else radius, purpose=purpose or ListPurpose.KNOWN,
        )  # fmt: skip
        return OpenedList(list_id, name, created=True)

    _check_existing(name, status, radius, purpose)
    return run_import(Reading(file, algorithm), opened, actor=actor, replace=replace)


def create_list(
    *,
    name: str,
    actor: Actor,
    status: ListStatus = DEFAULT_STATUS,
    radius: int = LARGEST_RADIUS,
    source: str = "",
    purpose: ListPurpose = ListPurpose.KNOWN,
) -> int:
    """Make an empty list; gives its key. Raises ListRefused where the name is taken or anything is out of bounds.

    What a list is for (``purpose``) never changes: a list of known material that became an allow-list would hide it.
    """
    name = clean_name(name)
    check_radius(radius)
    at = now()
    try:
        with transaction.atomic():
            row = HashList.objects.create(
                name=name, source=source.strip()[:200], purpose=ListPurpose(purpose), status=ListStatus(status),
                radius=radius, address_rules=RULES, created_at=at, updated_at=at,
            )  # fmt: skip
            next_change()
            details: Details = {"status": str(row.status), "radius": radius, "purpose": str(row.purpose)}
            write_event(Event.LISTS_LIST_CREATED, actor=actor, subject=subject_of(row.pk), details=details)
    except IntegrityError as error:
        raise ListRefused(_("There is a list of this name already.")) from error
    return row.pk


def _check_existing(
    name: str, status: ListStatus | None, radius: int | None, purpose: ListPurpose | None
) -> HashList | None:
    """The list of this name, if there is one. An import never changes what a list means: others have to, with reasons.

    Raises ListRefused.
    """
    if radius is not None:
        check_radius(radius)
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
    if row is not None and purpose not in (None, row.purpose):
        raise ListRefused(_("The list is there and is for something else; import into a list of another name."))
    return row
