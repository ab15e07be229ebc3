"""Which case an item comes to: where it waits already, where a near-duplicate or the same person's waits, a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, QuerySet
from django.utils.timezone import now

from lightkeeper.record.models import Item
from lightkeeper.record.policy import PolicyValues, current_policy
from lightkeeper.review.clusters import cluster_of
from lightkeeper.review.linking import MOST_OF_A_KIND, suggest_links
from lightkeeper.review.models import Case, CaseItem, Cluster
from lightkeeper.review.severity import due
from lightkeeper.review.states import CaseState, ItemState
from lightkeeper.review.types import CaseReason, LinkKind, Severity


@dataclass(frozen=True, slots=True)
class Placed:
    """An item in its case, which is locked. ``opened``: the case is new."""

    case: Case
    case_item: CaseItem
    opened: bool


def place(
    item: Item, *, pdq: bytes | None, person: bytes | None, reason: CaseReason, severity: Severity, imminent: bool
) -> Placed:
    """Find the case of an item, or open one; in the caller's transaction.

    Two that come with one item at the same moment end in one case: the database lets an item be open once, and
    whoever comes second looks again.
    """
    found = _where_it_is(item)
    if found is not None:
        return found
    cluster = cluster_of(item.pk, pdq) if pdq is not None else None
    try:
        with transaction.atomic():
            return _placed_anew(item, cluster, person, reason=reason, severity=severity, imminent=imminent)
    except IntegrityError:
        found = _where_it_is(item)
        if found is None:
            raise
        return found


def _where_it_is(item: Item) -> Placed | None:
    """The open case of an item, locked; None where it has none, or it was settled while waiting for the lock."""
    row = CaseItem.objects.filter(item=item).exclude(state=ItemState.SETTLED).first()
    if row is None:
        return None
    case = Case.objects.select_for_update().get(pk=row.case_id)
    row.refresh_from_db()
    return None if row.state == ItemState.SETTLED else Placed(case, row, opened=False)


def _placed_anew(
    item: Item,
    cluster: Cluster | None,
    person: bytes | None,
    *,
    reason: CaseReason,
    severity: Severity,
    imminent: bool,
) -> Placed:
    policy = current_policy()
    joined = _waiting_case(cluster, person, policy)
    case = joined or _new_case(person, policy, reason=reason, severity=severity, imminent=imminent)
    place = (case.items.aggregate(last=Max("position"))["last"] or 0) + 1
    row = CaseItem.objects.create(case=case, item=item, cluster=cluster, position=place, added_at=now())
    _suggest(case, item, cluster, person)
    return Placed(case, row, opened=joined is None)


def _new_case(
    person: bytes | None, policy: PolicyValues, *, reason: CaseReason, severity: Severity, imminent: bool
) -> Case:
    at = now()
    due_at = due(policy, severity, imminent=imminent, at=at)
    return Case.objects.create(
        reason=reason, severity=severity, imminent=imminent, person=person, opened_at=at, due_at=due_at
    )


def _waiting_case(cluster: Cluster | None, person: bytes | None, policy: PolicyValues) -> Case | None:
    """A case that waits for its first review and has room: of the cluster before of the person; locked."""
    for rows in _candidates(cluster, person):
        with_room = rows.filter(state=CaseState.WAITING).annotate(count=Count("items")).order_by("pk")
        for number in with_room.filter(count__lt=policy.case_items).values_list("pk", flat=True)[:5]:
            case = Case.objects.select_for_update().get(pk=number)
            if case.state == CaseState.WAITING and case.items.count() < policy.case_items:
                return case
    return None


def _candidates(cluster: Cluster | None, person: bytes | None) -> Iterator[QuerySet[Case]]:
    if cluster is not None:
        members = CaseItem.objects.filter(cluster=cluster).exclude(state=ItemState.SETTLED)
        yield Case.objects.filter(pk__in=members.values("case_id"))
    if person is not None:
        yield Case.objects.filter(person=person)


def _suggest(case: Case, item: Item, cluster: Cluster | None, person: bytes | None) -> None:
    """Suggest links to the latest other cases that have the same item, a near-duplicate of it, or the same person."""
    rows = CaseItem.objects.exclude(case=case).order_by("-case_id")
    others = {LinkKind.ITEM: list(rows.filter(item=item).values_list("case_id", flat=True)[:MOST_OF_A_KIND])}
    if cluster is not None:
        near = rows.filter(cluster=cluster).exclude(item=item)
        others[LinkKind.CLUSTER] = list(near.values_list("case_id", flat=True)[:MOST_OF_A_KIND])
    if person is not None:
        same = Case.objects.filter(person=person).exclude(pk=case.pk).order_by("-pk")
        others[LinkKind.PERSON] = list(same.values_list("pk", flat=True)[:MOST_OF_A_KIND])
    for kind, numbers in others.items():
        suggest_links(case, kind, numbers)
