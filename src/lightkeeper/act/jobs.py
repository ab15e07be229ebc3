"""Background entry points of the room."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.act import carrying_out, case_actions, decisions, delivering, feedback, keeping, notices, retaining
from lightkeeper.act.parties import forgetting, victims
from lightkeeper.act.queueing import DELIVER
from lightkeeper.act.reports import submitting
from lightkeeper.act.reports.citing import cites
from lightkeeper.act.reports.ncmec import schemas
from lightkeeper.act.requests import registering, reminding
from lightkeeper.act.takedowns import monitoring, sending
from lightkeeper.act.takedowns import services as takedowns
from lightkeeper.record.events import Event
from lightkeeper.record.services import kept_by, protected_by, reapplied_by, subscribe
from lightkeeper.review.services import keep_text_while
from lightkeeper.runtime.services import job, schedule

keep_text_while(cites)
kept_by("act", retaining.KEEPER)
protected_by({"act_victimlook": ("id",)})
reapplied_by(Event.ACT_VICTIMS_DESTROYED, victims.destroy_again)
subscribe(Event.REVIEW_ITEM_SETTLED, carrying_out.item_settled)
subscribe(Event.REVIEW_ITEM_SETTLED, feedback.item_settled)
subscribe(Event.REVIEW_CASE_REOPENED, feedback.case_reopened)
subscribe(Event.REVIEW_GRADE_UNDONE, decisions.grade_undone)
subscribe(Event.REVIEW_GRADE_STOOD, decisions.grade_stood)
subscribe(Event.REVIEW_SIGHTING_ERASED, case_actions.sighting_erased)
subscribe(Event.REVIEW_SIGHTING_ERASED, forgetting.sighting_erased)


# How long a callback is tried is its own clock's matter (``give_up_at``), not a number of attempts.
@job(DELIVER, attempts=1_000_000)
def deliver(subject: int | None) -> None:
    """Send one callback."""
    if subject is not None:
        delivering.deliver(subject)


@job(case_actions.CARRY_OUT)
def carry_out_action(subject: int | None) -> None:
    """Carry out an action of a case whose minute is over."""
    if subject is not None:
        case_actions.carry_out_action(subject)


@job(notices.END)
def end_delay(subject: int | None) -> None:
    """Let users be told again whose time has come."""
    if subject is not None:
        notices.end_when_due(subject)


# How long a step is tried is the report's own matter (``submitting.TRIES``).
@job(submitting.REPORT, attempts=1_000_000, longest_seconds=7200)
def send_report(subject: int | None) -> None:
    """Send a report as far as it goes now."""
    if subject is not None:
        submitting.send(subject)


@job(registering.OVERDUE)
def look_if_overdue(subject: int | None) -> None:
    """Tell whoever is on call of a request that is overdue."""
    if subject is not None:
        reminding.look_if_overdue(subject)


@job(registering.RUNS_OUT)
def look_if_running_out(subject: int | None) -> None:
    """Remind of a preservation that runs out."""
    if subject is not None:
        reminding.look_if_running_out(subject)


# How often sending is tried is the notice's own matter (``states.TRIES``).
@job(takedowns.SEND, attempts=1000)
def send_takedown(subject: int | None) -> None:
    """Send a takedown notice by e-mail."""
    if subject is not None:
        sending.deliver(subject)


@job(takedowns.DUE)
def look_if_takedown_is_overdue(subject: int | None) -> None:
    """Tell whoever is on call of an address that should be gone."""
    if subject is not None:
        sending.look_if_overdue(subject)


@job(takedowns.LOOK, attempts=10_000)
def look_at_address(subject: int | None) -> None:
    """Look whether an address answers still."""
    if subject is not None:
        monitoring.look(subject)


@schedule("act:report-schema", every=timedelta(days=1))
def watch_schema(subject: int | None) -> None:
    """Look whether the authority's schema has changed, where reports are filed."""
    del subject
    schemas.watch()


@schedule("act:prune", every=timedelta(hours=1))
def prune(subject: int | None) -> None:
    """Delete callbacks that ended long ago."""
    del subject
    keeping.prune()
