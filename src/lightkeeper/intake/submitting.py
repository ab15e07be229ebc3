"""Taking submissions in: known ones get the answer they had, new ones are searched or put off, all in few statements.

The way of a request with ``wait``: bytes arrive, ids are looked up (one SELECT), everything new is searched in this
process, and one transaction writes each outcome. What is not done in time is written as received, with due work.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from lightkeeper.intake import outcomes, waiting
from lightkeeper.intake.answers import FOUND
from lightkeeper.intake.committing import GroupCommit
from lightkeeper.intake.drafts import Draft
from lightkeeper.intake.lifecycle import free_ids, gone
from lightkeeper.intake.models import Submission
from lightkeeper.intake.pacing import Pace, let_go
from lightkeeper.intake.retained import unsealed
from lightkeeper.intake.scanning import search_urls
from lightkeeper.intake.states import State
from lightkeeper.intake.types import SCAN, Kind, Reason, Refused
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import hash_only, write_events
from lightkeeper.runtime.services import add_works, insert_many, new_row

_TRIES: Final = 4
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission as it stands now, with the caller's own id."""

    row: Submission
    callers_id: str


def take(drafts: Sequence[Draft], *, wait: bool, pace: Pace) -> list[Taken]:
    """Take submissions of one client in, all or none; give them in order.

    The same id with the same body gives what it gave before. Raises Refused (409) where an id stands for another body.
    """
    for _ in range(_TRIES):
        known = _known(drafts)
        fresh = _first_of_each([draft for draft in drafts if draft.reference not in known])
        _search(fresh, wait=wait, pace=pace)
        if not drafts[0].caller.detail:  # who is told what was found need not guess it from the pace
            pace.searched(len(fresh))
        _store(fresh)
        try:
            at = now()
            rows = _commits.commit([(draft, _prepared(draft, at)) for draft in fresh]) if fresh else []
        except IntegrityError:
            # Somebody took one of these ids in this moment: look again, and answer with what they wrote.
            continue
        known.update({bytes(row.reference_index): row for row in rows})
        if wait:
            _await(known, pace)
        return [Taken(known[draft.reference], draft.metadata.id) for draft in drafts]
    _logger.error("new submissions could not be written after %s tries", _TRIES)
    raise Refused(503, "busy", "Others are submitting the same ids in this moment. Try again.")


def _known(drafts: Sequence[Draft]) -> dict[bytes, Submission]:
    """The rows of those that were submitted before, by reference. Raises Refused for another body."""
    client_id = drafts[0].caller.client_id
    references = [draft.reference for draft in drafts]
    bodies: dict[bytes, bytes] = {}
    rows = {
        bytes(row.reference_index): row
        for row in Submission.objects.filter(client_id=client_id, reference_index__in=references, former=False)
    }
    if over := [reference for reference, row in rows.items() if gone(row)]:
        free_ids([rows.pop(reference) for reference in over])
    for draft in drafts:
        row = rows.get(draft.reference)
        if row is not None and row.state == State.ERASED:
            raise Refused(410, "erased", "A submission with this id was erased. Use another id.")
        if row is not None and draft.reference not in bodies:
            bodies[draft.reference] = unsealed(row.retained, draft.reference).body
        if bodies.setdefault(draft.reference, draft.body) != draft.body:
            raise Refused(409, "id-in-use", "This id stands for a submission with another body. Use a new id.")
    return rows


def _first_of_each(drafts: Sequence[Draft]) -> list[Draft]:
    return list({draft.reference: draft for draft in reversed(drafts)}.values())[::-1]


def _search(drafts: Sequence[Draft], *, wait: bool, pace: Pace) -> None:
    """Give each draft that may be searched its verdict, as far as there is time."""
    due = [draft for draft in drafts if draft.refusal is None and draft.verdict is None]
    addresses = [draft for draft in due if draft.kind == Kind.URL]
    if addresses:
        verdicts = search_urls([draft.metadata.url or "" for draft in addresses])
        for draft, verdict in zip(addresses, verdicts, strict=True):
            draft.verdict = verdict
    if wait and len(addresses) < len(due):
        let_go()
        waiting.search([draft for draft in due if draft.kind != Kind.URL], pace)


def _store(drafts: Sequence[Draft]) -> None:
    """Write to the vault, ahead of the transaction, what its rows will refer to."""
    for draft in drafts:
        if draft.upload is None or draft.refusal is not None:
            continue
        found = draft.verdict is not None and draft.verdict.outcome in FOUND
        if draft.verdict is None or (found and not hash_only()):
            draft.upload.store()


def _prepared(draft: Draft, at: datetime) -> Submission | None:
    """The row of a draft that needs no other row; None where it is to be made in the transaction.

    One thread of the process writes at a time: what most rows need before that is done before their turn comes.
    """
    known = draft.refusal is not None or (draft.verdict is not None and draft.verdict.outcome not in FOUND)
    return _row(draft, at) if known else None


@transaction.atomic
def _write(parts: Sequence[tuple[Draft, Submission | None]]) -> list[Submission]:
    """Write everything there is to write of new submissions. Raises IntegrityError where an id was taken meanwhile."""
    drafts = [draft for draft, _ in parts]
    at = now()
    rows = [_row(draft, at) if row is None else row for draft, row in parts]
    insert_many(rows)
    write_events([outcomes.told_of(row, outcomes.actor_of(row.client_id)) for row in rows])
    if due := [row.pk for row in rows if row.state == State.RECEIVED]:
        add_works(SCAN, due)
    for row, draft in zip(rows, drafts, strict=True):
        if row.state != State.RECEIVED:
            outcomes.call_back(row, draft.metadata.id)
    return rows


_commits: Final = GroupCommit(_write)


def _row(draft: Draft, at: datetime) -> Submission:
    arrival = draft.arrival
    row = new_row(
        Submission,
        client_id=draft.caller.client_id,
        reference_index=draft.reference,
        kind=draft.kind,
        state=State.RECEIVED,
        reason=Reason.WAITING,
        detail=draft.caller.detail,
        surface=arrival.surface,
        received_at=draft.received_at,
    )
    if draft.refusal is not None:
        outcomes.refuse(row, draft.refusal, at)
        outcomes.remember(row, arrival.retained(None).only_body(), at)
    elif draft.verdict is not None:
        actor = outcomes.actor_of(draft.caller.client_id)
        outcomes.conclude(row, draft.verdict, arrival, original=lambda: _original(draft), actor=actor, at=at)
    else:
        row.vault_object = draft.upload.keep() if draft.upload is not None else None
        row.arrival = arrival.seal(draft.reference)
        row.retained = arrival.retained(None).seal(draft.reference)
    return row


def _original(draft: Draft) -> VaultObject | None:
    if draft.upload is None or not draft.upload.stored or hash_only():
        return None
    return draft.upload.keep()


def _await(known: dict[bytes, Submission], pace: Pace) -> None:
    """Look again, at each step until the wait is over, at what others are still searching."""
    while pace.left() > 0:
        waiting_for = [row.pk for row in known.values() if row.state == State.RECEIVED]
        if not waiting_for or settings.LIGHTKEEPER["wait_limit_ms"] <= settings.LIGHTKEEPER["wait_step_ms"]:
            return
        pace.release()
        for row in Submission.objects.filter(pk__in=waiting_for):
            known[bytes(row.reference_index)] = row
