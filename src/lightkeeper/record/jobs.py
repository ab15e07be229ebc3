"""What the worker does for the room, again and again. Every one may run at any time, twice, or be killed."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.record.checking import VERIFY, verify_and_record
from lightkeeper.record.checkpoints import sign_checkpoint_if_due
from lightkeeper.record.dated_destruction import destroy_case_again, destroy_due
from lightkeeper.record.destruction_writing import bring_log_up
from lightkeeper.record.events import Event
from lightkeeper.record.letting_go import destroy_owed
from lightkeeper.record.reapplying import reapplied_by
from lightkeeper.record.sealing import queue_lost, seal_pending
from lightkeeper.record.types import Actor
from lightkeeper.record.vault import sweep_vault, verify_vault
from lightkeeper.runtime.services import job, schedule

reapplied_by(Event.RECORD_CASE_DESTROYED, destroy_case_again)


@schedule("record:seal", every=timedelta(seconds=2))
def seal_events(subject: int | None) -> None:
    """Chain what was committed, and sign a checkpoint when one is due."""
    del subject
    seal_pending()
    sign_checkpoint_if_due()


@schedule("record:sweep", every=timedelta(minutes=10))
def sweep_incoming(subject: int | None) -> None:
    """Remove what arrived and was never given a row."""
    del subject
    sweep_vault()


@schedule("record:look-after", every=timedelta(days=1), longest_seconds=12 * 3600)
def look_after(subject: int | None) -> None:
    """Verify the trail, read every object, remove files that no row claims, queue events that would stay unsealed."""
    del subject
    queue_lost()
    verify_and_record(actor=Actor.system())
    sweep_vault(objects=True)
    verify_vault()


@schedule("record:owed", every=timedelta(days=1), longest_seconds=3600)
def destroy_what_is_owed(subject: int | None) -> None:
    """Destroy what a legal hold kept, where none stands any more."""
    del subject
    destroy_owed()


@schedule("record:retention", every=timedelta(hours=1), longest_seconds=3600)
def destroy_what_is_due(subject: int | None) -> None:
    """Destroy, with a proof, what retention clocks say is due today."""
    del subject
    destroy_due()


@schedule("record:destructions", every=timedelta(seconds=30))
def log_destructions(subject: int | None) -> None:
    """Write what was destroyed into the destruction log, apart from the database."""
    del subject
    bring_log_up()


@job(VERIFY, attempts=3)
def verify_now(subject: int | None) -> None:
    """Verify the trail because somebody asked for it."""
    del subject
    verify_and_record(actor=Actor.system())
