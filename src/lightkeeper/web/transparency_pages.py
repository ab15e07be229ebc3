"""Pages for those who must account for the tools: transparency, the record of hash matching, the statement."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lightkeeper.figures.queries import (
    METHOD_WORDS,
    UNITS,
    MatchingReview,
    Period,
    Rise,
    by_method,
    counts,
    due_at,
    durations,
    record,
    statement,
    trends,
)
from lightkeeper.figures.services import ReviewRefused, review_matching
from lightkeeper.people.permissions import Permission, may, person_of, requires
from lightkeeper.review.queries import precision
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.services import csv_line
from lightkeeper.web.charts.intervals import share_sentence

app_name = "transparency"
LATEST_YEAR: Final = 2200
DIMENSIONS: Final = {
    "age_bracket": gettext_lazy("Youngest child"),
    "category": gettext_lazy("UK category"),
    "source": gettext_lazy("What brought it"),
}


class PeriodForm(forms.Form):
    """From a day to a day, both of UTC and both counted."""

    first = forms.DateField(label=gettext_lazy("From (UTC)"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("To (UTC)"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> None:
        """The last day is not before the first, and both can be meant."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and not 1990 <= first.year <= last.year < LATEST_YEAR:
            self.add_error("last", _("Choose days from 1990 on, the last not before the first."))
        elif first and last and last < first:
            self.add_error("last", _("Choose a day that is not before the first."))

    @property
    def period(self) -> Period:
        """What was chosen."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return Period(
            datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC) + timedelta(days=1)
        )  # fmt: skip


def _asked(request: HttpRequest) -> PeriodForm:
    """The period that was asked for; the year so far where none was."""
    today = now().astimezone(UTC).date()
    usual = {"first": today.replace(month=1, day=1).isoformat(), "last": today.isoformat()}
    return PeriodForm({**usual, **request.GET.dict()})


@requires(Permission.FIGURES_READ)
@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """What was found, how often rightly, how soon, and what followed, in a period."""
    form = _asked(request)
    context: dict[str, object] = {"form": form, "method_words": METHOD_WORDS}
    if form.is_valid():
        period = form.period
        context |= {
            "period": period, "durations": durations(period),
            "counts": [(one, UNITS[one.measure.unit]) for one in counts(period)],
            "methods": [(one, share_sentence(one.right)) for one in by_method(period)],
            "precision": [(one, share_sentence(one.right)) for one in precision(period.start).whole],
            "query": request.GET.urlencode(),
        }  # fmt: skip
    return render(request, "transparency/transparency.html", context, status=200 if form.is_valid() else 400)


@requires(Permission.FIGURES_READ)
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The counts and times of a period with their units, definitions and queries, a row each."""
    form = _asked(request)
    if not form.is_valid():
        return redirect("transparency:transparency")
    answer = StreamingHttpResponse(_lines(form.period), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="transparency.csv"'
    return answer


def _lines(period: Period) -> list[str]:
    heads = ("start", "end", "figure", "of", "unit", "count", "seconds_median", "seconds_p90", "definition", "query")
    ends = (period.start.isoformat(), period.end.isoformat())
    lines = [csv_line(heads)]
    for one in counts(period):
        said = (str(one.measure.words), one.measure.query)
        for part, number in (("", one.total), *one.parts):
            lines.append(csv_line((*ends, one.measure.name, part, one.measure.unit.value, number, "", "", *said)))
    for method in by_method(period):
        for what in ("found", "settled", "confirmed", "acted_upon"):
            row = (*ends, f"method_{what}", method.name, "item", getattr(method, what), "", "", str(METHOD_WORDS), "")
            lines.append(csv_line(row))
    for taken in durations(period):
        times = ["" if value is None else int(value.total_seconds()) for value in (taken.median, taken.p90)]
        lines.append(csv_line((*ends, taken.name, "", taken.unit.value, taken.n, *times, taken.words, "")))
    return lines


class ReviewForm(forms.Form):
    """The three questions of the review."""

    why_lists = forms.CharField(
        label=gettext_lazy("Why are these lists appropriate?"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who makes them, how they are checked, how wrong entries are removed, how they are kept"
                               " safe."),
    )  # fmt: skip
    why_balance = forms.CharField(
        label=gettext_lazy("Why are radius and share of wrong matches appropriate?"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("How great the risk is here, how much of what was found was wrong, and how that is"
                               " noticed before something is taken down."),
    )  # fmt: skip
    why_share = forms.CharField(
        label=gettext_lazy("Why do people review an appropriate share?"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


@requires(Permission.FIGURES_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def matching(request: HttpRequest) -> HttpResponse:
    """The record of hash matching as it stands, earlier reviews, and the form of the next."""
    person = person_of(request)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            review_matching(person, **form.cleaned_data)
        except ReviewRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The review is kept, with the record as it stood."))
            return redirect("transparency:matching")
    shown = record()
    context = {
        "record": shown, "due": due_at(), "overdue": (due_at() or now()) < now(), "form": form,
        "lists": [(one, share_sentence(one.right)) for one in shown.lists], "reviewed": share_sentence(shown.reviewed),
        "reviews": MatchingReview.objects.select_related("made_by")[:20],
        "may_review": may(person, Permission.MATCHING_REVIEW),
    }  # fmt: skip
    return render(request, "transparency/matching.html", context, status=400 if form.errors else 200)


@requires(Permission.FIGURES_READ)
@require_safe
def rising(request: HttpRequest) -> HttpResponse:
    """What rises, and whether chance explains it."""
    found = trends()
    rows = [(one, DIMENSIONS[one.dimension], _value(one.dimension, one.value), _times(one.rise)) for one in found.rows]
    context = {"found": found, "rows": rows, "weeks": round(found.earlier_days / 7)}
    return render(request, "transparency/trends.html", context)


def _value(dimension: str, value: str) -> str:
    """What a value is called: sources have names, brackets and categories are their own."""
    return str(CaseReason(value).label) if dimension == "source" else value


def _times(found: Rise) -> str:
    """How many times as often, with its interval, in words."""
    low = f"{found.low:.2f}"
    if found.ratio is None or math.isinf(found.high) or math.isinf(found.ratio):
        return _("at least %(low)s times as often; there were none before") % {"low": low}
    said = {"ratio": f"{found.ratio:.2f}", "low": low, "high": f"{found.high:.2f}"}
    return _("%(ratio)s times as often; with 95 %% confidence from %(low)s to %(high)s") % said


@requires(Permission.FIGURES_READ)
@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """The statement, as a page to be copied from, and as text."""
    paragraphs = statement()
    if request.GET.get("as") == "text":
        text = "\n\n".join("\n".join((one.title, *one.sentences)) for one in paragraphs) + "\n"
        answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="tools.txt"'
        return answer
    return render(request, "transparency/tools.html", {"paragraphs": paragraphs})


urlpatterns = [
    path("transparency/", transparency, name="transparency"),
    path("transparency/figures.csv", as_csv, name="csv"),
    path("transparency/matching/", matching, name="matching"),
    path("transparency/trends/", rising, name="trends"),
    path("transparency/tools/", tools, name="tools"),
]
