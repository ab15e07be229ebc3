"""Adding a settled item to a list of our own: an act of a person, after people settled it as illegal; never by itself.

What is added is known of the item without its bytes, so it works in hash-only mode too.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.models import Contribution, Decision
from lightkeeper.act.states import DecisionState
from lightkeeper.act.types import WITHHOLDING, ContributionRefused
from lightkeeper.detect import links
from lightkeeper.lists.models import Clock, Entry, HashList
from lightkeeper.lists.services import add_entries, read_lines
from lightkeeper.lists.types import WIDTHS, Algorithm, EntryState, ListPurpose, ListStatus, NewEntry
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.queries import deciding_grade, outcome_of, url_addresses
from lightkeeper.review.services import context_of
from lightkeeper.runtime.services import SealError

_OTHERS: Final = (Algorithm.SHA1, Algorithm.MD5)
_HASHES: Final = (Algorithm.SHA256, *_OTHERS, Algorithm.PDQ)
_logger = logging.getLogger(__name__)


def own_lists() -> list[HashList]:
    """The lists that something can be added to: of known material, searched for, and filled by no exchange."""
    rows = HashList.objects.filter(purpose=ListPurpose.KNOWN, exchange=None)
    return list(rows.exclude(status=ListStatus.QUARANTINED).order_by("name"))


def may_be_added(case_item: CaseItem) -> bool:
    """Whether people settled the item as illegal, so that it may be added to a list; an address is not."""
    if case_item.item.sha256 is None or _illegal(deciding_grade(case_item)) is None:
        return False
    return not Decision.objects.filter(case_item=case_item, state=DecisionState.REVERSED).exists()


def suggests_adding(case_item: CaseItem) -> bool:
    """Whether what was decided suggests it: content that is not to be shown should be known the next time."""
    carried_out = Decision.objects.filter(case_item=case_item, state=DecisionState.CARRIED_OUT)
    return carried_out.filter(kind__in=WITHHOLDING).exists() and may_be_added(case_item)


@transaction.atomic
def add_to_list(case_item: CaseItem, list_id: int, *, reason: str, person: Person) -> int:
    """Add what is known of a settled item to a list of our own; gives how many values are on the list now.

    Its category is the grade's industry classification, its id the case's. One event, the list's. Raises
    PermissionDenied; ContributionRefused, ListRefused with a sentence.
    """
    require(person, Permission.LIST_CONTRIBUTE)
    case = Case.objects.select_for_update().get(pk=case_item.case_id)
    item = CaseItem.objects.select_related("item").get(pk=case_item.pk)
    grade = _illegal(deciding_grade(item))
    if grade is None or item.item.sha256 is None:
        raise ContributionRefused(_("Only a picture or video that people settled as illegal is added to a list."))
    if not may_be_added(item):
        raise ContributionRefused(_("What was decided about this item was reversed."))
    if CaseItem.objects.filter(reopens=item).exists():
        raise ContributionRefused(_("This item was opened again; what is judged there counts."))
    if list_id not in {row.pk for row in own_lists()}:
        raise ContributionRefused(_("Choose one of our own lists."))
    values = [
        NewEntry(algorithm, value, id=str(case.public), category=grade.industry_class)
        for algorithm, value in values_of(item).items()
    ]
    return _add(item, list_id, values, reason=reason, person=person)


def hashes_may_be_added(case_item: CaseItem) -> bool:
    """Whether people settled an address as one to act on, so that hashes of what is there may be added to a list."""
    if case_item.item.kind != ItemKind.URL or _illegal(deciding_grade(case_item)) is None:
        return False
    if CaseItem.objects.filter(reopens=case_item).exists():
        return False
    return not Decision.objects.filter(case_item=case_item, state=DecisionState.REVERSED).exists()


@transaction.atomic
def add_hashes_to_list(case_item: CaseItem, list_id: int, text: str, *, reason: str, person: Person) -> int:
    """Add hashes of what is at an address to a list of our own, as a person found them; gives how many are on it now.

    ``text``: lines ``algorithm value``. Each gets the case's id, and the category that its line gives, else none: the
    address has one of the most severe picture, which says nothing of another. One event, the list's. Raises
    PermissionDenied; ContributionRefused, ListRefused with a sentence.
    """
    require(person, Permission.LIST_CONTRIBUTE)
    case = Case.objects.select_for_update().get(pk=case_item.case_id)
    item = CaseItem.objects.select_related("item").get(pk=case_item.pk)
    if not hashes_may_be_added(item):
        raise ContributionRefused(_("Hashes are added only of an address that people settled as one to act on."))
    if list_id not in {row.pk for row in own_lists()}:
        raise ContributionRefused(_("Choose one of our own lists."))
    given = [new for _line, new in read_lines(text)]
    if any(new.algorithm not in _HASHES for new in given):
        raise ContributionRefused(_("Only hashes of pictures and videos are added here: sha256, sha1, md5 or pdq."))
    values = [dataclasses.replace(new, id=str(case.public)) for new in given]
    return _add(item, list_id, values, reason=reason, person=person)


@transaction.atomic
def add_address_to_list(case_item: CaseItem, list_id: int, *, reason: str, person: Person) -> int:
    """Add an address that people settled as one to act on to a list of our own; gives how many values are on it now.

    In canonical form, each way in which it is written. One event, the list's. Raises PermissionDenied;
    ContributionRefused, ListRefused with a sentence; SealError where what is kept was altered.
    """
    require(person, Permission.LIST_CONTRIBUTE)
    case = Case.objects.select_for_update().get(pk=case_item.case_id)
    item = CaseItem.objects.select_related("item").get(pk=case_item.pk)
    grade = _illegal(deciding_grade(item))
    if grade is None or not hashes_may_be_added(item):
        raise ContributionRefused(_("Only an address that people settled as one to act on is added to a list."))
    if list_id not in {row.pk for row in own_lists()}:
        raise ContributionRefused(_("Choose one of our own lists."))
    known = {links.canonical(address).url for address in url_addresses(item)} - {None}
    if not known:
        raise ContributionRefused(_("The address was erased; it cannot be added any more."))
    values = [
        NewEntry(Algorithm.URL, address.encode(), id=str(case.public), category=grade.industry_class)
        for address in sorted(filter(None, known))
    ]
    return _add(item, list_id, values, reason=reason, person=person)


def _add(item: CaseItem, list_id: int, values: list[NewEntry], *, reason: str, person: Person) -> int:
    since = Clock.objects.values_list("number", flat=True).first() or 0
    added = set(add_entries(list_id, values, actor=person.actor, reason=reason))
    _note(item, added, since)
    return len(added)


def _note(item: CaseItem, entries: set[int], since: int) -> None:
    """Note what was added just now, so that a reversal withdraws it; not what was there before."""
    fresh = Entry.objects.filter(pk__in=entries, state=EntryState.ACTIVE, changed__gt=since)
    rows = [Contribution(case_item=item, entry=entry, added_at=now()) for entry in fresh.order_by("pk")]
    Contribution.objects.bulk_create(rows, ignore_conflicts=True)


def values_of(case_item: CaseItem) -> dict[Algorithm, bytes]:
    """What is known of the item's bytes: the SHA-256, and what came with a submission that was not erased."""
    assert case_item.item.sha256 is not None  # noqa: S101  # who asks has looked
    found = {Algorithm.SHA256: bytes(case_item.item.sha256)}
    for sighting in case_item.sightings.order_by("pk"):
        try:
            context = context_of(sighting) or {}
        except SealError:
            _logger.error("what came with sighting %s cannot be opened", sighting.pk)  # noqa: TRY400  # no traceback
            continue
        found = {**_values_in(context), **found}
    return {algorithm: found[algorithm] for algorithm in Algorithm if algorithm in found}


def _values_in(context: Mapping[str, Any]) -> dict[Algorithm, bytes]:
    digests = context.get("digests")
    given = {**digests, "pdq": context.get("pdq")} if isinstance(digests, dict) else {}
    found = {}
    for algorithm in (*_OTHERS, Algorithm.PDQ):
        text = given.get(algorithm.value)
        if isinstance(text, str) and len(text) == 2 * WIDTHS[algorithm]:
            found[algorithm] = bytes.fromhex(text)
    return found


def _illegal(grade: Grade | None) -> Grade | None:
    """The grade, if it says that the item is illegal."""
    value = None if grade is None else outcome_of(grade)
    return grade if value is not None and value.illegal else None
