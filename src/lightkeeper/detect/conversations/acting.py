"""Signals of what the sender does without words: they are there on platforms that cannot read."""

from __future__ import annotations

from lightkeeper.detect.conversations.events import ActKind
from lightkeeper.detect.conversations.knowing import KNOWN
from lightkeeper.detect.conversations.shown import Shown
from lightkeeper.detect.conversations.view import PairView


def gifts(view: PairView) -> Shown | None:
    """The sender gave gifts."""
    return _acts(view, ActKind.GIFT, whole_at=2)


def calls(view: PairView) -> Shown | None:
    """The sender called, again and again, where the other did not."""
    answered = view.acts_by_recipient.get(ActKind.CALL)
    return None if answered is not None else _acts(view, ActKind.CALL, whole_at=3)


def camera_requests(view: PairView) -> Shown | None:
    """The sender asked for the camera."""
    return _acts(view, ActKind.CAMERA_REQUEST, whole_at=1)


def _acts(view: PairView, kind: ActKind, *, whole_at: int) -> Shown | None:
    trace = view.acts_by_sender.get(kind)
    if trace is None or view.ties.relation in KNOWN:
        return None
    return Shown(min(1.0, trace.count / whole_at), trace.evidence, trace.first_at, trace.last_at)
