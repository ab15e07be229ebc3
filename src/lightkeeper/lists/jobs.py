"""What the room does in the background."""

from __future__ import annotations

import random
from datetime import timedelta

from lightkeeper.lists import categories, hits, renewing, staleness, telling
from lightkeeper.lists.exchanges import setting, syncing
from lightkeeper.runtime.queries import open_work
from lightkeeper.runtime.services import Later, job, schedule


@schedule("lists:stale", every=timedelta(days=1))
def warn_of_stale(_: int | None) -> None:
    """Tell whoever is on call which lists were not renewed for too long."""
    staleness.warn_of_stale()


@schedule("lists:renew", every=timedelta(hours=1), longest_seconds=3600)
def renew_addresses(_: int | None) -> None:
    """Make addresses canonical by the rules of this version where they are by earlier ones."""
    renewing.renew_addresses()


@job(categories.MAP)
def map_categories(subject: int | None) -> None:
    """Give the entries of a list our categories by its map."""
    if subject is not None:
        categories.map_entries(subject)


@schedule("lists:hits", every=timedelta(days=1))
def prune_hits(_: int | None) -> None:
    """Destroy hits that are too old to say anything."""
    hits.prune_hits()


# A worker that is killed leaves an attempt behind, and a long first sync may see many.
@job(setting.SYNC, attempts=50, longest_seconds=24 * 3600)
def sync(subject: int | None) -> None:
    """Fetch a list from its source, one sync of it at a time."""
    if subject is None:
        return
    _waiting, doing = open_work(setting.SYNC, subject)
    if doing > 1:
        raise Later(timedelta(seconds=random.uniform(3, 9)))
    syncing.sync(subject)


@schedule("lists:snapshot", every=timedelta(minutes=1), longest_seconds=1800)
def snapshot(_: int | None) -> None:
    """Store what is searched, for nodes that start, where that has changed much."""
    from lightkeeper.lists import freshness, snapshots

    known = freshness.current()
    if not freshness.freshness().stale:
        snapshots.snapshot_if_worthwhile(known.holdings, known.change)


@schedule("lists:due", every=timedelta(seconds=20))
def begin_due_syncs(_: int | None) -> None:
    """Begin the syncs whose time has come."""
    setting.begin_due()


@job(telling.TELL, attempts=2 * telling.MOST_ATTEMPTS)
def tell(subject: int | None) -> None:
    """Tell a source what a person says of its entry."""
    if subject is not None:
        telling.send_feedback(subject)
