"""What is known of an item before anybody looks at it: findings, where it came from, what it has to do with others."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from lightkeeper.people.models import Client
from lightkeeper.review.keeping import context_of
from lightkeeper.review.models import Case, CaseItem, CaseLink, Finding, LinkJudgement, Sighting
from lightkeeper.review.states import CaseState, LinkState
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.services import SealError, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One finding, opened for whoever may read cases. ``distance`` and ``radius`` in bits; ``category`` the list's.

    ``entry`` is the key of the list's entry, None where it has none.
    """

    list_name: str
    list_version: str
    category: str
    algorithm: str
    distance: int
    radius: int | None
    tier: str
    variant: str
    sampled: bool
    found_at: datetime
    entry: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingFacts:
    """One submission or user report that brought an item. ``facts`` are what the platform said of it, by its names.

    The words of a user report are not among them: they are shown as everything that can hurt is, by a reveal.
    """

    client: str
    callers_id: str
    uploader: str
    reason: CaseReason
    seen_at: datetime
    withdrawn: bool
    erased: bool
    surface: str
    report_reason: str
    has_note: bool
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCase:
    """A case that may have something to do with this one: ``kind`` is a ``LinkKind``, ``what`` it in words.

    ``verdict`` is ``suggested`` until a person judged the link; ``judged`` is the newest judgement.
    """

    public: uuid.UUID
    kind: str
    what: str
    state: CaseState
    opened_at: datetime
    number: int
    verdict: LinkState
    judged: LinkJudgement | None


def evidence(case_item: CaseItem) -> list[Evidence]:
    """The findings of an item, those that say it is known before those that say it may be, nearest first."""
    rows = case_item.findings.order_by("distance", "pk")
    return sorted((_evidence(row) for row in rows), key=lambda found: found.tier != "match")


def _evidence(row: Finding) -> Evidence:
    try:
        category = json.loads(unseal("review:finding", bytes(row.sealed)))[1] or ""
    except SealError:
        category = ""
    return Evidence(
        list_name=row.list_name, list_version=row.list_version, category=str(category), algorithm=row.algorithm,
        distance=row.distance, radius=row.radius, tier=row.tier, variant=row.variant, sampled=row.sampled,
        found_at=row.found_at, entry=row.entry,
    )  # fmt: skip


def sightings(case_item: CaseItem) -> list[SightingFacts]:
    """What brought an item, first the first; of what was erased only that it was there."""
    rows = list(case_item.sightings.order_by("pk"))
    names = dict(Client.objects.filter(pk__in={row.client_id for row in rows}).values_list("pk", "name"))
    return [_facts(row, names.get(row.client_id or 0, "")) for row in rows]


def _facts(row: Sighting, client: str) -> SightingFacts:
    try:
        context: Mapping[str, Any] = context_of(row) or {}
    except SealError:
        context = {}
    report = context.get("report") or {}
    said = context.get("context") or {}
    return SightingFacts(
        client=client,
        callers_id=str(context.get("callers_id") or ""),
        uploader=str(context.get("uploader") or ""),
        reason=CaseReason(row.reason),
        seen_at=row.seen_at,
        withdrawn=row.withdrawn_at is not None,
        erased=row.erased_at is not None,
        surface=str(context.get("surface") or ""),
        report_reason=str(report.get("reason") or ""),
        has_note=bool(report.get("note")),
        facts={str(name): str(value) for name, value in said.items() if value is not None},
    )


def linked_cases(case: Case) -> list[LinkedCase]:
    """The cases that a person accepted as having to do with this one, the latest first."""
    return [link for link in links_of(case) if link.verdict is LinkState.ACCEPTED]


def links_of(case: Case) -> list[LinkedCase]:
    """Every link of a case, what a machine suggests and what people accepted or rejected; the latest case first."""
    rows = CaseLink.objects.filter(Q(earlier=case) | Q(later=case)).select_related("earlier", "later")
    found = [_linked(row, case) for row in rows.prefetch_related("judgements__made_by")]
    return sorted(found, key=lambda link: link.opened_at, reverse=True)


def _linked(row: CaseLink, case: Case) -> LinkedCase:
    other = row.later if row.earlier_id == case.pk else row.earlier
    said = list(row.judgements.all())
    return LinkedCase(
        public=other.public, kind=row.kind, state=CaseState(other.state), opened_at=other.opened_at, number=row.pk,
        verdict=LinkState(row.state), judged=said[-1] if said else None, what=row.get_kind_display(),
    )  # fmt: skip
