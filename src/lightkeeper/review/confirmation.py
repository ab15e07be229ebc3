"""How often what a list found was right, by list: from findings drawn at random alone, like all precision."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lightkeeper.review.models import Finding
from lightkeeper.review.precision import told_of
from lightkeeper.review.statistics import Share, says_little, share


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Items that a list found and that were drawn; ``waiting`` are not settled, ``untold`` settled without a word.

    ``right``: those that people found illegal, of those that they could judge; None where there were none.
    """

    drawn: int
    waiting: int
    untold: int
    right: Share | None

    @property
    def few(self) -> bool:
        """Whether this is too little to go by."""
        return says_little(self.right)


def confirmations(list_ids: Collection[int], since: datetime | None = None) -> dict[int, Confirmation]:
    """For each of the lists that have drawn findings since a time: an item counts once, as it was judged last."""
    rows = Finding.objects.filter(sampled=True, list_id__in=list_ids).defer("sealed").select_related("case_item")
    found = list(rows if since is None else rows.filter(found_at__gte=since))
    told = told_of(row.case_item for row in found)
    items: dict[int, set[int]] = defaultdict(set)
    for row in found:
        if row.list_id is not None:
            items[row.list_id].add(row.case_item.item_id)
    return {list_id: _of(these, told) for list_id, these in items.items()}


def _of(items: set[int], told: dict[int, bool | None]) -> Confirmation:
    counted = Counter(told[item] for item in items if item in told)
    right = share(counted[True], counted[True] + counted[False])
    return Confirmation(len(items), len(items) - counted.total(), counted[None], right)
