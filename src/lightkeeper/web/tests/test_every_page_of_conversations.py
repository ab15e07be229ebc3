"""The page of a conversation in all its states, in a real browser: nobody is kept out by how it looks."""

from __future__ import annotations

from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import leased, policy
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.review.types import TextState
from lightkeeper.web.tests.console_made import Stop, judged, someone
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk
from lightkeeper.web.tests.talks_of_cases import conversation, platform, verdict

pytestmark = IN_A_BROWSER


def test_every_state_of_a_conversation_is_open_to_everybody(walk: Walk) -> None:
    answered_for()
    policy(second_random_percent=0)
    ann, ben = someone("Ann Reviewer"), someone("Ben Second")
    talk, refused, peers, settled = (conversation(number, peers=number == 3) for number in range(1, 5))
    judged(settled, ben, verdict())
    walk.come_in(ann)
    for name, item, held in (
        ("case-talk", talk, True), ("case-talk-to-take", talk, False), ("case-talk-peers", peers, True),
        ("case-talk-settled", settled, False),
    ):  # fmt: skip
        walk.visit(Stop(name, ann, f"/cases/{item.case.public}/", item if held else None))
    leased(talk, ann)
    read(walk, talk)
    leased(refused, ann)
    with platform(TextState.TIMED_OUT):
        walk.visit(Stop("case-talk-waits", ann, f"/cases/{refused.case.public}/"))
        walk.page.keyboard.press("v")
        walk.page.get_by_text("The platform did not answer in time.").wait_for()
    walk.look("case-talk-timed-out")
    lead = someone("Sofia Lead", Role.SUPERVISOR)
    walk.come_in(lead)
    walk.visit(Stop("case-talk-quality", lead, "/quality/?days=0"))
    assert not walk.wrong, "\n".join(walk.wrong)


def read(walk: Walk, item: CaseItem) -> None:
    """Ask the platform, then read around the third mark."""
    page = walk.page
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"{walk.url}/cases/{item.case.public}/")
    with platform():
        page.keyboard.press("v")
        page.locator("[data-read]").wait_for()
    walk.look("case-talk-veiled")
    page.set_viewport_size({"width": 1440, "height": 1000})
    for key in "nnnv":
        page.keyboard.press(key)
    page.locator("[data-shown]").wait_for()
    walk.look("case-talk-shown")
