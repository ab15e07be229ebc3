"""Every page of reviewers in a real browser: nobody is kept out by how it looks."""

from __future__ import annotations

from typing import Any

from lightkeeper.review.tests.grades_made import leased
from lightkeeper.web.tests.browser import findings
from lightkeeper.web.tests.console_made import Stop, hash_only_stop, someone, stops
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, OF_A_CASE, Walk

pytestmark = IN_A_BROWSER


def test_every_page_of_reviewers_is_open_to_everybody(walk: Walk) -> None:
    ann = someone("Ann Reviewer")
    walk.come_in(ann)
    walk.visit(hash_only_stop(ann))
    made, now_in = [], ann
    for stop in stops(ann):
        made.append(stop)
        if stop.person != now_in:
            walk.come_in(stop.person)
            now_in = stop.person
        walk.visit(stop)
    walk.come_in(ann)
    hold(walk, made)
    assert not walk.wrong, "\n".join(walk.wrong)


def hold(walk: Walk, made: list[Stop]) -> None:
    """What is seen while Space is held."""
    waiting = next(stop for stop in made if stop.name == "case-waiting")
    assert waiting.item is not None
    leased(waiting.item, waiting.person)
    page: Any = walk.page
    page.set_viewport_size(OF_A_CASE)
    page.goto(walk.url + waiting.path)
    page.locator("[data-track=picture] [data-frame]").focus()
    page.keyboard.down(" ")
    page.locator("[data-track=picture] [data-canvas]").wait_for(state="visible")
    walk.wrong += [f"shown: {one}" for one in findings(page)]
    if walk.pictures is not None:
        page.screenshot(path=walk.pictures / "case-shown-light.png")
    page.keyboard.up(" ")
