"""Addresses of lists that were made canonical by earlier rules are made so again, a page at a time.

What another value has become finds nothing until then; so it is done soon after an upgrade, by a worker. A list that is
being imported into is left until that is over. What is cut off begins again and passes over what is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.detect.links import RULES
from lightkeeper.detect.places import DOMAIN, PREFIX, URL, ValueRefused, listed_value
from lightkeeper.lists.changes import next_change
from lightkeeper.lists.checking import subject_of
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.sealing import Content, Place, index_of, seal_entries, unseal_entries
from lightkeeper.lists.states import SEARCHED
from lightkeeper.lists.types import EntryState
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor

PAGE: Final = 500
_WRITTEN: Final = (URL, PREFIX, DOMAIN)


def renew_addresses() -> int:
    """Bring every list to the rules of this version; gives how many entries have another value now."""
    older = HashList.objects.filter(address_rules__lt=RULES).order_by("pk").values_list("pk", flat=True)
    return sum(map(_renewed, list(older)))


def _renewed(list_id: int) -> int:
    last, changed = 0, 0
    while True:
        with transaction.atomic():
            row = HashList.objects.select_for_update().get(pk=list_id)
            if row.import_token:
                return changed
            page = list(
                Entry.objects.filter(
                    list_id=list_id, pk__gt=last, algorithm__in=_WRITTEN, pending__isnull=True
                ).order_by("pk")[:PAGE]
            )  # fmt: skip
            changed += _page(list_id, page)
            if not page:
                HashList.objects.filter(pk=list_id).update(address_rules=RULES)
                details = {"changed": changed, "rules": RULES}
                write_event(
                    Event.LISTS_ADDRESSES_RENEWED, actor=Actor.system(), subject=subject_of(list_id), details=details
                )
                return changed
        last = page[-1].pk


def _page(list_id: int, entries: Sequence[Entry]) -> int:
    places = [Place(list_id, entry.algorithm, bytes(entry.value_index)) for entry in entries]
    contents = unseal_entries([bytes(entry.sealed) for entry in entries], places)
    others = [
        (entry, renewed)
        for entry, content in zip(entries, contents, strict=True)
        if (renewed := _by_the_rules(entry.algorithm, content)) != content
    ]
    if not others:
        return 0
    number = next_change()
    for entry, content in others:
        _move(list_id, entry, content, number)
    return len(others)


def _by_the_rules(kind: str, content: Content) -> Content:
    """What is sealed of an entry with its value as it is today; as it was where today's rules know no value."""
    try:
        return content._replace(value=listed_value(kind, content.value.decode("utf-8")))
    except ValueRefused:
        return content


def _move(list_id: int, entry: Entry, content: Content, number: int) -> None:
    """Give an entry its new value; one that has the value of another entry now is withdrawn in favour of that."""
    place = Place(list_id, entry.algorithm, index_of(entry.algorithm, content.value))
    same = Entry.objects.filter(list_id=list_id, value_index=place.value_index, record_index=entry.record_index)
    twin = same.exclude(pk=entry.pk).first()
    if twin is not None:
        if twin.state == EntryState.WITHDRAWN and not twin.state_reason and entry.state in SEARCHED:
            # Its source has it no more, and has this one: what is listed stays found.
            twin.state, twin.state_reason, twin.state_at, twin.changed = entry.state, entry.state_reason, now(), number
            twin.save(update_fields=["state", "state_reason", "state_at", "changed"])
        entry.state, entry.state_at = EntryState.WITHDRAWN, now()
        entry.state_reason = _("By the rules of today it is the same address as another entry.")
    else:
        entry.value_index = place.value_index
        (entry.sealed,) = seal_entries([content], [place])
    entry.changed = number
    entry.save(update_fields=["value_index", "sealed", "state", "state_at", "state_reason", "changed"])
