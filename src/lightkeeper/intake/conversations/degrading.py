"""What is not done of conversations, where they are looked at at all: for ``/api/v1/status`` and the status page."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.timezone import now

from lightkeeper.intake.conversations import packs, tallies, texts
from lightkeeper.record.services import current_policy

UNREVIEWED: Final = "packs_unreviewed"
_LATELY: Final = timedelta(days=1)


def degraded() -> tuple[str, ...]:
    """Codes, none where conversations are off.

    ``no_scorer``: texts are not scored against exemplars. ``scorer_budget``: since yesterday the time of a request was
    not enough to score all. ``packs_unreviewed``: no native speaker has reviewed any pack, so none lifts above watch.
    """
    if not current_policy().conversations:
        return ()
    found = []
    if not texts.has_scorer():
        found.append(texts.MISSING)
    elif tallies.totals(since=(now() - _LATELY).date()).get(f"degraded:{texts.OUT_OF_TIME}"):
        found.append(texts.OUT_OF_TIME)
    if not packs.reviewed():
        found.append(UNREVIEWED)
    return tuple(found)
