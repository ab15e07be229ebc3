"""Exchanges for tests, their runs and entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkeeper.lists.banks import create_list
from lightkeeper.lists.exchanges import setting, syncing
from lightkeeper.lists.exchanges.fetching import Fetcher
from lightkeeper.lists.models import Entry, Exchange, SyncRun
from lightkeeper.lists.sealing import Place, unseal_entries
from lightkeeper.lists.types import EntryState, ExchangeKind, ListStatus
from lightkeeper.record.types import Actor

OPERATOR = Actor.operator()


def made(kind: ExchangeKind, options: dict[str, Any], credentials: dict[str, str] | None = None, name: str = "") -> int:
    """An exchange with a list of its own."""
    list_id = create_list(name=name or f"from {kind}", actor=OPERATOR, status=ListStatus.VETTED)
    exchange_id = setting.set_exchange(list_id, kind, options, actor=OPERATOR)
    if credentials:
        setting.set_credentials(exchange_id, credentials, actor=OPERATOR)
    return exchange_id


def synced(exchange_id: int, *, seconds: float = 10.0, most: int = 8 << 20, tries: int = 1) -> SyncRun:
    """One sync that waits for nothing."""
    waits: Callable[[float], None] = lambda _seconds: None  # noqa: E731
    fetcher = Fetcher(seconds=seconds, most=most, pauses=(0.0,) * tries, sleep=waits)
    run = syncing.sync(exchange_id, fetcher=fetcher)
    assert run is not None
    return run


def counts(run: SyncRun) -> dict[str, Any]:
    """What a run says of itself, without what is nothing."""
    shown = {
        name: getattr(run, name) for name in ("records", "added", "changed", "withdrawn", "set_aside", "unsearched")
    }
    return {"outcome": str(run.outcome), **{name: value for name, value in shown.items() if value}}


def held(exchange_id: int, state: EntryState = EntryState.ACTIVE) -> set[tuple[str, bytes, str]]:
    """The entries in a state: algorithm, value and id of each."""
    list_id = Exchange.objects.values_list("list_id", flat=True).get(pk=exchange_id)
    rows = list(Entry.objects.filter(list_id=list_id, state=state))
    contents = unseal_entries(
        [bytes(row.sealed) for row in rows], [Place(row.list_id, row.algorithm, bytes(row.value_index)) for row in rows]
    )
    return {(row.algorithm, content.value, content.id) for row, content in zip(rows, contents, strict=True)}


def checkpoint(exchange_id: int) -> Any:
    """How far an exchange has come."""
    return Exchange.objects.values_list("checkpoint", flat=True).get(pk=exchange_id)
