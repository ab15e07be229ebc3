"""Lists that were not renewed for too long: what is searched with them finds what was known long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert


def stale_lists() -> list[HashList]:
    """Lists that are searched and have had no news for the days that each says, or the setting, by name.

    One into which nothing ever was imported counts from the day on which it was made. With 0 days none is stale.
    """
    usual, at = settings.LIGHTKEEPER["list_stale_days"], now()
    searched = HashList.objects.exclude(status=ListStatus.QUARANTINED).order_by("name")
    return [row for row in searched if _stale(row, usual if row.stale_days is None else row.stale_days, at)]


def _stale(row: HashList, days: int, at: datetime) -> bool:
    return days > 0 and (row.imported_at or row.created_at) < at - timedelta(days=days)


def warn_of_stale() -> int:
    """Raise an alert for each such list; gives their number. One that was settled comes again until it is renewed."""
    rows = stale_lists()
    for row in rows:
        with transaction.atomic():
            raise_alert(
                AlertKind.LIST_STALE,
                key=f"list_stale:{row.pk}",
                urgent=False,
                path=f"/lists/{row.pk}/",
                details={"list": row.pk},
            )
    return len(rows)
