"""What rests on an entry of a list: cases, withholdings and reports. The rooms above and below keep no other record.

``case_items`` finds by the findings that name the entry; reports to authorities are those of their cases.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from lightkeeper.act.models import Decision, Report
from lightkeeper.act.queries import DecisionState, ReportState
from lightkeeper.act.types import DecisionKind
from lightkeeper.intake.models import Submission
from lightkeeper.intake.states import State
from lightkeeper.lists.models import Entry
from lightkeeper.lists.types import DIGESTS, EntryState, ListPurpose, ListStatus
from lightkeeper.review.models import CaseItem, Finding, Grade, Sighting
from lightkeeper.review.queries import GradeState, ItemState
from lightkeeper.review.vocabularies import vocabulary

_LETS_PASS: Final = (DecisionKind.REINSTATE, DecisionKind.NO_ACTION)


def case_items(entry: int) -> QuerySet[CaseItem]:
    """The items of cases that the entry was found for."""
    return CaseItem.objects.filter(pk__in=Finding.objects.filter(entry=entry).values("case_item_id"))


def reports_resting_on(entry: int) -> tuple[tuple[str, int], ...]:
    """How many reports to authorities are about cases of the entry, by authority and state; none that was discarded."""
    cases = case_items(entry).values("case_id")
    rows = Report.objects.filter(case_id__in=cases).exclude(state=ReportState.DISCARDED)
    counts = rows.values_list("authority", "state").annotate(count=Count("pk")).order_by("authority", "state")
    return tuple((f"{authority}: {ReportState(state).label}", count) for authority, state, count in counts)


def opened_again(entry: int, before: datetime) -> QuerySet[CaseItem]:
    """Those that were settled before a moment and are to be opened again, since the judgement may rest on the entry.

    Not: what people judged to be neither illegal nor against the rules and let pass, for that says what the correction
    says; what is in a later case; and that of which all was erased.
    """
    outcome = Grade.objects.filter(case_item=OuterRef("pk"), state=GradeState.STANDING).order_by("-pk")
    decision = Decision.objects.filter(case_item=OuterRef("pk"), state=DecisionState.CARRIED_OUT)
    later = CaseItem.objects.filter(item=OuterRef("item")).exclude(pk=OuterRef("pk"))
    later = later.filter(Q(added_at__gt=OuterRef("added_at")) | ~Q(state=ItemState.SETTLED))
    unfounded = [value.code for value in vocabulary().question("outcome").values.values() if value.unfounded]
    rows = case_items(entry).filter(state=ItemState.SETTLED, settled_at__lte=before)
    rows = rows.annotate(judged=Subquery(outcome.values("outcome")[:1]))
    rows = rows.exclude(Exists(decision.filter(kind__in=_LETS_PASS)), judged__in=unfounded)
    kept = Sighting.objects.filter(case_item=OuterRef("pk"), erased_at=None)
    return rows.filter(~Exists(later), Exists(kept)).order_by("pk")


def withheld(entry: int) -> QuerySet[Submission]:
    """The submissions that were withheld by equality with the entry, and that nobody has decided about since."""
    equal = Finding.objects.filter(entry=entry, algorithm__in=DIGESTS, distance=0)
    same = equal.filter(case_item__case=OuterRef("case"), case_item__item=OuterRef("item"))
    rows = Submission.objects.filter(case__in=equal.values("case_id"), state=State.FINISHED, former=False)
    return rows.filter(Exists(same), withheld=True, decision="")


def resting_alone(entry: int) -> QuerySet[Submission]:
    """Those of them that nothing else withholds.

    Something else is: another entry that is equal too and would withhold them today (it is active, its list vetted);
    and a person's grade, even one that can be undone or waits for a second: people are deciding, no machine then does.
    """
    holding = Entry.objects.filter(
        state=EntryState.ACTIVE, list__status=ListStatus.VETTED, list__purpose=ListPurpose.KNOWN
    )
    others = Finding.objects.filter(case_item__item=OuterRef("item"), algorithm__in=DIGESTS, distance=0)
    others = others.exclude(entry=entry).filter(Q(entry=None) | Q(entry__in=holding.values("pk")))
    grades = Grade.objects.filter(case_item__item=OuterRef("item"), case_item__case=OuterRef("case"))
    grades = grades.filter(state__in=[GradeState.PENDING, GradeState.STANDING], case_item__settled_at=None)
    return withheld(entry).filter(~Exists(others), ~Exists(grades)).order_by("pk")
