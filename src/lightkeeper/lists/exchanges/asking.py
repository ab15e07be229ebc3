"""What can be asked of exchanges: which there are, how their syncs went, what their kinds are set up with."""

from __future__ import annotations

from lightkeeper.lists.exchanges.registry import KINDS
from lightkeeper.lists.models import Exchange, Feedback, SetAside, SyncRun
from lightkeeper.lists.types import ExchangeKind


def all_exchanges() -> list[Exchange]:
    """Every exchange with its list, by the list's name."""
    return list(Exchange.objects.select_related("list").order_by("list__name"))


def exchange_of(list_id: int) -> Exchange | None:
    """The exchange of a list, None where it is fetched from nowhere."""
    return Exchange.objects.select_related("list").filter(list_id=list_id).first()


def sync_runs(exchange_id: int, *, limit: int = 50) -> list[SyncRun]:
    """The syncs of an exchange, the newest first."""
    return list(SyncRun.objects.filter(exchange_id=exchange_id).order_by("-begun_at", "-pk")[:limit])


def set_asides(run_id: int, *, limit: int = 1000) -> list[SetAside]:
    """The records of a sync that could not be used, in the order in which they came."""
    return list(SetAside.objects.filter(run_id=run_id).order_by("pk")[:limit])


def feedback_of(list_id: int, *, limit: int = 100) -> list[Feedback]:
    """What the source of a list is told of its entries, the newest first."""
    return list(Feedback.objects.filter(entry__list_id=list_id).order_by("-queued_at", "-pk")[:limit])


def credential_names(kind: ExchangeKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a kind of source knows us by: what it needs, and what it may have."""
    return KINDS[kind].required, KINDS[kind].optional
