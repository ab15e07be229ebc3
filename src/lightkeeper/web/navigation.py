"""The navigation: which pages there are, in which order, and what somebody must be allowed to see each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from lightkeeper.people.matrix import Permission, holds
from lightkeeper.people.models import Person

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class Menu(Enum):
    """Where pages stand for somebody who has many."""

    DESK = _("Desk")
    OVERSIGHT = _("Oversight")
    RULES = _("Rules")
    SYSTEM = _("System")


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: what it is called, the name of its address, who may see it; in no menu, if it is used all day."""

    label: str | StrPromise
    page: str
    permission: Permission
    menu: Menu | None = None


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry for one person on one page."""

    label: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class NavigationMenu:
    """Entries that open below a word; ``here`` where one of them is the page."""

    label: str
    links: list[NavigationLink]
    here: bool


ENTRIES: Final = (
    Entry(_("Status"), "home", Permission.STATUS_READ),
    Entry(_("Cases"), "review:queue", Permission.CASE_READ),
    Entry(_("Alerts"), "people:alerts", Permission.ALERT_READ),
    Entry(_("Public reports"), "public_report:reports", Permission.PUBLIC_REPORT_READ, Menu.DESK),
    Entry(_("Reports"), "report:reports", Permission.REPORT_READ, Menu.DESK),
    Entry(_("Requests"), "request:requests", Permission.REQUEST_READ, Menu.DESK),
    Entry(_("Takedowns"), "takedown:takedowns", Permission.TAKEDOWN_READ, Menu.DESK),
    Entry(_("Now"), "now:now", Permission.FIGURES_READ, Menu.OVERSIGHT),
    Entry(_("Load"), "review:load", Permission.LOAD_READ, Menu.OVERSIGHT),
    Entry(_("Quality"), "oversight:quality", Permission.QUALITY_READ, Menu.OVERSIGHT),
    Entry(_("Transparency"), "transparency:transparency", Permission.FIGURES_READ, Menu.OVERSIGHT),
    Entry(_("Figures"), "figures:years", Permission.FIGURES_READ, Menu.OVERSIGHT),
    Entry(_("Who saw what"), "oversight:views", Permission.VIEWS_READ, Menu.OVERSIGHT),
    Entry(_("Audit"), "record:audit", Permission.AUDIT_READ, Menu.OVERSIGHT),
    Entry(_("Lists"), "lists:lists", Permission.LIST_READ, Menu.RULES),
    Entry(_("Corrections"), "correction:corrections", Permission.ENTRY_CORRECT, Menu.RULES),
    Entry(_("Policy"), "record:policy", Permission.POLICY_READ, Menu.RULES),
    Entry(_("Surfaces"), "intake:surfaces", Permission.SURFACE_READ, Menu.RULES),
    Entry(_("Holds"), "record:holds", Permission.HOLD_READ, Menu.RULES),
    Entry(_("Retention"), "retention:clocks", Permission.RETENTION_READ, Menu.RULES),
    Entry(_("Submissions"), "intake:submissions", Permission.SUBMISSION_READ, Menu.SYSTEM),
    Entry(_("Callbacks"), "act:callbacks", Permission.CALLBACK_READ, Menu.SYSTEM),
    Entry(_("Clients"), "people:clients", Permission.CLIENT_READ, Menu.SYSTEM),
    Entry(_("Work"), "runtime:work", Permission.WORK_READ, Menu.SYSTEM),
    Entry(_("People"), "people:people", Permission.PERSON_READ, Menu.SYSTEM),
    Entry(_("My protection"), "review:my_protection", Permission.CONTENT_REVEAL),
)
IN_ONE_ROW: Final = 12
"""So many pages stand side by side; of more than these most are in menus."""


def links_for(person: Person, request: HttpRequest) -> list[NavigationLink | NavigationMenu]:
    """Give the pages that the person may see, as far as this installation has them: few in a row, many in menus."""
    links = [(entry.menu, link) for entry in ENTRIES if (link := _link(entry, person, request)) is not None]
    if len(links) <= IN_ONE_ROW:
        return [link for _menu, link in links]
    found: list[NavigationLink | NavigationMenu] = []
    for menu, group in groupby(links, key=lambda one: one[0]):
        inside = [link for _menu, link in group]
        if menu is None:
            found += inside
        else:
            found.append(NavigationMenu(str(menu.value), inside, any(link.here for link in inside)))
    return found


def _link(entry: Entry, person: Person, request: HttpRequest) -> NavigationLink | None:
    if not holds(person.role, entry.permission):
        return None
    try:
        url = reverse(entry.page)
    except NoReverseMatch:
        return None
    here = request.path == url if entry.page == "home" else request.path.startswith(url)
    return NavigationLink(str(entry.label), url, here)
