"""Noting which entry matched which item: in the transaction that opens or joins the item's case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.lists.floods import break_floods
from lightkeeper.lists.models import Entry, Hit
from lightkeeper.lists.types import NewHit

KEPT: Final = timedelta(days=90)
"""How long a hit is kept after it was last seen."""

PRUNED_AT_ONCE: Final = 5000


@transaction.atomic
def note_hits(hits: Sequence[NewHit]) -> None:
    """Note that entries matched items, and quarantine those that too many uploaders match at once.

    The same hit again is seen again, not counted twice. Entries that are gone are passed over.
    """
    if not hits:
        return
    at = now()
    wanted = {(hit.entry, hit.item, hit.uploader): hit for hit in hits}
    there = set(Entry.objects.filter(pk__in={hit.entry for hit in hits}).values_list("pk", flat=True))
    rows = [
        Hit(entry_id=hit.entry, item=hit.item, uploader=hit.uploader, distance=hit.distance, at=at)
        for _, hit in sorted(wanted.items())
        if hit.entry in there
    ]
    Hit.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["distance", "at"], unique_fields=["entry", "item", "uploader"]
    )
    break_floods(there, at)


def prune_hits() -> int:
    """Destroy hits that were not seen for ``KEPT``, in short transactions; gives their number."""
    pruned = 0
    while True:
        old = list(Hit.objects.filter(at__lt=now() - KEPT).values_list("pk", flat=True)[:PRUNED_AT_ONCE])
        if not old:
            return pruned
        pruned += Hit.objects.filter(pk__in=old).delete()[0]
