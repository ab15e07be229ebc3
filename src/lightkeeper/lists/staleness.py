"""Lists that were not renewed for too long: what is searched with them finds what was known long ago."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert


def stale_lists() -> list[HashList]:
    """Lists that are searched and into which nothing was imported for ``list_stale_days``, by name.

    One into which nothing ever was counts from the day on which it was made. With 0 days there are none.
    """
    days = settings.LIGHTKEEPER["list_stale_days"]
    if not days:
        return []
    since = now() - timedelta(days=days)
    old = Q(imported_at__lt=since) | Q(imported_at=None, created_at__lt=since)
    return list(HashList.objects.filter(old).exclude(status=ListStatus.QUARANTINED).order_by("name"))


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
