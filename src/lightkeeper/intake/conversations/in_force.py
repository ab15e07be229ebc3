"""The engine's settings in force: as shipped, with thresholds that follow how many conversations people can look at.

Thresholds do not travel between communities. Until there are verdicts they are drawn from this installation's own
scores: so high that about as many pairs a day reach ``review`` as people can look at.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from django.utils.timezone import now

from lightkeeper.detect.conversations.thresholds import EngineSettings, Thresholds, quantile_thresholds
from lightkeeper.intake.conversations import tallies
from lightkeeper.intake.models import Surface
from lightkeeper.record.services import current_policy

DAYS: Final = 28
"""So many days of scores are looked at."""
CACHE_SECONDS: Final = 60.0
_lock = threading.Lock()
_known: tuple[float, int, EngineSettings] | None = None


def engine_settings() -> EngineSettings:
    """The settings of this moment, at most a minute old; those of another policy at once."""
    global _known  # one a process
    capacity = current_policy().conversation_cases_a_day
    known = _known
    if known is None or known[0] < time.monotonic() or known[1] != capacity:
        made = _made(capacity)
        with _lock:
            _known = known = (time.monotonic() + CACHE_SECONDS, capacity, made)
    return known[2]


def forget() -> None:
    """Make them anew at the next request."""
    global _known  # one a process
    _known = None


def _made(capacity: int) -> EngineSettings:
    spread, days = tallies.recent_scores(now().date(), days=DAYS)
    base = quantile_thresholds(spread, days=days, capacity=capacity) if days else Thresholds()
    own = Surface.objects.exclude(review_from=None).values_list("name", "review_from")
    return EngineSettings(
        thresholds=base, surfaces={name: _from(base, review) for name, review in own if review is not None}
    )


def _from(base: Thresholds, review: float) -> Thresholds:
    """Thresholds with another ``review``, at the same distances."""
    shift = review - base.review
    return Thresholds(watch=min(base.watch, review - 0.5), review=review, urgent=base.urgent + shift)
