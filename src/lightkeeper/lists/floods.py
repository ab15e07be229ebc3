"""The breaker of floods: an entry that many uploaders match at once is more likely wrong than all of them are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F

from lightkeeper.lists.checking import locked_list
from lightkeeper.lists.entries import put
from lightkeeper.lists.models import Entry, Hit
from lightkeeper.lists.states import SEARCHED
from lightkeeper.lists.types import EntryState
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.types import Actor

PERIOD: Final = timedelta(hours=1)


def break_floods(entries: Collection[int], at: datetime) -> None:
    """Quarantine those of the entries that too many uploaders matched in the hour before, in the caller's transaction.

    What it matched before a person restored it does not count again.
    """
    recent = Hit.objects.filter(
        entry__in=entries, entry__state__in=SEARCHED, entry__list__flood_uploaders__gt=0,
        at__gt=at - PERIOD, at__gte=F("entry__state_at"),
    )  # fmt: skip
    counted = recent.values("entry__list", "entry").annotate(uploaders=Count("uploader", distinct=True))
    flooded = counted.filter(uploaders__gte=F("entry__list__flood_uploaders")).order_by("entry__list", "entry")
    for list_id, entry_id, uploaders in flooded.values_list("entry__list", "entry", "uploaders"):
        _quarantine(list_id, entry_id, uploaders)


def _quarantine(list_id: int, entry_id: int, uploaders: int) -> None:
    locked_list(list_id)  # first, as everybody does who changes entries: else two could wait for one another
    entry = Entry.objects.select_for_update().get(pk=entry_id)
    if entry.state not in SEARCHED:
        return  # another transaction was quicker
    reason = f"{uploaders} uploaders matched it within an hour"
    put(entry, EntryState.QUARANTINED, reason=reason, actor=Actor.system(), details={"uploaders": uploaders})
    raise_alert(
        AlertKind.ENTRY_FLOODED,
        key=f"entry_flooded:{entry_id}",
        urgent=False,
        path=f"/lists/{entry.list_id}/",
        details={"list": entry.list_id, "entry": entry_id, "uploaders": uploaders},
    )
