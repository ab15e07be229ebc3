"""Every page of lists in a real browser: nobody is kept out by how it looks."""

from __future__ import annotations

from lightkeeper.people.types import Role
from lightkeeper.web.tests.console_made import someone
from lightkeeper.web.tests.lists_made import lists_made
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

pytestmark = IN_A_BROWSER


def test_every_page_of_lists_is_open_to_everybody(walk: Walk) -> None:
    manager = someone("Lin Lists", Role.LIST_MANAGER)
    made = lists_made(manager)
    walk.come_in(manager)
    for stop in made:
        walk.visit(stop)
    assert not walk.wrong, "\n".join(walk.wrong)
