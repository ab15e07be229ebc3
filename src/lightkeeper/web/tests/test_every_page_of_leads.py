"""Every page of supervisors in a real browser: nobody is kept out by how it looks."""

from __future__ import annotations

from django.urls import reverse

from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem
from lightkeeper.review.states import ItemState
from lightkeeper.web.tests.console_made import Stop, lead, pages_of_leads, someone, stops
from lightkeeper.web.tests.oversight_made import judged_twice
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

pytestmark = IN_A_BROWSER


def test_every_page_of_supervisors_is_open_to_everybody(walk: Walk) -> None:
    list(stops(someone("Ann Reviewer")))
    settled = CaseItem.objects.select_related("case").filter(state=ItemState.SETTLED)[0]
    judged_twice()
    supervisor = lead(Role.SUPERVISOR)
    walk.visit_navigation(supervisor)
    walk.page.set_viewport_size({"width": 1180, "height": 900})
    walk.page.locator("summary", has_text="Oversight").press("Enter")
    assert walk.page.get_by_role("link", name="Who saw what").is_visible()
    walk.look("navigation-open")
    for stop in pages_of_leads(supervisor, settled):
        walk.visit(stop)
    walk.context.clear_cookies()
    walk.visit(Stop("sign-in", supervisor, reverse("account_login")))
    assert not walk.wrong, "\n".join(walk.wrong)
