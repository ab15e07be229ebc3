"""What every page's frame shows: the navigation of whoever is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from lightkeeper.people import sessions
from lightkeeper.people.models import Person
from lightkeeper.web.navigation import links_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """For ``base.html``: ``navigation``, ``person`` (None where nobody may see pages yet), ``demo``, reports' mode."""
    person = getattr(request, "user", None)
    session = getattr(request, "session", {})
    known = isinstance(person, Person) and session.get(sessions.SECOND_FACTOR) and not session.get(sessions.LOCKED)
    return {
        "person": person if known else None,
        "navigation": links_for(person, request) if known and isinstance(person, Person) else [],
        "demo": settings.LIGHTKEEPER["demo"],
        "test_reports": known and settings.LIGHTKEEPER["ncmec"] == "test",
        "live_reports": known and settings.LIGHTKEEPER["ncmec"] == "live",
    }
