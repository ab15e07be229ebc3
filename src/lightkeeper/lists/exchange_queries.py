"""What the pages ask about exchanges beyond ``exchanges.asking``: kinds, last syncs, what became of feedback."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from lightkeeper.lists.exchanges.clients import NEEDS_CLIENT, has_clients
from lightkeeper.lists.exchanges.registry import KINDS
from lightkeeper.lists.models import Exchange, Feedback, SyncRun
from lightkeeper.lists.types import ExchangeKind, FeedbackState


@dataclass(frozen=True, slots=True)
class KindInfo:
    """A kind that can be set up: ``missing`` where its client is not installed."""

    kind: ExchangeKind
    missing: bool
    tells: bool
    credentials: bool


def kinds() -> list[KindInfo]:
    """All kinds, in their order."""
    return [
        KindInfo(kind, kind in NEEDS_CLIENT and not has_clients(), spec.tells, bool(spec.required or spec.optional))
        for kind, spec in KINDS.items()
    ]


def kind_info(kind: ExchangeKind) -> KindInfo:
    """One kind."""
    return next(one for one in kinds() if one.kind == kind)


def last_runs(list_ids: Collection[int] | None = None) -> dict[int, SyncRun]:
    """The last sync of each list that has one, or of these."""
    newest = SyncRun.objects.filter(exchange=OuterRef("pk")).order_by("-begun_at", "-pk").values("pk")[:1]
    wanted = Exchange.objects.all() if list_ids is None else Exchange.objects.filter(list_id__in=list_ids)
    keys = wanted.annotate(newest=Subquery(newest)).exclude(newest=None).values("newest")
    rows = SyncRun.objects.filter(pk__in=keys).select_related("exchange")
    return {row.exchange.list_id: row for row in rows}


def run_of(pk: int) -> SyncRun | None:
    """One sync with its list."""
    return SyncRun.objects.select_related("exchange__list").filter(pk=pk).first()


def feedback_counts(list_id: int) -> list[tuple[str, int]]:
    """How many opinions of the entries of a list are in each state."""
    rows = Feedback.objects.filter(entry__list_id=list_id).values_list("state").annotate(count=Count("pk"))
    counts = dict(rows.order_by("state"))
    return [(str(state.label), counts.get(state.value, 0)) for state in FeedbackState]
