"""Every page of administrators and list managers in a real browser: nobody is kept out by how it looks."""

from __future__ import annotations

from lightkeeper.people.types import Role
from lightkeeper.web.tests.console_made import corrections_made, lead, someone, stops
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

pytestmark = IN_A_BROWSER


def test_every_page_of_administrators_and_list_managers_is_open_to_everybody(walk: Walk) -> None:
    list(stops(someone("Ann Reviewer")))
    corrections_made(lead(Role.SUPERVISOR))
    for role in (Role.ADMINISTRATOR, Role.LIST_MANAGER):
        walk.visit_navigation(lead(role))
    assert not walk.wrong, "\n".join(walk.wrong)
