"""The page of a case's actions, and its panel: proposed, approved, withdrawn, delayed, reversed, by who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.models import CaseAction, Decision, NoticeDelay
from lightkeeper.act.tests.decided import minute_passes, sent_by, settled_case, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import policy, reviewer

pytestmark = pytest.mark.django_db
CSAM = "child_sexual_abuse_material"


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=["decision.made", "action.taken", "action.reversed", "notice.changed"])


@pytest.fixture
def item(platform: Platform) -> CaseItem:
    return settled_case(platform, reviewer())


def test_from_the_case_an_action_is_proposed_approved_and_reversed(platform: Platform, item: CaseItem) -> None:
    analyst, senior = signed_in(reviewer()), signed_in(reviewer(Role.SENIOR_ANALYST))
    page = f"/cases/{item.case.public}/actions/"
    on_case = analyst.get(f"/cases/{item.case.public}/").content.decode()
    assert page in on_case
    assert "Suspend the account" in on_case  # suggested
    shown = analyst.get(page).content.decode()
    assert "account-17" in shown
    assert "Reverse the decision" not in shown
    assert "Delay it" not in shown
    [account] = accounts_of(item.case)
    sent = {"kind": "terminate", "account": account.key, "statement": CSAM, "reference": "terms 4.2"}
    refused = analyst.post(f"{page}propose/", {**sent, "days": "3"})
    assert refused.status_code == 422
    assert "Only a restriction or a suspension" in refused.content.decode()
    assert "terms 4.2" in refused.content.decode()
    assert analyst.post(f"{page}propose/", sent, follow=True).status_code == 200
    made = CaseAction.objects.get()
    approve = f"/actions/{made.public}/approve/"
    assert approve not in analyst.get(page).content.decode()
    assert approve in senior.get(page).content.decode()
    assert analyst.post(approve).status_code == 403
    missing = senior.post(f"/actions/{made.public}/refuse/", {"why": ""}, follow=True).content.decode()
    assert "Why it is refused" in missing
    assert "Approved" in senior.post(approve, follow=True).content.decode()
    minute_passes()
    work()
    shown = senior.get(page).content.decode()
    assert "We cannot undo it." in shown  # before it is confirmed
    told = senior.post(
        f"/actions/{made.public}/reverse/", {"ground": "appeal", "note": "It was a drawing."}, follow=True
    )
    assert "Reversed, as far as it can be." in told.content.decode()
    assert "It was a drawing." in told.content.decode()
    assert "too late" in senior.post(f"/actions/{made.public}/withdraw/", follow=True).content.decode()


def test_a_decision_is_reversed_after_what_that_does_was_shown(platform: Platform, item: CaseItem) -> None:
    senior, page = signed_in(reviewer(Role.SENIOR_ANALYST)), f"/cases/{item.case.public}/actions/"
    shown = senior.get(page).content.decode()
    assert "Platforms are told to show it again." in shown
    assert "what people saw, cannot be undone" in shown
    address = f"/cases/{item.case.public}/items/1/reverse/"
    assert "Because" in senior.post(address, {"note": "x"}, follow=True).content.decode()
    assert Decision.objects.get().state == "carried_out"
    senior.post(address, {"ground": "mistake", "note": "It is a drawing."})
    assert Decision.objects.get().state == "reversed"
    after = senior.get(f"/cases/{item.case.public}/").content.decode()
    assert "The judgement was wrong" in after
    assert "nothing to undo" in senior.post(address, {"ground": "mistake", "note": "x"}, follow=True).content.decode()


def test_what_users_may_be_told_is_delayed_extended_and_ended_by_a_lead(platform: Platform, item: CaseItem) -> None:
    lead, page = signed_in(reviewer(Role.SUPERVISOR)), f"/cases/{item.case.public}/actions/"
    until = now() + timedelta(days=3)
    sent = {
        "basis": "authority",
        "rule": "withhold",
        "until": f"{until:%Y-%m-%dT%H:%M}",
        "note": "Asked by the police.",
    }
    address = f"/cases/{item.case.public}/notices/"
    assert "Until" in lead.post(address, {**sent, "until": ""}, follow=True).content.decode()
    assert not NoticeDelay.objects.exists()
    shown = lead.post(address, sent, follow=True).content.decode()
    assert "must not tell their users" in shown
    assert "Asked by the police." in shown
    assert "Users are not told yet" in lead.get(f"/cases/{item.case.public}/").content.decode()
    delay = NoticeDelay.objects.get()
    far = f"{now() + timedelta(days=200):%Y-%m-%dT%H:%M}"
    assert (
        "90 days from now"
        in lead.post(f"/notices/{delay.public}/extend/", {"until": far}, follow=True).content.decode()
    )
    near = f"{now() + timedelta(days=5):%Y-%m-%dT%H:%M}"
    assert "another end" in lead.post(f"/notices/{delay.public}/extend/", {"until": near}, follow=True).content.decode()
    ended = lead.post(f"/notices/{delay.public}/end/", follow=True).content.decode()
    assert "may tell their users" in ended
    assert page in ended


def test_before_people_have_judged_there_is_nothing_to_see_or_do(platform: Platform) -> None:
    item = sent_by(platform, uploader="account-17")
    browser = signed_in(reviewer())
    shown = browser.get(f"/cases/{item.case.public}/actions/").content.decode()
    assert "nothing follows before people have judged" in shown
    assert "account-17" not in shown
    [account] = accounts_of(item.case)
    sent = {"kind": "suspend", "account": account.key, "statement": CSAM}
    assert browser.post(f"/cases/{item.case.public}/actions/propose/", sent).status_code == 422
    assert not CaseAction.objects.exists()
