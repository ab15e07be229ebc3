"""What can be asked of requests: which there are, what one is about, what was done; and the counts of a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import QuerySet
from django.utils.timezone import now

from lightkeeper.act.requests.models import ACCOUNT, AuthorityRequest, RequestSubject
from lightkeeper.act.requests.sealed import Says, handed_of, note_of, reference_index, says_of
from lightkeeper.act.requests.states import ENDS, IN_VAIN, OPEN, RequestKind, RequestState, StepKind, Way
from lightkeeper.record.types import HoldSubject
from lightkeeper.review.models import Case

SEARCHED: Final = 50


@dataclass(frozen=True, slots=True)
class SubjectView:
    """Something that a request is about. ``case`` is the address of its page where it is a case."""

    kind: str
    name: str
    case: str
    found: bool
    hold: int | None
    held: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that was done, in words."""

    at: datetime
    who: str
    what: str
    until: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class HandoverView:
    """What was handed over once."""

    at: datetime
    who: str
    way: str
    count: int
    what: str
    to: str
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Requests of one kind from one country that were received in a time, and what became of them.

    Medians are hours from being received until the authority was told so, and until the end; None where there is none.
    """

    kind: RequestKind
    country: str
    received: int
    answered: int
    refused: int
    withdrawn: int
    late: int
    hours_to_confirm: float | None
    hours_to_end: float | None


def requests(*, state: str = "", kind: str = "", reference: str = "") -> QuerySet[AuthorityRequest]:
    """Requests: open ones first, by when they are due; of a state, of a kind, or with an authority's reference."""
    rows = AuthorityRequest.objects.select_related("handler", "registered_by")
    if state == "open":
        rows = rows.filter(state__in=OPEN)
    elif state in RequestState.values:
        rows = rows.filter(state=state)
    if kind in RequestKind.values:
        rows = rows.filter(kind=kind)
    if reference.strip():
        rows = rows.filter(reference_index=reference_index(reference))
    return rows.order_by("ended_at", "due_at", "pk") if state == "open" else rows.order_by("-pk")


def overdue(at: datetime | None = None) -> int:
    """How many open requests are overdue."""
    return AuthorityRequest.objects.filter(state__in=OPEN, due_at__lt=at or now()).count()


def open_requests() -> int:
    """How many requests have not ended."""
    return AuthorityRequest.objects.filter(state__in=OPEN).count()


def subjects_of(request: AuthorityRequest) -> list[SubjectView]:
    """What a request is about."""
    rows = list(request.subjects.select_related("client", "hold").order_by("pk"))
    numbers = [row.number for row in rows if row.kind == HoldSubject.CASE and row.number is not None]
    cases = {number: str(public) for number, public in Case.objects.filter(pk__in=numbers).values_list("pk", "public")}
    return [_subject_view(row, cases) for row in rows]


def _subject_view(row: RequestSubject, cases: dict[int, str]) -> SubjectView:
    hold = row.hold
    if row.kind == ACCOUNT:
        client = "" if row.client is None else row.client.name
        return SubjectView(ACCOUNT, f"{client}: {bytes(row.account_index or b'').hex()[:8]}", "", False, None, False)
    return SubjectView(
        row.kind, str(row.number), cases.get(row.number or 0, "") if row.kind == HoldSubject.CASE else "", row.found,
        None if hold is None else hold.pk, hold is not None and hold.lifted_at is None,
    )  # fmt: skip


def steps_of(request: AuthorityRequest) -> list[StepView]:
    """What was done, the first first. Raises SealError."""
    return [
        StepView(row.at, row.person.name, str(StepKind(row.kind).label), row.until, note_of(row.note, row.public))
        for row in request.steps.select_related("person").order_by("pk")
    ]


def requests_about(case: Case) -> list[AuthorityRequest]:
    """The requests that name a case, the newest first."""
    rows = AuthorityRequest.objects.filter(subjects__kind=HoldSubject.CASE, subjects__number=case.pk)
    return list(rows.order_by("-pk"))


def requests_of_holds(holds: Iterable[int]) -> dict[int, AuthorityRequest]:
    """By the number of a hold, the request that placed it."""
    rows = RequestSubject.objects.filter(hold__in=list(holds)).select_related("request").defer("request__content")
    return {row.hold_id: row.request for row in rows if row.hold_id is not None}


def handovers_of(request: AuthorityRequest) -> list[HandoverView]:
    """What was handed over, the first first. Raises SealError."""
    found = []
    for row in request.handovers.select_related("person").order_by("handed_at", "pk"):
        handed = handed_of(row.content, row.public)
        way = str(Way(row.way).label)
        found.append(
            HandoverView(row.handed_at, row.person.name, way, row.count, handed.what, handed.to, handed.digests)
        )
    return found


def delays_to_end() -> list[tuple[AuthorityRequest, Says]]:
    """Requests not to tell a user, with what they say, that another request may end: those that were not refused."""
    rows = AuthorityRequest.objects.filter(kind=RequestKind.DELAY).exclude(state__in=IN_VAIN).order_by("-pk")[:SEARCHED]
    return [(row, says_of(row.content, row.public)) for row in rows]


def counted(begin: datetime, end: datetime) -> list[Count]:
    """Requests received from ``begin`` to before ``end``, by kind and country; for yearly reports (DSA, Art. 15)."""
    grouped: dict[tuple[str, str], list[AuthorityRequest]] = defaultdict(list)
    rows = AuthorityRequest.objects.filter(received_at__gte=begin, received_at__lt=end).defer("content")
    for row in rows.order_by("pk"):
        grouped[row.kind, row.country].append(row)
    return [_count(RequestKind(kind), country, rows) for (kind, country), rows in sorted(grouped.items())]


def _count(kind: RequestKind, country: str, rows: list[AuthorityRequest]) -> Count:
    ended = [row for row in rows if row.state in ENDS]
    return Count(
        kind, country, len(rows),
        sum(row.state == RequestState.ANSWERED for row in rows),
        sum(row.state == RequestState.REFUSED for row in rows),
        sum(row.state == RequestState.WITHDRAWN for row in rows),
        sum((row.ended_at or now()) > row.due_at for row in rows if row.state != RequestState.WITHDRAWN),
        _median(row.confirmed_at - row.received_at for row in rows if row.confirmed_at is not None),
        _median(row.ended_at - row.received_at for row in ended if row.ended_at is not None),
    )  # fmt: skip


def _median(times: Iterable[timedelta]) -> float | None:
    hours = [time.total_seconds() / 3600 for time in times]
    return round(median(hours), 2) if hours else None
