"""The written record of hash matching: which lists, which radius and why, how right, how much people review.

Ofcom's measure ICU C9 asks for it, and that how well it serves is looked at every six months at least.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.figures.models import MatchingReview
from lightkeeper.lists.models import HashList
from lightkeeper.lists.queries import overviews
from lightkeeper.lists.types import ListPurpose
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Subject
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import ItemState, Share, precision, share

EVERY: Final = timedelta(days=182)
"""Six months: after so long the next review is due."""
SOON: Final = timedelta(days=14)
"""So long before it is due, whoever is on call is told."""
LONGEST: Final = 4000


class ReviewRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """A review that cannot be kept; the message is a sentence for the person who made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedList:
    """One list of known things. ``right`` is of findings drawn at random (``review.precision``), by its radius now."""

    name: str
    source: str
    owner: str
    status: str
    why_status: str
    radius: int
    why_radius: str
    entries: int
    hits: int
    renewed_at: datetime | None
    stale: bool
    right: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record as it stands. ``reviewed``: of what was found since the last review, how much people settled."""

    since: datetime | None
    lists: tuple[MatchedList, ...]
    sample_percent: int
    reviewed: Share | None


def record() -> Record:
    """The record as it stands, since the last review."""
    last = last_review()
    since = last.made_at if last else None
    items = CaseItem.objects.filter(findings__isnull=False)
    items = (items if since is None else items.filter(added_at__gte=since)).distinct()
    settled = items.filter(state=ItemState.SETTLED).count()
    return Record(
        since=since, lists=_lists(since), sample_percent=current_policy().sample_percent,
        reviewed=share(settled, items.count()),
    )  # fmt: skip


def last_review() -> MatchingReview | None:
    """The newest review, with who made it."""
    return MatchingReview.objects.select_related("made_by").first()


def due_at() -> datetime | None:
    """When the next review is due: six months after the last, or after the first list was made. None without any."""
    last = last_review()
    if last is not None:
        return last.next_due
    first = HashList.objects.filter(purpose=ListPurpose.KNOWN).order_by("created_at").first()
    return first.created_at + EVERY if first else None


@transaction.atomic
def review_matching(person: Person, *, why_lists: str, why_balance: str, why_share: str) -> MatchingReview:
    """Keep that a person reviewed hash matching, what the record showed, and why it is right. It is never changed.

    Raises PermissionDenied; ReviewRefused, a sentence.
    """
    require(person, Permission.MATCHING_REVIEW)
    said = {"why_lists": why_lists.strip(), "why_balance": why_balance.strip(), "why_share": why_share.strip()}
    if not all(said.values()):
        raise ReviewRefused(_("Answer all three questions: the record says why, not only that."))
    if any(len(text) > LONGEST for text in said.values()):
        raise ReviewRefused(_("An answer has %(most)d characters at most.") % {"most": LONGEST})
    at = now()
    row = MatchingReview.objects.create(
        made_by=person, made_at=at, shown=as_json(record()), next_due=at + EVERY, **said
    )
    write_event(
        Event.FIGURES_MATCHING_REVIEWED, actor=person.actor, subject=Subject("matching_review", str(row.pk)),
        details={"lists": len(row.shown["lists"])},
    )  # fmt: skip
    return row


@transaction.atomic
def remind_of_review() -> bool:
    """Tell whoever is on call, once a due date, that the review is due soon or overdue. Gives whether it is."""
    due = due_at()
    if due is None or due - SOON > now():
        return False
    over = due <= now()
    raise_alert(
        AlertKind.MATCHING_REVIEW_DUE, key=f"matching_review:{due:%Y%m%d}:{'over' if over else 'soon'}", urgent=False,
        path="/transparency/matching/",
    )  # fmt: skip
    return True


def as_json(made: Record) -> Mapping[str, object]:
    """The record as values of JSON."""
    return {
        "since": made.since and made.since.isoformat(),
        "sample_percent": made.sample_percent,
        "reviewed": made.reviewed and asdict(made.reviewed),
        "lists": [
            {**asdict(one), "renewed_at": one.renewed_at and one.renewed_at.isoformat()} for one in made.lists
        ],
    }  # fmt: skip


def _lists(since: datetime | None) -> tuple[MatchedList, ...]:
    right = {(row.list_name, row.radius): row.right for row in precision(since).whole if row.detector == "pdq"}
    return tuple(
        MatchedList(
            name=one.row.name, source=one.row.source, owner=one.row.owner.name if one.row.owner else "",
            status=one.row.status, why_status=one.row.status_reason, radius=one.row.radius,
            why_radius=one.row.rationale, entries=one.searched, hits=one.hits, renewed_at=one.row.imported_at,
            stale=one.stale, right=right.get((one.row.name, one.row.radius)),
        )
        for one in overviews() if one.row.purpose == ListPurpose.KNOWN
    )  # fmt: skip
