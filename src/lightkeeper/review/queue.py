"""The queue as people see it: open cases in their order, what was asked for among them, and how many are due when."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lightkeeper.lists.models import HashList
from lightkeeper.people.models import Person
from lightkeeper.review.leasing import SILENT_AFTER
from lightkeeper.review.models import Case, CaseItem, Finding, Lease, Sighting
from lightkeeper.review.picking import ORDER
from lightkeeper.review.states import CaseState
from lightkeeper.review.types import CaseReason, Exposure, Severity

PAGE: Final = 50
SOON: Final = timedelta(hours=4)
"""What is due within this is marked."""
_UNDECIDED: Final = (CaseState.WAITING, CaseState.SECOND, CaseState.DISAGREED, CaseState.SETTLING)


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the list, in words: nothing of what it shows. ``late`` and ``soon`` are said in words too.

    All is made here rather than in the template, which would take three times as long for fifty rows. What is equal
    looks the same to everybody who reads the language: its part of the page is made once (``html``).
    """

    id: int
    url: str
    short: str
    imminent: bool
    sampled: bool
    reason: str
    age: str
    severity: str
    severity_code: int
    exposure: str
    state: str
    items: int
    holder: str
    silent: bool
    due: str
    late: bool
    soon: bool

    @property
    def html(self) -> SafeString:
        """The row as the page has it."""
        return _html(self, get_language())


@lru_cache(1024)
def _html(row: Row, language: str | None) -> SafeString:
    del language  # the active one, which the page is in
    return render_to_string("review/queue_row.html", {"row": row})


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the queue, and the page that comes after them, 0 where none does."""

    rows: list[Row]
    following: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases there are, are late, are due soon, and are said to be about a child in danger."""

    open: int
    late: int
    soon: int
    imminent: int


def page(asked: Mapping[str, str], person: Person, number: int = 1) -> Page:
    """A page of the queue as it was asked for (``filtered``), in the order in which cases are offered."""
    start = (number - 1) * PAGE
    rows = list(_with_lease(filtered(asked, person)).order_by(*ORDER)[start : start + PAGE + 1])
    at, place = now(), reverse("review:queue")
    return Page([_row(case, at, place) for case in rows[:PAGE]], number + 1 if len(rows) > PAGE else 0)


def filtered(asked: Mapping[str, str], person: Person) -> QuerySet[Case]:
    """The cases that were asked for; what nobody understands is left out of account."""
    state = asked.get("state", "")
    rows = Case.objects.filter(state=state) if state in CaseState.values else Case.objects.filter(state__in=_UNDECIDED)
    for name in ("reason", "exposure"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("severity", "").isdecimal():
        rows = rows.filter(severity=int(asked["severity"][:3]))
    if asked.get("list"):
        rows = rows.filter(Exists(Finding.objects.filter(case=OuterRef("pk"), list_name=asked["list"])))
    if asked.get("late"):
        rows = rows.filter(due_at__lt=now())
    if asked.get("mine"):
        mine = Lease.objects.filter(case=OuterRef("pk"), person=person)
        rows = rows.filter(Exists(mine))
    return rows


def counts() -> Counts:
    """How the open cases stand, in one query."""
    at = now()
    found = Case.objects.filter(state__in=_UNDECIDED).aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=at)),
        soon=Count("pk", filter=Q(due_at__gte=at, due_at__lt=at + SOON)),
        imminent=Count("pk", filter=Q(imminent=True)),
    )
    return Counts(**found)


def lists_named() -> list[str]:
    """The lists that findings can be of, by name: those there are, for going through all findings takes too long."""
    return sorted(HashList.objects.values_list("name", flat=True))


def search(words: str, sources: Callable[[str], list[bytes]]) -> list[Case]:
    """The cases of an id: a case's own, the SHA-256 of an item (hexadecimal), or what a platform calls a submission.

    ``sources`` gives the blind indexes under which an id of a platform may be kept. At most 20 cases, the newest first.
    """
    text = words.strip()
    if not text:
        return []
    asked = Q()
    try:
        asked = Q(public=uuid.UUID(text))
    except ValueError:
        if len(text) == 64 and set(text.lower()) <= set("0123456789abcdef"):
            asked = Q(items__item__sha256=bytes.fromhex(text))
    if not asked:
        asked = Q(pk__in=Sighting.objects.filter(source__in=sources(text)).values("case_id"))
    return list(Case.objects.filter(asked).distinct().order_by("-pk")[:20])


def _with_lease(rows: QuerySet[Case]) -> QuerySet[Case]:
    lease = Lease.objects.filter(case=OuterRef("pk"), ended_at=None)
    # Counted for the rows of the page alone: a join would be grouped for the whole queue before the first is shown.
    items = CaseItem.objects.filter(case=OuterRef("pk")).order_by().values("case").annotate(many=Count("pk"))
    return rows.annotate(
        item_count=Coalesce(Subquery(items.values("many")), 0),
        holder=Subquery(lease.values("person__name")[:1]),
        heard_of=Subquery(lease.values("beat_at")[:1]),
    )


def _row(case: Case, at: datetime, place: str) -> Row:
    heard_of: datetime | None = case.heard_of  # type: ignore[attr-defined]  # annotated above
    left = case.due_at - at
    return Row(
        id=case.pk,
        url=f"{place}{case.public}/",
        short=str(case.public)[:8],
        reason=str(CaseReason(case.reason).label),
        age=_("%(time)s ago") % {"time": _in_words(at - case.opened_at)},
        imminent=case.imminent,
        sampled=case.sampled,
        severity=str(Severity(case.severity).label),
        severity_code=case.severity,
        exposure=str(Exposure(case.exposure).label),
        state=str(CaseState(case.state).label),
        items=case.item_count,  # type: ignore[attr-defined]
        holder=case.holder or "",  # type: ignore[attr-defined]
        silent=heard_of is not None and heard_of < at - SILENT_AFTER,
        due=due_in_words(left),
        late=left < timedelta(0),
        soon=timedelta(0) <= left < SOON,
    )


def due_in_words(left: timedelta) -> str:
    """How long until something is due, or how late it is: in minutes below two hours, in hours below two days."""
    return (_("%(time)s late") if left < timedelta(0) else _("in %(time)s")) % {"time": _in_words(abs(left))}


def _in_words(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 2880:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
