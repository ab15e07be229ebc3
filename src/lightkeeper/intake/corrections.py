"""An entry proved wrong: one act of a person, after which all that rests on the entry is put right in the background.

What only the entry withheld is reinstated (``correcting.py``); what people decided is not undone by a machine but comes
before people again; what waits for people goes on waiting, and its page says that the entry was proved wrong.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.intake.models import Correction
from lightkeeper.intake.resting import case_items, opened_again, reports_resting_on, resting_alone, withheld
from lightkeeper.lists.models import Entry
from lightkeeper.lists.services import move_entry
from lightkeeper.lists.types import EntryState, ListPurpose, ListRefused
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Subject
from lightkeeper.review.queries import ItemState
from lightkeeper.runtime.services import add_work, seal, unseal

CORRECT: Final = "intake:correct"
"""The kind of work that puts right what rests on an entry; its subject is the correction."""

STATES: Final = (EntryState.DISPUTED, EntryState.WITHDRAWN)
LONGEST_REASON: Final = 200
_PURPOSE: Final = "intake:correction"


class CorrectionRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What was asked cannot be done; the message is a sentence that holds no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What rests on an entry, in counts: items of cases, submissions, reports by authority and state.

    ``reopen`` are to be opened again, ``open`` wait for people already, ``left`` stay as they are. Of the ``withheld``
    submissions ``reinstate`` are to be reinstated; the others are withheld by something else too, or being judged.
    """

    cases: int
    reopen: int
    open: int
    withheld: int
    reinstate: int
    reports: tuple[tuple[str, int], ...]

    @property
    def left(self) -> int:
        """Settled items that stay as they are."""
        return self.cases - self.reopen - self.open

    @property
    def held(self) -> int:
        """Submissions that stay withheld."""
        return self.withheld - self.reinstate


def preview(entry: int) -> Preview:
    """What would be done if the entry were proved wrong now."""
    items = case_items(entry)
    return Preview(
        cases=items.count(),
        reopen=opened_again(entry, now()).count(),
        open=items.exclude(state=ItemState.SETTLED).count(),
        withheld=withheld(entry).count(),
        reinstate=resting_alone(entry).count(),
        reports=reports_resting_on(entry),
    )


@transaction.atomic
def correct_entry(entry_id: int, state: EntryState, *, reason: str, person: Person) -> Correction:
    """Say that an entry is wrong: it is disputed or withdrawn at once, and what rests on it is put right by workers.

    Raises PermissionDenied; CorrectionRefused, ListRefused with a sentence: no such entry, no reason, proved wrong
    before and not restored since (somebody else may have been quicker).
    """
    require(person, Permission.ENTRY_CORRECT)
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise CorrectionRefused(
            _("Write down why the entry is wrong, in at most %(most)d characters.") % {"most": LONGEST_REASON}
        )
    if state not in STATES:
        raise CorrectionRefused(_("An entry that is wrong is disputed or withdrawn."))
    entry = _locked(entry_id)
    seen, at = preview(entry_id), now()
    row = Correction.objects.create(
        entry=entry, state=state, person=person, role=person.role, cases=seen.cases, withholdings=seen.reinstate,
        reason=seal(_PURPOSE, json.dumps({"reason": text}).encode(), context=_context(entry_id)), made_at=at,
    )  # fmt: skip
    if entry.state not in {state, EntryState.WITHDRAWN}:
        # What the room of lists shows says no more than this: the words of the reason are for those who see cases.
        move_entry(entry_id, state, reason=f"proved wrong, correction {row.pk}", actor=person.actor)
    write_event(
        Event.INTAKE_ENTRY_CORRECTED,
        actor=person.actor,
        subject=Subject("entry", str(entry_id)),
        details={"list": entry.list_id, "state": str(state), "cases": seen.cases, "withholdings": seen.reinstate},
    )
    add_work(CORRECT, subject=row.pk)
    return row


def reason_of(row: Correction) -> str:
    """Why a person said that the entry is wrong. Raises SealError if it was altered."""
    text: str = json.loads(unseal(_PURPOSE, bytes(row.reason), context=_context(row.entry_id)))["reason"]
    return text


def standing(entries: Collection[int]) -> dict[int, Correction]:
    """Those of these entries that were proved wrong and not restored since, with the last correction of each."""
    rows = Correction.objects.filter(entry__in=entries).exclude(entry__state=EntryState.ACTIVE).order_by("pk")
    return {row.entry_id: row for row in rows}


def _locked(entry_id: int) -> Entry:
    rows = Entry.objects.select_for_update(of=("self",)).select_related("list")
    entry = rows.filter(pk=entry_id).exclude(state=EntryState.STAGED).first()
    if entry is None:
        raise ListRefused(_("There is no such entry."))
    if entry.list.purpose == ListPurpose.ALLOW:
        raise CorrectionRefused(_("The entry is of an allow-list, so nothing rests on it; withdraw it."))
    before = Correction.objects.filter(entry=entry).order_by("-pk").first()
    if before is not None and (before.done_at is None or entry.state != EntryState.ACTIVE):
        raise CorrectionRefused(
            _("Entry %(number)d was proved wrong already, on %(day)s.")
            % {"number": entry_id, "day": before.made_at.date().isoformat()}
        )
    return entry


def _context(entry_id: int) -> bytes:
    return f"entry {entry_id}".encode()
