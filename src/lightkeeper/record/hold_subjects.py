"""What a legal hold can be about. Submissions and cases lie in rooms above, which say here which of them there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from lightkeeper.record.models import Item
from lightkeeper.record.types import HoldSubject, Subject

if TYPE_CHECKING:
    from django.db.models import QuerySet

Exists = Callable[[int], bool]
"""Says whether there is a row of this number."""

_LARGEST: Final = (1 << 63) - 1
_MISSING: Final[Mapping[HoldSubject, str]] = {
    HoldSubject.ITEM: _("There is no item of this number: the audit trail names it, not the platform."),
    HoldSubject.SUBMISSION: _("There is no submission of this number: the audit trail names it, not the platform."),
    HoldSubject.CASE: _("There is no case of this number: the audit trail names it, not the address of its page."),
}
_EXISTS: Final[dict[HoldSubject, Exists]] = {}


def held_by_number(kind: HoldSubject, rows: QuerySet[Any]) -> None:
    """From now on these rows are what a hold on this kind can be about. Called when a room is loaded."""
    _EXISTS[kind] = lambda number: rows.filter(pk=number).exists()


def checked(subject: Subject) -> Subject:
    """The subject with its number written in the one way in which holds are looked for.

    A hold on what is not there would hold nothing, and nobody would know. ValueError, a sentence: no such row.
    """
    kind = HoldSubject(subject.kind)
    number = int(subject.id) if subject.id.isascii() and subject.id.isdigit() and len(subject.id) < 20 else 0
    if not 0 < number <= _LARGEST or not _EXISTS[kind](number):
        raise ValueError(gettext(_MISSING[kind]))
    return Subject(kind.value, str(number))


held_by_number(HoldSubject.ITEM, Item.objects.all())
