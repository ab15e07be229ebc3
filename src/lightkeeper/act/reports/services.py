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
    "make_draft",
    "resume",
]
