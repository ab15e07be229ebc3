"""The pages of actions in a real browser, in each state: nobody is kept out by how they look."""

from __future__ import annotations

import pytest

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.action_kinds import ActionKind
from lightkeeper.act.case_actions import carry_out_action
from lightkeeper.act.models import CaseAction
from lightkeeper.act.parties.identity import Identity, IpEvent
from lightkeeper.act.parties.types import PartyRole
from lightkeeper.act.services import add_victim, approve_action, confirm_party, refuse_action, reverse_action
from lightkeeper.act.tests.decided import minute_passes
from lightkeeper.act.tests.platform import make_platform
from lightkeeper.act.tests.test_case_actions import propose
from lightkeeper.act.tests.test_notices import begin
from lightkeeper.act.types import ReversalGround
from lightkeeper.people.types import Role
from lightkeeper.review.linking import judge_link, suggest_links
from lightkeeper.review.models import CaseLink
from lightkeeper.review.tests.grades_made import illegal, policy
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.review.types import LinkKind
from lightkeeper.web.tests.console_made import Stop, drawn, judged, lead, someone
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, WIDE, Walk

pytestmark = IN_A_BROWSER


def test_the_pages_of_actions_are_open_to_everybody(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    answered_for()
    policy()
    platform = make_platform(monkeypatch, events=["decision.made", "action.taken", "action.reversed"])
    ann, supervisor, sen = someone("Ann Reviewer"), lead(Role.SUPERVISOR), someone("Sena", Role.SENIOR_ANALYST)
    context = {"callers_id": "photo-70", "uploader": "user-70", "client_id": platform.client_id}
    item = drawn(70, context=context, client_id=platform.client_id)
    judged(item, ann, illegal())
    item.refresh_from_db()
    done = [propose(item, ann), propose(item, ann, ActionKind.RESTRICT, days=7), propose(item, ann, ActionKind.REFER)]
    refused = propose(item, ann, ActionKind.TERMINATE)
    refuse_action(refused, sen, "Too much for one picture.")
    approve_action(done[2], sen)
    minute_passes()
    for row in done:
        carry_out_action(row.pk)
    reverse_action(CaseAction.objects.get(pk=done[0].pk), ground=ReversalGround.OTHER, note="Shorter.", person=sen)
    propose(item, ann, ActionKind.TERMINATE)
    propose(item, ann, ActionKind.WARN)
    begin(item.case, sen)
    page = f"/cases/{item.case.public}/"
    walk.come_in(supervisor)
    walk.visit(Stop("actions", supervisor, f"{page}actions/"))
    walk.visit(Stop("case-with-actions", supervisor, page))
    assert not walk.wrong, "\n".join(walk.wrong)


def test_the_pages_of_who_is_who_are_open_to_everybody(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    from playwright.sync_api import expect

    answered_for()
    policy()
    platform = make_platform(monkeypatch)
    ann, supervisor = someone("Ann Reviewer"), lead(Role.SUPERVISOR)
    context = {"callers_id": "photo-71", "uploader": "user-71", "client_id": platform.client_id}
    item, other = (drawn(number, context=context, client_id=platform.client_id) for number in (71, 72))
    judged(item, ann, illegal())
    [account] = accounts_of(item.case)
    known = Identity(screen_name="Lamp", emails=("lamp@mail.example",), ip_events=(IpEvent("192.0.2.9", "Login"),))
    for role, identity in ((PartyRole.UNCLEAR, None), (PartyRole.SUSPECT, known)):
        confirm_party(item.case, account.key, role, why="As the platform says.", person=ann, identity=identity)
    add_victim(item.case, Identity(first_name="Robin", age=12, note="A blue coat."), why="Seen.", person=ann)
    for kind in (LinkKind.ADDRESS, LinkKind.PERSON):
        suggest_links(item.case, kind, [other.case_id])
    judge_link(CaseLink.objects.get(kind=LinkKind.PERSON), accepted=True, why="The same account.", person=ann)
    page = f"/cases/{item.case.public}/"
    walk.come_in(supervisor)
    walk.visit(Stop("who-is-who-whole", supervisor, f"{page}whole/"))
    walk.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    walk.page.goto(f"{walk.url}{page}people/")
    walk.page.get_by_role("button", name="Show what is known").click()
    expect(walk.page.get_by_text("Your look is recorded.")).to_be_visible()
    walk.page.get_by_text("Write it anew").first.click()
    walk.look("possible-victims")
    walk.visit(Stop("who-is-who", supervisor, f"{page}people/"))
    walk.page.get_by_text("What is known besides the account").click()
    walk.look("who-is-who-open")
    assert not walk.wrong, "\n".join(walk.wrong)
