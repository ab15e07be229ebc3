"""Where an item came from, in words: what platforms say by the names of the API, as people read it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lightkeeper.intake.types import ReportReason
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import SightingFacts, sightings

FACTS: dict[str, str | Promise] = {
    "account_age_days": _("Age of the account, in days"),
    "prior_reports": _("Reported before, times"),
    "visibility": _("Visibility"),
    "country": _("Country"),
    "uploaded_at": _("Uploaded"),
    "address": _("Uploaded from"),
    "port": _("Port"),
    "file_name": _("Name of the file"),
}
"""The names of a submission's context (``intake.schemas.Context``)."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sighting, its report's reason, and what the platform said of it; a name that is new is shown as it is."""

    fact: SightingFacts
    reported_as: str
    said: list[tuple[str | Promise, str]]


def sources(item: CaseItem) -> list[Source]:
    """What brought an item, first the first."""
    return [
        Source(fact, _reported_as(fact), [(FACTS.get(name, name), value) for name, value in fact.facts.items()])
        for fact in sightings(item)
    ]


def _reported_as(fact: SightingFacts) -> str:
    reason = fact.report_reason
    return str(ReportReason(reason).label) if reason in ReportReason.values else reason
