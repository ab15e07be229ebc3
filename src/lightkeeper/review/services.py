"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.review.access import export_views
from lightkeeper.review.addresses.pictures import PictureRefused, add_picture_to_case
from lightkeeper.review.case_state import refresh_state
from lightkeeper.review.consensus import confirm_consensus, propose_consensus
from lightkeeper.review.conversations.hastening import hasten_cases, waits_for_a_person
from lightkeeper.review.conversations.marking import mark_evidence
from lightkeeper.review.conversations.messages import MOST_MESSAGES, MalformedAnswer, Words, read_answer
from lightkeeper.review.conversations.opening import open_conversation_case
from lightkeeper.review.conversations.texts import Asking, begin_asking, end_asking, keep_text_while
from lightkeeper.review.grading import submit_grade, undo_grade
from lightkeeper.review.judgement import GradeError, Judgement
from lightkeeper.review.keeping import context_of, erase_from_case, keep_derivative, withdraw_case
from lightkeeper.review.leasing import NotYours, beat, pause, release, require_lease, take, take_over
from lightkeeper.review.linking import LinkRefused, judge_link
from lightkeeper.review.opening import open_or_join_case
from lightkeeper.review.picking import NothingNow, take_next
from lightkeeper.review.protection import change_protection
from lightkeeper.review.reopening import reopen_case
from lightkeeper.review.revealing import RevealRefused, Shown, close_unheard, end_reveal, reveal
from lightkeeper.review.second import break_glass
from lightkeeper.review.settling import settle

__all__ = [
    "MOST_MESSAGES",
    "Asking",
    "GradeError",
    "Judgement",
    "LinkRefused",
    "MalformedAnswer",
    "NotYours",
    "NothingNow",
    "PictureRefused",
    "RevealRefused",
    "Shown",
    "Words",
    "add_picture_to_case",
    "beat",
    "begin_asking",
    "break_glass",
    "change_protection",
    "close_unheard",
    "confirm_consensus",
    "context_of",
    "end_asking",
    "end_reveal",
    "erase_from_case",
    "export_views",
    "hasten_cases",
    "judge_link",
    "keep_derivative",
    "keep_text_while",
    "mark_evidence",
    "open_conversation_case",
    "open_or_join_case",
    "pause",
    "propose_consensus",
    "read_answer",
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
    "waits_for_a_person",
    "withdraw_case",
]
