"""Probing: somebody sends many near-duplicates of one picture in 24 hours, as if to try out what is found.

Looked for by a job, so that it costs a request nothing: what the uploaders of the last minutes sent in 24 hours is
counted in the database, and of the few who sent enough a bounded number of rows is opened and compared. A row names its
uploader by a number that holds for one day (UTC); what is kept of one row gives the numbers of both days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.timezone import now
from numpy.typing import NDArray

from lightkeeper.intake.identity import uploader_day
from lightkeeper.intake.models import Submission
from lightkeeper.intake.retained import readable
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert

NEAR: Final = 31
LOOK_BACK: Final = timedelta(minutes=10)
"""What arrived in this time is looked at; more than the time between two runs, so that nothing is left out."""

RECENT: Final = 50_000
"""Rows at most that are looked at for who sent anything lately: more than arrive between two runs."""

UPLOADERS: Final = 200
"""Uploaders that one run compares, those who sent most first."""

ROWS: Final = 500
"""Rows of one uploader that are opened, the newest first."""

PERIOD: Final = timedelta(days=1)
_CHUNK: Final = 500

Days = tuple[int, ...]
"""The numbers of one uploader on the days of the period, in order."""


def look_for_probing() -> int:
    """Raise an alert for each uploader who probes; once an uploader and day. Gives how many were seen."""
    limit = settings.LIGHTKEEPER["probing_limit"]
    since = now() - PERIOD
    seen = 0
    for numbers in _busiest(_recent_uploaders(), limit, since):
        kept = readable(_sent(numbers, since).filter(retained__isnull=False).order_by("-pk")[:ROWS])
        shapes = {one.sha256: one.pdq for _, one in kept if one.sha256 is not None and one.pdq is not None}
        if most_alike(list(shapes.values())) >= limit:
            seen += 1
            _alert(kept[-1][0].uploader_day or 0)
    return seen


def most_alike(hashes: list[bytes]) -> int:
    """Of how many different pictures the largest group near one of them is (each of 32 bytes, within ``NEAR`` bits)."""
    if not hashes:
        return 0
    bits: NDArray[np.int32] = np.unpackbits(np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32), axis=1).astype(
        np.int32
    )
    ones = bits.sum(axis=1)
    # |a xor b| = |a| + |b| - 2 |a and b|
    distances = ones[:, None] + ones[None, :] - 2 * (bits @ bits.T)
    return int((distances <= NEAR).sum(axis=1).max())


def _recent_uploaders() -> list[int]:
    """A row of each uploader who sent anything lately: their numbers of the day stand in for them."""
    since = now() - LOOK_BACK
    newest = Submission.objects.order_by("-pk").values_list("received_at", "uploader_day", "pk")[:RECENT]
    return list({uploader: pk for at, uploader, pk in newest if uploader is not None and at >= since}.values())


def _busiest(rows: list[int], limit: int, since: datetime) -> list[Days]:
    """Of the uploaders of these rows those who sent enough, the busiest first: the numbers they had in the time."""
    counted: list[tuple[int, Days]] = []
    for at in range(0, len(rows), _CHUNK):
        uploaders = _days_of(rows[at : at + _CHUNK], since)
        every = [number for numbers in uploaders for number in numbers]
        counts = dict(_sent(every, since).values_list("uploader_day").annotate(sent=Count("id")))
        counted += [(sum(counts.get(number, 0) for number in numbers), numbers) for numbers in uploaders]
    return [numbers for sent, numbers in sorted(counted, reverse=True) if sent >= limit][:UPLOADERS]


def _days_of(rows: list[int], since: datetime) -> list[Days]:
    """The numbers that the uploaders of these rows had on each day (UTC) from then to now: there are two at most."""
    kept = Submission.objects.filter(pk__in=rows, retained__isnull=False).only("retained", "reference_index")
    keys = {what.uploader for _, what in readable(kept)}
    days = sorted({since.date(): since, now().date(): now()}.items())
    found = []
    for key in keys:
        numbers = [uploader_day(key, day) for _, day in days]
        found.append(tuple(number for number in numbers if number is not None))
    return [numbers for numbers in found if numbers]


def _sent(numbers: Sequence[int], since: datetime) -> QuerySet[Submission]:
    return Submission.objects.filter(uploader_day__in=numbers, received_at__gte=since)


@transaction.atomic
def _alert(uploader: int) -> None:
    raise_alert(AlertKind.PROBING, key=f"probing:{uploader}", urgent=False, path="/alerts/")
