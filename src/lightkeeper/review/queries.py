"""What the room is asked."""

from __future__ import annotations

import uuid

from lightkeeper.review.access import View, graded_unseen, page_of_views, views_by, views_of_case
from lightkeeper.review.addresses.answers import url_faults
from lightkeeper.review.addresses.hosting import has_database as has_hosting_database
from lightkeeper.review.addresses.queries import (
    url_addresses,
    url_assessment,
    url_assessment_of,
    url_assessments,
)
from lightkeeper.review.addresses.writing import ADDRESS, defanged
from lightkeeper.review.agreement import Agreement, Resolved, Reviews, Word, agreed, reviews
from lightkeeper.review.by_entry import cases_by_entry
from lightkeeper.review.clusters import cluster_size
from lightkeeper.review.confirmation import Confirmation, confirmations
from lightkeeper.review.consensus import proposal_of
from lightkeeper.review.conversations.queries import (
    MessageFact,
    SignalFact,
    SignalPrecision,
    TextFact,
    Timeline,
    Words,
    marked_messages,
    marked_words,
    marks_of,
    revealed,
    signal_precision,
    timeline,
)
from lightkeeper.review.distances import Bar, Candidate, Distances, distances
from lightkeeper.review.entitlement import Ladder, highest_seen, ladder, lowest_needed, seen
from lightkeeper.review.evidence import Evidence, LinkedCase, SightingFacts, evidence, linked_cases, links_of, sightings
from lightkeeper.review.exposure import COUNTED as LEVELS_COUNTED
from lightkeeper.review.exposure import History
from lightkeeper.review.exposure import history as load_history
from lightkeeper.review.grading import note_of
from lightkeeper.review.judgement import faults, judgement_of, outcome_of, vocabulary_for
from lightkeeper.review.labels import label_faults
from lightkeeper.review.leasing import is_silent, lease_held_by, lease_of
from lightkeeper.review.linking import why_linked
from lightkeeper.review.models import Case
from lightkeeper.review.offers import Offer, offered
from lightkeeper.review.parts import awaits, grades_of, part_of, standing, with_grades
from lightkeeper.review.picking import RULE, suits_nobody, why_nothing
from lightkeeper.review.precision import Precision, Precisions, precision, told_of
from lightkeeper.review.presenting import has_address, has_text
from lightkeeper.review.protection import Budget, Protecting, budget, effective
from lightkeeper.review.queue import counts as queue_counts
from lightkeeper.review.reopening import because_of
from lightkeeper.review.retaining import earlier_cases
from lightkeeper.review.second import waits_since
from lightkeeper.review.seeing import deciding_grade, may_see_grades, may_see_reasons
from lightkeeper.review.states import CaseState, GradeState, ItemState, LinkState
from lightkeeper.review.statistics import Kappa, Share, share
from lightkeeper.review.veil import Veil, veil_of

__all__ = [
    "ADDRESS",
    "LEVELS_COUNTED",
    "RULE",
    "Agreement",
    "Bar",
    "Budget",
    "Candidate",
    "CaseState",
    "Confirmation",
    "Distances",
    "Evidence",
    "GradeState",
    "History",
    "ItemState",
    "Kappa",
    "Ladder",
    "LinkState",
    "LinkedCase",
    "MessageFact",
    "Offer",
    "Precision",
    "Precisions",
    "Protecting",
    "Resolved",
    "Reviews",
    "Share",
    "SightingFacts",
    "SignalFact",
    "SignalPrecision",
    "TextFact",
    "Timeline",
    "Veil",
    "View",
    "Word",
    "Words",
    "agreed",
    "awaits",
    "because_of",
    "budget",
    "cases_by_entry",
    "cluster_size",
    "confirmations",
    "deciding_grade",
    "defanged",
    "distances",
    "earlier_cases",
    "effective",
    "evidence",
    "faults",
    "graded_unseen",
    "grades_of",
    "has_address",
    "has_hosting_database",
    "has_text",
    "highest_seen",
    "is_silent",
    "judgement_of",
    "label_faults",
    "ladder",
    "lease_held_by",
    "lease_of",
    "linked_cases",
    "links_of",
    "load_history",
    "lowest_needed",
    "marked_messages",
    "marked_words",
    "marks_of",
    "may_see_grades",
    "may_see_reasons",
    "note_of",
    "offered",
    "outcome_of",
    "page_of_views",
    "part_of",
    "precision",
    "proposal_of",
    "public_id",
    "queue_counts",
    "revealed",
    "reviews",
    "seen",
    "share",
    "sightings",
    "signal_precision",
    "standing",
    "suits_nobody",
    "timeline",
    "told_of",
    "url_addresses",
    "url_assessment",
    "url_assessment_of",
    "url_assessments",
    "url_faults",
    "veil_of",
    "views_by",
    "views_of_case",
    "vocabulary_for",
    "waiting",
    "waits_since",
    "why_linked",
    "why_nothing",
    "with_grades",
]


def public_id(case_id: int) -> uuid.UUID:
    """The name of a case outside the database."""
    public: uuid.UUID = Case.objects.values_list("public", flat=True).get(pk=case_id)
    return public


def waiting() -> int:
    """How many cases wait for a person."""
    return Case.objects.filter(state=CaseState.WAITING).count()
