"""Later list updates: what clear items looked like is looked up again when the lists have changed.

Looked up are all digests of its bytes and its PDQ in all eight orientations, within each list's radius. What would need
the picture itself is not: its variants (without borders, crops), and the wider distance of what is only possible.

One row remembers after which change of the lists everything was searched, and how far the search after the next has
come; each batch is found and written before the mark moves on, so a search that is cut off goes on where it was.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from lightkeeper.detect.findings import Match, Outcome
from lightkeeper.intake import outcomes
from lightkeeper.intake.drafts import Arrival
from lightkeeper.intake.models import RescanMark, Submission
from lightkeeper.intake.retained import Retained, readable
from lightkeeper.intake.scanning import search_retained, search_urls, withholds
from lightkeeper.intake.states import State
from lightkeeper.intake.types import Kind, Reason
from lightkeeper.lists import queries as lists
from lightkeeper.lists.services import note_hits
from lightkeeper.record.services import write_events
from lightkeeper.record.types import Actor
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.types import CaseReason

BATCH: Final = 1000
_MARK: Final = 1
_CLEAR: Final = (Outcome.CLEAR.value, Outcome.UNMATCHABLE.value, Outcome.UNREADABLE.value)


def rescan(*, batches: int = 100) -> int:
    """Go on searching where the lists have changed; at most so many batches. Gives how many items were found."""
    found = 0
    for _ in range(batches):
        mark = _mark()
        if mark is None:
            break
        found += _batch(mark)
    return found


def _mark() -> RescanMark | None:
    """Where to go on, None where everything was searched after the newest change that this process knows."""
    change = lists.current().change
    with transaction.atomic():
        mark = RescanMark.objects.select_for_update().filter(pk=_MARK).first()
        if mark is None:
            RescanMark.objects.bulk_create([RescanMark(pk=_MARK)], ignore_conflicts=True)
            mark = RescanMark.objects.select_for_update().get(pk=_MARK)
        if mark.position == 0 and change > mark.change:
            # A new round; what changes while it runs is for the next one.
            mark.target = change
            mark.save(update_fields=["target"])
    # A process whose index is older than the round must not search for it.
    return mark if mark.target > mark.change and change >= mark.target else None


def _batch(mark: RescanMark) -> int:
    rows = list(
        Submission.objects.filter(
            pk__gt=mark.position, state=State.FINISHED, case=None, outcome__in=_CLEAR, retained__isnull=False
        ).order_by("pk")[:BATCH]
    )
    opened = readable(rows)
    found = 0
    for (row, what), matches in zip(opened, _search([what for _, what in opened]), strict=True):
        if matches:
            found += _found(row.pk, what, matches)
    _move(mark, rows[-1].pk if len(rows) == BATCH else None)
    return found


def _search(kept: list[Retained]) -> list[tuple[Match, ...]]:
    shapes = search_retained([(one.digests, one.pdq) for one in kept])
    places = [place for place, one in enumerate(kept) if one.url is not None]
    for place, verdict in zip(
        places, search_urls([kept[place].url or "" for place in places], counted=False), strict=True
    ):
        shapes[place] = verdict.matches
    return shapes


def _move(mark: RescanMark, position: int | None) -> None:
    """Note how far the round has come; at its end it is done. Nothing where another process was quicker."""
    same = RescanMark.objects.filter(pk=_MARK, target=mark.target, position=mark.position)
    if position is None:
        same.update(change=mark.target, position=0)
    else:
        same.update(position=position)


@transaction.atomic
def _found(pk: int, kept: Retained, matches: tuple[Match, ...]) -> int:
    """Open a case for an item that was clear when it came; its bytes are gone, so there is nothing to show."""
    row = Submission.objects.select_for_update().get(pk=pk)
    if row.state != State.FINISHED or row.case_id is not None or kept.callers_id is None:
        return 0
    known = lists.current()
    arrival = _arrival(row, kept)
    row.item = outcomes.item_of(arrival)
    row.outcome, row.reason = Outcome.MATCH.value, Reason.LIST_UPDATE
    if not row.withheld and withholds(known, matches):  # whatever was decided before, this waits for a person again
        row.withheld, row.decision, row.label = True, "", ""
    row.lists_as_of = known.as_of or ""
    row.case_id = open_or_join_case(
        item_id=row.item.pk,
        source=bytes(row.reference_index),
        reason=CaseReason.LIST_UPDATE,
        context=arrival.frozen(kept.pdq),
        findings=outcomes.findings_of(matches),
        original=None,
        actor=Actor.system(),
        client_id=row.client_id,
        person=kept.uploader,
        pdq=kept.pdq,
    ).id
    note_hits(outcomes.hits_of(row, kept, matches))
    row.save()
    write_events([outcomes.told_of(row, Actor.system())])
    if row.detail or row.withheld:
        # Without detail the word must have changed: a message that repeats it would say that something was found.
        outcomes.call_back(row, kept.callers_id)
    return 1


def _arrival(row: Submission, kept: Retained) -> Arrival:
    """What is still known of how it came."""
    return Arrival(
        callers_id=kept.callers_id or "",
        kind=Kind(row.kind),
        client_id=row.client_id,
        surface=row.surface,
        url=kept.url,
        received_at=row.received_at.isoformat(),
        size=kept.size,
        digests={name: value.hex() for name, value in kept.digests.items()},
        detail=row.detail,
        body=kept.body.hex(),
    )
