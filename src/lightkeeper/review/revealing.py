"""Showing a part of an item to somebody: recorded and committed first, read from the vault only then."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.events import Event
from lightkeeper.record.models import Reveal, RevealEnded
from lightkeeper.record.policy import PolicyValues
from lightkeeper.record.queries import open_reveals
from lightkeeper.record.services import VaultError, begin_reveal, current_policy, hash_only, read_object, write_event
from lightkeeper.record.services import end_reveal as write_end
from lightkeeper.record.types import RevealEnd, RevealLevel, RevealPurpose, Subject, Track
from lightkeeper.review import exposure
from lightkeeper.review.addresses.writing import ADDRESS
from lightkeeper.review.entitlement import (
    PARTS,
    WHOLE,
    Ladder,
    RevealRefused,
    check,
    highest_seen,
    ladder,
    lowest_needed,
    purpose_of,
    seen,
)
from lightkeeper.review.exposure import LevelBudget
from lightkeeper.review.leasing import require_lease
from lightkeeper.review.models import CaseItem, Media, Shift
from lightkeeper.review.presenting import Unpresentable, has_address, has_text, picture, text
from lightkeeper.review.protection import effective
from lightkeeper.review.shift import locked_shift, looked, rests_until

__all__ = [
    "PARTS",
    "WHOLE",
    "Ladder",
    "RevealRefused",
    "Shown",
    "close_unheard",
    "end_reveal",
    "highest_seen",
    "ladder",
    "lowest_needed",
    "purpose_of",
    "reveal",
    "seen",
]

SAID: Final = frozenset({RevealEnd.VEILED, RevealEnd.BLURRED, RevealEnd.IDLE, RevealEnd.LIMIT})
"""The ends that a browser can tell."""

PATIENCE: Final = timedelta(minutes=1)
"""How long after its limit the end of a reveal is waited for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may leave now: a JPEG, or a text in UTF-8, for ``limit`` seconds. ``left`` counts this reveal already."""

    reveal_id: uuid.UUID
    content: bytes
    limit: int
    left: LevelBudget


def reveal(
    *, case_item: CaseItem, person: Person, track: str = Track.PICTURE, level: str, part: str = WHOLE,
    purpose: str | None = None, veiled: uuid.UUID | None = None,
) -> Shown:  # fmt: skip
    """Show a part of an item to somebody. The row of the view log is committed before the vault is read.

    ``purpose``: as ``purpose_of`` if it is not given. ``veiled``: the reveal that this browser veiled last; any other
    that is open is on another device, and counts in full. PermissionDenied; NotYours: the case is not leased to them;
    RevealRefused. RuntimeError inside a transaction: nothing may leave before this one has committed.
    """
    if not may(person, Permission.CONTENT_REVEAL):
        raise PermissionDenied(Permission.CONTENT_REVEAL.value)
    with transaction.atomic(durable=True):
        _close_open(locked_shift(person), person, veiled)  # it ended, whether or not something else is shown now
    with transaction.atomic(durable=True):
        row, left, read = _begin(_Wanted(case_item, person, track, level, part, purpose, veiled))
    try:
        content = read(part, _mark(person, row.began_at))
    except (VaultError, Unpresentable) as error:
        with transaction.atomic():
            shift = locked_shift(person)
            if Reveal.objects.filter(pk=row.pk, end=None).exists():  # unless another device ended it meanwhile
                _end(shift, row, person, seconds=0.0, how=RevealEnd.FAILED)
        raise RevealRefused("not-readable", _not_readable(error), status=503) from None
    return Shown(row.public, content, row.limit, left)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Who wants to see what, as ``reveal`` was asked."""

    case_item: CaseItem
    person: Person
    track: str
    level: str
    part: str
    purpose: str | None
    veiled: uuid.UUID | None


def _begin(wanted: _Wanted) -> tuple[Reveal, LevelBudget, Callable[[str, str], bytes]]:
    """Check everything and write the row; gives it, what is left of the day, and what reads the content afterwards."""
    case_item, person, track, level = wanted.case_item, wanted.person, wanted.track, wanted.level
    shift, policy, at = locked_shift(person), current_policy(), now()
    require_lease(case_item.case, person)
    _close_open(shift, person, wanted.veiled)
    protecting = effective(person, policy)
    check(case_item, person, protecting, track=track, level=level, part=wanted.part)
    purpose = RevealPurpose(wanted.purpose) if wanted.purpose else purpose_of(case_item, person)
    read = _source(case_item, track, level, wanted.part)
    left = _left(shift, person, policy, exposure.counted_as(track, level), at)
    limit = min(protecting.hold_seconds, protecting.hold_seconds if left.seconds_left is None else left.seconds_left)
    row = begin_reveal(
        person=person.pk, role=person.role, item=case_item.item_id, case_item=case_item.pk, track=Track(track),
        level=RevealLevel(level), part=wanted.part, purpose=purpose, policy=policy.version, limit=limit,
    )  # fmt: skip
    exposure.begin(person, left.level, at)
    shift.reveal = row.pk
    looked(shift, policy, at)
    write_event(
        Event.REVIEW_REVEAL_BEGAN,
        actor=person.actor,
        subject=_subject(row),
        details={"track": track, "level": level, "part": wanted.part, "purpose": purpose.value, "limit": limit},
    )
    return row, exposure.budgets(person, policy, at)[left.level], read


def _source(case_item: CaseItem, track: str, level: str, part: str) -> Callable[[str, str], bytes]:
    """What reads it once the row is committed. RevealRefused where there is nothing to read."""
    if part == ADDRESS:
        if not has_address(case_item):
            raise RevealRefused("nothing-kept", _("The address is not kept any more."))
        return partial(text, case_item)
    if track == Track.TEXT:
        if not has_text(case_item):
            raise RevealRefused("nothing-kept", _("Nothing is kept of what was written in the report."))
        return partial(text, case_item)
    if hash_only():
        raise RevealRefused("hash-only", _("Nothing is kept: this service keeps no pictures, so none can be shown."))
    media = Media.objects.filter(case_item=case_item, kind=level).select_related("vault_object").first()
    if media is None:
        raise RevealRefused("nothing-kept", _("Nothing is kept of this item that can be shown at this level."))
    kept = media.vault_object
    return lambda part, mark: picture(read_object(kept), part, mark)


def _left(shift: Shift, person: Person, policy: PolicyValues, level: str, at: datetime) -> LevelBudget:
    until = rests_until(shift, policy, at)
    if until is not None:
        minutes = max(1, round((until - at).total_seconds() / 60))
        words = _("A break is due. Nothing is shown for the next %(minutes)d minutes.") % {"minutes": minutes}
        raise RevealRefused("break-due", words, status=429)
    left = exposure.budgets(person, policy, at)[level]
    if left.spent:
        raise RevealRefused("cap-reached", _("You have seen as much of this level as is allowed in a day."), status=429)
    return left


def end_reveal(public: uuid.UUID, person: Person, seconds: float, how: str) -> bool:
    """Note that somebody's reveal ended, after so many seconds; False if it had ended already.

    Reveal.DoesNotExist where this person has no such reveal; ValueError for an end that no browser can tell.
    """
    if how not in SAID:
        raise ValueError(how)
    with transaction.atomic():
        shift = locked_shift(person)
        row = Reveal.objects.get(public=public, person=person.pk)
        if RevealEnded.objects.filter(reveal=row).exists():
            return False
        _end(shift, row, person, seconds=seconds, how=RevealEnd(how))
    return True


def close_unheard() -> int:
    """End the reveals whose end should have been heard of by now; gives how many. Each counts in full."""
    at, closed = now(), 0
    for row in open_reveals(before=at - PATIENCE):
        if at - row.began_at < timedelta(seconds=row.limit) + PATIENCE:
            continue
        with transaction.atomic():
            person = Person.objects.get(pk=row.person)
            shift = locked_shift(person)
            if not Reveal.objects.filter(pk=row.pk, end=None).exists():
                continue
            _end(shift, row, person, seconds=row.limit, how=RevealEnd.UNKNOWN)
            closed += 1
    return closed


def _close_open(shift: Shift, person: Person, veiled: uuid.UUID | None) -> None:
    """End what this person has open: what this browser veiled lasted until now at most, anything else its full time."""
    for row in Reveal.objects.filter(person=person.pk, end=None).order_by("pk"):
        how = RevealEnd.NEXT if row.public == veiled else RevealEnd.UNKNOWN
        _end(shift, row, person, seconds=row.limit, how=how)


def _end(shift: Shift, row: Reveal, person: Person, *, seconds: float, how: RevealEnd) -> None:
    """Write the end, count it, and let the break timer know; the shift is locked."""
    ended = write_end(row, seconds=seconds, how=how)
    exposure.end(person, row, ended.seconds, shown=how is not RevealEnd.FAILED)
    if shift.reveal == row.pk:
        shift.reveal = None
    if how is RevealEnd.UNKNOWN:
        shift.save(update_fields=["reveal"])
    else:
        looked(shift, current_policy(), ended.ended_at)
    write_event(
        Event.REVIEW_REVEAL_ENDED,
        actor=person.actor,
        subject=_subject(row),
        details={"seconds": round(ended.seconds), "how": how.value},
    )


def _subject(row: Reveal) -> Subject:
    return Subject("reveal", str(row.pk))


def _mark(person: Person, at: datetime) -> str:
    """The watermark: whose eyes a picture was for, and when."""
    return f"{person.pk}  {at:%Y-%m-%d %H:%M} UTC"


def _not_readable(error: Exception) -> str:
    if isinstance(error, VaultError):
        return _("What is kept of this item is damaged or gone. It was reported; nothing was shown.")
    return _("It could not be made ready to show. Try again.")
