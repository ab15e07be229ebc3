"""The page of one's own load: what somebody saw on each of the last days, for themselves alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from lightkeeper.people.permissions import person_of, signed_in
from lightkeeper.review.queries import LEVELS_COUNTED, History, budget, load_history
from lightkeeper.web.charts.load import Days, load_strip, looks_sentence, seconds_sentence

app_name = "load"


@dataclass(frozen=True, slots=True)
class Strip:
    """One level over the days: a picture each for looks and seconds, and the sentences that say the same."""

    level: str
    looks: SafeString
    looks_say: str
    seconds: SafeString
    seconds_say: str


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All that is counted of what somebody saw, for themselves; no address gives it of anybody else."""
    person = person_of(request)
    history = load_history(person, now())
    context = {
        "budget": budget(person),
        "levels": LEVELS_COUNTED,
        "strips": [_strip(level, history) for level in LEVELS_COUNTED],
        "days": [
            (day, [{"level": level, "count": count, "seconds": seconds} for level, (count, seconds) in counted.items()])
            for day, counted in history
        ],
    }
    return render(request, "load/mine.html", context)


def _strip(level: str, history: History) -> Strip:
    looks: Days = [(day, counted[level][0]) for day, counted in reversed(history)]
    seconds: Days = [(day, counted[level][1]) for day, counted in reversed(history)]
    says = (looks_sentence(looks), seconds_sentence(seconds))
    return Strip(level, load_strip(looks, says[0]), says[0], load_strip(seconds, says[1]), says[1])


urlpatterns = [path("my/load/", mine, name="mine")]
