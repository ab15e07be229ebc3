"""The navigation: which pages there are, in which order, and what somebody must be allowed to see each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from lightkeeper.people.matrix import Permission, holds
from lightkeeper.people.models import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: what it is called, the name of its address, who may see it."""

    label: str
    page: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry for one person on one page."""

    label: str
    url: str
    here: bool


ENTRIES: Final = (
    Entry("Status", "home", Permission.STATUS_READ),
    Entry("Cases", "review:queue", Permission.CASE_READ),
    Entry("Alerts", "people:alerts", Permission.ALERT_READ),
    Entry("My protection", "review:my_protection", Permission.CONTENT_REVEAL),
    Entry("Load", "review:load", Permission.LOAD_READ),
    Entry("Submissions", "intake:submissions", Permission.SUBMISSION_READ),
    Entry("Lists", "lists:lists", Permission.LIST_READ),
    Entry("Callbacks", "act:callbacks", Permission.CALLBACK_READ),
    Entry("Clients", "people:clients", Permission.CLIENT_READ),
    Entry("Surfaces", "intake:surfaces", Permission.SURFACE_READ),
    Entry("Policy", "record:policy", Permission.POLICY_READ),
    Entry("Holds", "record:holds", Permission.HOLD_READ),
    Entry("Audit", "record:audit", Permission.AUDIT_READ),
    Entry("Work", "runtime:work", Permission.WORK_READ),
    Entry("People", "people:people", Permission.PERSON_READ),
)


def links_for(person: Person, request: HttpRequest) -> list[NavigationLink]:
    """Give the pages that the person may see, as far as this installation has them."""
    links = []
    for entry in ENTRIES:
        if not holds(person.role, entry.permission):
            continue
        try:
            url = reverse(entry.page)
        except NoReverseMatch:
            continue
        here = request.path == url if entry.page == "home" else request.path.startswith(url)
        links.append(NavigationLink(entry.label, url, here))
    return links
