"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.review.access import export_views
from lightkeeper.review.case_state import refresh_state
from lightkeeper.review.consensus import confirm_consensus, propose_consensus
from lightkeeper.review.grading import submit_grade, undo_grade
from lightkeeper.review.judgement import GradeError, Judgement
from lightkeeper.review.keeping import context_of, erase_from_case, keep_derivative, withdraw_case
from lightkeeper.review.leasing import NotYours, beat, pause, release, require_lease, take, take_over
from lightkeeper.review.opening import open_or_join_case
from lightkeeper.review.picking import NothingNow, take_next
from lightkeeper.review.protection import change_protection
from lightkeeper.review.reopening import reopen_case
from lightkeeper.review.revealing import close_unheard, end_reveal, reveal
from lightkeeper.review.second import break_glass
from lightkeeper.review.settling import settle

__all__ = [
    "GradeError",
    "Judgement",
    "NotYours",
    "NothingNow",
    "beat",
    "break_glass",
    "change_protection",
    "close_unheard",
    "confirm_consensus",
    "context_of",
    "end_reveal",
    "erase_from_case",
    "export_views",
    "keep_derivative",
    "open_or_join_case",
    "pause",
    "propose_consensus",
    "refresh_state",
    "release",
    "reopen_case",
    "require_lease",
    "reveal",
    "settle",
    "submit_grade",
    "take",
    "take_next",
    "take_over",
    "undo_grade",
    "withdraw_case",
]
