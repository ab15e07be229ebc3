"""What can be done with reports."""

from __future__ import annotations

from lightkeeper.act.reports.drafting import (
    TYPED,
    Draft,
    DraftFile,
    ReportRefused,
    approve,
    change_draft,
    correct,
    discard,
    draft_of,
    faults,
    hand_in,
    make_draft,
    resume,
)
from lightkeeper.act.reports.named import look_at_victims

__all__ = [
    "TYPED",
    "Draft",
    "DraftFile",
    "ReportRefused",
    "approve",
    "change_draft",
    "correct",
    "discard",
    "draft_of",
    "faults",
    "hand_in",
    "look_at_victims",
    "make_draft",
    "resume",
]
