"""One sync: a run begins, pages are applied one by one, and the run ends with one line in the history.

Whatever a source does, it ends: what cannot be read is said in a sentence, the next sync goes on at the checkpoint
after a while that grows, and after several failures in a row whoever is on call is told.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.applying import Overtaken, apply_page, hold_run, withdraw_unseen
from lightkeeper.lists.changes import next_change
from lightkeeper.lists.exchanges.fetching import Fetcher
from lightkeeper.lists.exchanges.protocol import MOST_PROBLEM, Checkpoint, Page, SourceFailed
from lightkeeper.lists.exchanges.registry import open_source
from lightkeeper.lists.models import Entry, Exchange, HashList, SyncRun
from lightkeeper.lists.staging import KeySet
from lightkeeper.lists.types import EntryState, ListRefused, RunOutcome
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details, Subject
from lightkeeper.runtime.services import KeyUnusableError, SealError

ALARM_AFTER: Final = 3
"""Failures in a row after which an alert is raised."""

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=4)
"""After failures the time until the next sync doubles between these."""

JITTER: Final = 0.1
"""The part of the time between two syncs that is drawn at random, so that not everybody asks at the same minute."""


def sync(exchange_id: int, *, fetcher: Fetcher | None = None) -> SyncRun | None:
    """Fetch what is new and apply it; gives the run as it ended, None where there is no such exchange.

    A run of another process that is still open is ended: of two at once the later goes on. Raises only what the
    database raises; the next sync then goes on at the checkpoint.
    """
    run = _begin(exchange_id)
    if run is None:
        return None
    try:
        note = _fetch(exchange_id, run.pk, fetcher)
        _complete(exchange_id, run.pk, note)
    except Overtaken:
        pass
    except SourceFailed as failed:
        _fail(exchange_id, run.pk, str(failed), after=failed.after, restart=failed.restart)
    except (ListRefused, SealError, KeyUnusableError) as refused:
        _fail(exchange_id, run.pk, str(refused))
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001  # a fault of ours must not wedge the exchange; its text may hold content
        _fail(exchange_id, run.pk, _("It failed in a way it should not (%(error)s).") % {"error": type(error).__name__})
    return SyncRun.objects.get(pk=run.pk)


def _begin(exchange_id: int) -> SyncRun | None:
    with transaction.atomic():
        exchange = Exchange.objects.select_for_update().filter(pk=exchange_id).first()
        if exchange is None:
            return None
        at = now()
        SyncRun.objects.filter(exchange_id=exchange_id, outcome=RunOutcome.RUNNING).update(
            outcome=RunOutcome.INTERRUPTED, ended_at=at, problem=_("It was interrupted; the next sync went on.")
        )
        return SyncRun.objects.create(exchange_id=exchange_id, begun_at=at)


def _fetch(exchange_id: int, run_id: int, fetcher: Fetcher | None) -> str:
    """Apply all pages; gives the source's note. Raises SourceFailed, Overtaken, ListRefused, SealError."""
    exchange = Exchange.objects.get(pk=exchange_id)
    seen = KeySet()
    page: Page | None = None
    for page in open_source(exchange, fetcher).pages(exchange.checkpoint):
        apply_page(exchange_id, run_id, page, seen=seen)
        if page.last:
            break
    if page is None or not page.last:
        raise SourceFailed(_("The source stopped before its end."))
    if page.whole:
        _refuse_nothing(exchange, seen)
        withdraw_unseen(exchange_id, run_id, seen)
    return page.note


def _refuse_nothing(exchange: Exchange, seen: KeySet) -> None:
    """Refuse a whole source that has nothing at all: a fault there must not empty a list here. Raises SourceFailed."""
    held = Entry.objects.filter(list_id=exchange.list_id).exclude(state__in=(EntryState.WITHDRAWN, EntryState.STAGED))
    if not len(seen) and held.exists():
        raise SourceFailed(
            _("The source has no record that can be used; the list stays as it was. If that is right, quarantine it.")
        )


def _complete(exchange_id: int, run_id: int, note: str) -> None:
    with transaction.atomic():
        run = hold_run(run_id)
        exchange = Exchange.objects.select_for_update().get(pk=exchange_id)
        at = now()
        exchange.failures, exchange.complete_at = 0, at
        exchange.due_at = at + timedelta(minutes=exchange.every_minutes) * (1 + JITTER * random.random())
        exchange.save(update_fields=["failures", "complete_at", "due_at"])
        run.outcome, run.ended_at, run.problem = RunOutcome.COMPLETE, at, note[:MOST_PROBLEM]
        run.save(update_fields=["outcome", "ended_at", "problem"])
        # A change of its own, although no entry is other: how fresh the list is stands in answers.
        HashList.objects.filter(pk=exchange.list_id).update(
            version=f"sync-{run_id}", imported_at=at, updated_at=at
        )  # fmt: skip
        next_change()
        _tell(exchange, run)


def _fail(
    exchange_id: int, run_id: int, problem: str, *, after: datetime | None = None, restart: Checkpoint = None
) -> None:
    with transaction.atomic():
        try:
            run = hold_run(run_id)
        except Overtaken:
            return
        exchange = Exchange.objects.select_for_update().get(pk=exchange_id)
        at = now()
        exchange.failures += 1
        exchange.due_at = max(at + _wait(exchange.failures), after or at)
        if restart is not None:
            exchange.checkpoint = restart
        exchange.save(update_fields=["failures", "due_at", "checkpoint"])
        run.outcome, run.ended_at, run.problem = RunOutcome.FAILED, at, problem[:MOST_PROBLEM]
        run.save(update_fields=["outcome", "ended_at", "problem"])
        _tell(exchange, run)
        if exchange.failures >= ALARM_AFTER:
            raise_alert(
                AlertKind.LIST_SYNC_FAILED, key=f"list_sync_failed:{exchange.list_id}", urgent=False,
                path=f"/lists/{exchange.list_id}/", details={"list": exchange.list_id, "failures": exchange.failures},
            )  # fmt: skip


def _wait(failures: int) -> timedelta:
    longest: timedelta = min(FIRST_WAIT * 2.0 ** min(failures - 1, 20), LONGEST_WAIT)
    return longest * (1 + JITTER * random.random())


def _tell(exchange: Exchange, run: SyncRun) -> None:
    """The counts are those of the row as the last page left it: ``hold_run`` has read it."""
    details: Details = {
        "outcome": str(run.outcome), "pages": run.pages, "records": run.records, "added": run.added,
        "changed": run.changed, "withdrawn": run.withdrawn, "set_aside": run.set_aside,
    }  # fmt: skip
    subject = Subject("list", str(exchange.list_id))
    write_event(Event.LISTS_SYNC_FINISHED, actor=Actor.system(), subject=subject, details=details)
