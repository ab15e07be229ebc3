"""What every act on a list asks first: that the list is there, and that what is said of it can be kept."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import LARGEST_RADIUS, ListRefused
from lightkeeper.record.types import Subject

LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 2000
LONGEST_ENTRY_REASON: Final = 300

_VALUE: Final = re.compile(r"[0-9A-Fa-f]{32}")
"""What may be a value of an entry: as many hexadecimal digits as the shortest has."""


def locked_list(list_id: int) -> HashList:
    """The list's row, locked until the caller's transaction ends. Raises ListRefused where there is none."""
    row = HashList.objects.select_for_update().filter(pk=list_id).first()
    if row is None:
        raise ListRefused(_("There is no such list."))
    return row


def subject_of(list_id: int) -> Subject:
    """A list, as the audit trail names it."""
    return Subject("list", str(list_id))


def check_radius(radius: int) -> None:
    """Raise ListRefused unless the radius is in bounds."""
    if not 0 <= radius <= LARGEST_RADIUS:
        raise ListRefused(_("The radius must be 0 to %(most)s bits.") % {"most": LARGEST_RADIUS})


def clean_name(name: str) -> str:
    """A list's name as it is kept. Raises ListRefused."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ListRefused(_("The name of a list must be 1 to %(most)s printable characters.") % {"most": LONGEST_NAME})
    return name


def clean_reason(reason: str, *, longest: int = LONGEST_REASON) -> str:
    """A reason as it is kept. Raises ListRefused where there is none, it is too long, or seems to hold a value."""
    reason = reason.strip()
    if not reason or len(reason) > longest:
        raise ListRefused(_("A reason must be given, of at most %(most)s characters.") % {"most": longest})
    if _VALUE.search(reason):
        raise ListRefused(_("The reason seems to hold a value of an entry; say it without."))
    return reason
