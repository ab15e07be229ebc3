"""Probing: somebody sends many near-duplicates of one picture in a day, as if to try out what is found.

Looked for by a job, so that it costs a request nothing: the uploaders of the last minutes who sent enough in a day are
counted in the database, and of the few that remain a bounded number of rows is opened and compared.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now
from numpy.typing import NDArray

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
"""Rows of one uploader and day that are opened, the newest first."""

_CHUNK: Final = 500


def look_for_probing() -> int:
    """Raise an alert for each uploader who probes; once an uploader and day. Gives how many were seen."""
    limit = settings.LIGHTKEEPER["probing_limit"]
    recent = _recent_uploaders()
    seen = 0
    for uploader in _busiest(recent, limit):
        rows = Submission.objects.filter(uploader_day=uploader, retained__isnull=False).order_by("-pk")[:ROWS]
        kept = [what for _, what in readable(rows)]
        shapes = {one.sha256: one.pdq for one in kept if one.sha256 is not None and one.pdq is not None}
        if most_alike(list(shapes.values())) >= limit:
            seen += 1
            _alert(uploader)
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
    since = now() - LOOK_BACK
    newest = Submission.objects.order_by("-pk").values_list("received_at", "uploader_day")[:RECENT]
    return list({uploader for at, uploader in newest if uploader is not None and at >= since})


def _busiest(uploaders: list[int], limit: int) -> list[int]:
    counted: list[tuple[int, int]] = []
    for at in range(0, len(uploaders), _CHUNK):
        counts = (
            Submission.objects.filter(uploader_day__in=uploaders[at : at + _CHUNK])
            .values("uploader_day")
            .annotate(sent=Count("id"))
            .filter(sent__gte=limit)
        )
        counted += [(row["sent"], row["uploader_day"] or 0) for row in counts]
    return [uploader for _, uploader in sorted(counted, reverse=True)[:UPLOADERS]]


@transaction.atomic
def _alert(uploader: int) -> None:
    raise_alert(AlertKind.PROBING, key=f"probing:{uploader}", urgent=False, path="/alerts/")
