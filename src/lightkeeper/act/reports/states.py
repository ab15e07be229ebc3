"""Where a report stands, and which moves there are."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Mode(TextChoices):
    """Whether reports leave, and to which of the authority's systems."""

    OFF = "off", _("off: nothing is sent")
    TEST = "test", _("test: the authority's test system, which discards them")
    LIVE = "live", _("live: the authority")


class ReportState(TextChoices):
    """Where a report stands: ``SENDING`` says when a worker is at it; ``held`` and ``failed`` need a person."""

    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Waits for a second person")
    APPROVED = "approved", _("Approved; about to be sent")
    OPENED = "opened", _("Opened at the authority")
    UPLOADING = "uploading", _("Files are being sent")
    DETAILED = "detailed", _("All files sent and described")
    RETRACTING = "retracting", _("Being taken back, to be sent anew")
    HELD = "held", _("Held: something here must be mended first")
    FAILED = "failed", _("Refused: a person must correct it")
    FINISHED = "finished", _("Filed")
    DISCARDED = "discarded", _("Discarded")


SENDING: Final = (
    ReportState.APPROVED, ReportState.OPENED, ReportState.UPLOADING, ReportState.DETAILED, ReportState.RETRACTING,
)  # fmt: skip
"""States in which a worker is at it."""

OPEN_AT_AUTHORITY: Final = (
    ReportState.OPENED, ReportState.UPLOADING, ReportState.DETAILED, ReportState.RETRACTING, ReportState.HELD,
)  # fmt: skip
"""States in which the authority may hold an unfinished report of ours. It deletes one by itself within a day."""

ENDED: Final = (ReportState.FINISHED, ReportState.DISCARDED)

_S = ReportState
_UNDER_WAY: Final = frozenset({_S.HELD, _S.FAILED, _S.RETRACTING, _S.APPROVED, _S.FINISHED})
"""What may follow from any step on the way."""

MOVES: Final[dict[ReportState, frozenset[ReportState]]] = {
    _S.DRAFT: frozenset({_S.REVIEWED, _S.APPROVED, _S.DISCARDED}),
    _S.REVIEWED: frozenset({_S.DRAFT, _S.APPROVED, _S.DISCARDED}),
    _S.APPROVED: _UNDER_WAY | {_S.OPENED, _S.DRAFT},
    _S.OPENED: _UNDER_WAY | {_S.UPLOADING, _S.DETAILED},
    _S.UPLOADING: _UNDER_WAY | {_S.UPLOADING, _S.DETAILED},
    _S.DETAILED: _UNDER_WAY,
    _S.RETRACTING: frozenset({_S.APPROVED, _S.HELD, _S.FAILED, _S.FINISHED}),
    _S.HELD: frozenset({*SENDING, _S.FAILED, _S.FINISHED}),
    _S.FAILED: frozenset({_S.DRAFT, _S.DISCARDED}),
    _S.FINISHED: frozenset(),
    _S.DISCARDED: frozenset(),
}
"""State -> states that may follow."""


class StepKind(TextChoices):
    """One request to an authority."""

    OPEN = "open", _("opened")
    UPLOAD = "upload", _("file sent")
    DESCRIBE = "describe", _("file described")
    FINISH = "finish", _("finished")
    RETRACT = "retract", _("taken back")


class StepEnd(TextChoices):
    """What came of a step. ``unknown``: no answer that can be read came, so it may have happened."""

    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    NOT_SENT = "not_sent", _("not sent")
    UNKNOWN = "unknown", _("no answer: it may have happened")
