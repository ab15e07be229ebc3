"""The pages of actions in a real browser, in each state: nobody is kept out by how they look."""

from __future__ import annotations

import pytest

from lightkeeper.act.action_kinds import ActionKind
from lightkeeper.act.case_actions import carry_out_action
from lightkeeper.act.models import CaseAction
from lightkeeper.act.services import approve_action, refuse_action, reverse_action
from lightkeeper.act.tests.decided import minute_passes
from lightkeeper.act.tests.platform import make_platform
from lightkeeper.act.tests.test_case_actions import propose
from lightkeeper.act.tests.test_notices import begin
from lightkeeper.act.types import ReversalGround
from lightkeeper.people.types import Role
from lightkeeper.review.tests.grades_made import illegal, policy
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.web.tests.console_made import Stop, drawn, judged, lead, someone
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

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
