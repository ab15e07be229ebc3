"""Who may see the pages of the room ``record``, which lies below the people: their addresses and permissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.act.queries import ActionKind, requests_of_holds
from lightkeeper.act.types import DecisionKind
from lightkeeper.people import person_queries
from lightkeeper.people.permissions import Permission, actor_of, may, person_of, requires, sensitive
from lightkeeper.record import policy_views, views
from lightkeeper.review.vocabularies import vocabulary

app_name = "record"


def _names() -> dict[str, str]:
    return {str(one.pk): one.name for one in person_queries.people()}


def _asked_for(holds: Sequence[int]) -> dict[int, tuple[datetime, str]]:
    """Until when authorities asked for holds, and where that stands; of those that a request placed."""
    return {
        number: (row.until, reverse("request:request", args=[row.public]))
        for number, row in requests_of_holds(holds).items()
        if row.until is not None
    }


def _words() -> dict[str, str]:
    """What outcomes, decisions and actions are called, in the reader's language."""
    outcomes = vocabulary().question("outcome").values.values()
    return {
        **{value.code: value.label for value in outcomes},
        **{kind.value: str(kind.label) for kind in ActionKind},
        **{kind.value: str(kind.label) for kind in DecisionKind},
    }


@requires(Permission.POLICY_READ)
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force, and how it came to be so."""
    may_change = may(person_of(request), Permission.POLICY_CHANGE)
    return policy_views.policy(request, names=_names(), words=_words(), may_change=may_change)


@requires(Permission.POLICY_CHANGE)
@sensitive
@require_http_methods(["GET", "POST"])
def change_policy(request: HttpRequest) -> HttpResponse:
    """Put a new version of the policy in force."""
    return policy_views.change(request, by=actor_of(request), words=_words())


@requires(Permission.AUDIT_READ)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The audit trail, and how it stands."""
    return views.audit(request, names=_names())


@requires(Permission.AUDIT_READ)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Have a worker verify the trail."""
    return views.verify_now(request)


@requires(Permission.HOLD_READ)
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """Legal holds."""
    person = person_of(request)
    places, lifts = may(person, Permission.HOLD_PLACE), may(person, Permission.HOLD_LIFT)
    return views.holds(request, names=_names(), may_place=places, may_lift=lifts, asked_for=_asked_for)


@requires(Permission.HOLD_PLACE)
@sensitive
@require_http_methods(["GET", "POST"])
def place_hold(request: HttpRequest) -> HttpResponse:
    """Place a legal hold."""
    return views.place(request, by=actor_of(request))


@requires(Permission.HOLD_LIFT)
@sensitive
@require_http_methods(["GET", "POST"])
def lift_hold(request: HttpRequest, number: int) -> HttpResponse:
    """Lift a legal hold."""
    return views.lift(request, number, by=actor_of(request))


urlpatterns = [
    path("policy/", policy, name="policy"),
    path("policy/change/", change_policy, name="change_policy"),
    path("audit/", audit, name="audit"),
    path("audit/verify/", verify, name="verify"),
    path("holds/", holds, name="holds"),
    path("holds/new/", place_hold, name="place_hold"),
    path("holds/<int:number>/lift/", lift_hold, name="lift_hold"),
]
