"""The navigation: which pages there are, in which order, and what somebody must be allowed to see each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from lightkeeper.people.matrix import Permission, holds
from lightkeeper.people.models import Person

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: what it is called, the name of its address, who may see it."""

    label: str | StrPromise
    page: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry for one person on one page."""

    label: str
    url: str
    here: bool


ENTRIES: Final = (
    Entry(_("Status"), "home", Permission.STATUS_READ),
    Entry(_("Cases"), "review:queue", Permission.CASE_READ),
    Entry(_("Public reports"), "public_report:reports", Permission.PUBLIC_REPORT_READ),
    Entry(_("Reports"), "report:reports", Permission.REPORT_READ),
    Entry(_("Requests"), "request:requests", Permission.REQUEST_READ),
    Entry(_("Takedowns"), "takedown:takedowns", Permission.TAKEDOWN_READ),
    Entry(_("Alerts"), "people:alerts", Permission.ALERT_READ),
    Entry(_("My protection"), "review:my_protection", Permission.CONTENT_REVEAL),
    Entry(_("Now"), "now:now", Permission.FIGURES_READ),
    Entry(_("Load"), "review:load", Permission.LOAD_READ),
    Entry(_("Quality"), "oversight:quality", Permission.QUALITY_READ),
    Entry(_("Transparency"), "transparency:transparency", Permission.FIGURES_READ),
    Entry(_("Figures"), "figures:years", Permission.FIGURES_READ),
    Entry(_("Who saw what"), "oversight:views", Permission.VIEWS_READ),
    Entry(_("Submissions"), "intake:submissions", Permission.SUBMISSION_READ),
    Entry(_("Lists"), "lists:lists", Permission.LIST_READ),
    Entry(_("Corrections"), "correction:corrections", Permission.ENTRY_CORRECT),
    Entry(_("Callbacks"), "act:callbacks", Permission.CALLBACK_READ),
    Entry(_("Clients"), "people:clients", Permission.CLIENT_READ),
    Entry(_("Surfaces"), "intake:surfaces", Permission.SURFACE_READ),
    Entry(_("Policy"), "record:policy", Permission.POLICY_READ),
    Entry(_("Holds"), "record:holds", Permission.HOLD_READ),
    Entry(_("Retention"), "retention:clocks", Permission.RETENTION_READ),
    Entry(_("Audit"), "record:audit", Permission.AUDIT_READ),
    Entry(_("Work"), "runtime:work", Permission.WORK_READ),
    Entry(_("People"), "people:people", Permission.PERSON_READ),
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
        links.append(NavigationLink(str(entry.label), url, here))
    return links
