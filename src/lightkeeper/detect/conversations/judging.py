"""Which band a pair is in: the last few windows are assessed by all that is known now, oldest first.

A window ends at a message; the one before it is what was known without that message. That a suspicion must last for
several windows, and goes slowly, is therefore said of the same windows whatever the order in which events came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lightkeeper.detect.conversations.account import AccountState
from lightkeeper.detect.conversations.events import AgeBand
from lightkeeper.detect.conversations.viewing import Rows, view_of

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.assessing import Assessment
    from lightkeeper.detect.conversations.bands import Band
    from lightkeeper.detect.conversations.thresholds import EngineSettings

WINDOWS = 8
"""How many windows are looked back upon."""


class Judgement(NamedTuple):
    """The newest window's assessment, the band after it, and the band before the newest messages."""

    assessment: Assessment
    band: Band
    previous: Band


def is_judged(recipient: AccountState) -> bool:
    """Whether what somebody is written is looked at: unless they are an adult and were never said to be a child."""
    return recipient.age is not AgeBand.ADULT or recipient.ever_minor


def judge(rows: Rows, surface: str, settings: EngineSettings, new: int) -> Judgement:
    """Assess a pair of which the ``new`` newest messages were not there before.

    An assessment that is ``quiet`` (its score is below where any band begins or holds, and nothing is urgent) ends it.
    """
    from lightkeeper.detect.conversations.assessing import assess
    from lightkeeper.detect.conversations.bands import START, step

    newest = assess(view_of(rows, surface), settings)
    if newest.quiet:
        return Judgement(newest, START.band, START.band)
    count = len(rows.to.recent)
    state = before = START
    for without in range(min(WINDOWS, count) - 1, 0, -1):
        state = step(state, assess(view_of(rows, surface, without), settings), settings)
        if without >= new:
            before = state
    return Judgement(newest, step(state, newest, settings).band, before.band)
