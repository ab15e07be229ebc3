"""The room's tables: one concept a file."""

from __future__ import annotations

from lightkeeper.review.models.address import UrlGrade
from lightkeeper.review.models.case import Case, CaseItem, CaseLink, Finding, LinkJudgement, Media, Sighting
from lightkeeper.review.models.cluster import Cluster, ClusterMember
from lightkeeper.review.models.conversation import (
    Conversation,
    ConversationSignal,
    ConversationText,
    EvidenceMark,
    SignalVerdict,
)
from lightkeeper.review.models.grade import Grade
from lightkeeper.review.models.lease import Lease
from lightkeeper.review.models.wellbeing import DayExposure, Protection, Shift

__all__ = [
    "Case",
    "CaseItem",
    "CaseLink",
    "Cluster",
    "ClusterMember",
    "Conversation",
    "ConversationSignal",
    "ConversationText",
    "DayExposure",
    "EvidenceMark",
    "Finding",
    "Grade",
    "Lease",
    "LinkJudgement",
    "Media",
    "Protection",
    "Shift",
    "Sighting",
    "SignalVerdict",
    "UrlGrade",
]
