"""What somebody can still undo, for any page that shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django import template
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.review.models import Grade
from lightkeeper.review.queries import GradeState

register = template.Library()


@dataclass(frozen=True, slots=True)
class Undoable:
    """One grade that its author can undo for so many seconds more."""

    grade: Grade
    seconds: int


@register.simple_tag(takes_context=True)
def undoable(context: template.Context) -> list[Undoable]:
    """The grades that whoever is signed in can undo now, the latest first."""
    request = context.get("request")
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return []
    at = now()
    rows = Grade.objects.filter(person=person, state=GradeState.PENDING, stands_at__gt=at).defer("note")
    rows = rows.select_related("case_item__case").order_by("-made_at")
    return [Undoable(row, math.ceil((row.stands_at - at).total_seconds())) for row in rows]
