"""Undoing over the pages: within the minute nothing leaves, after it one callback does, and the bar says how long."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lightkeeper.act.models import Callback, Decision
from lightkeeper.act.tests.decided import minute_passes, sent_by, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.review.models import CaseItem, Grade, Lease
from lightkeeper.review.tests.grades_made import policy, reviewer

pytestmark = pytest.mark.django_db
JUDGED = {
    "part": "first", "outcome": "confirmed_illegal", "uk_category": "C", "industry_class": "B2",
    "age_bracket": "11-13", "sex": "unidentified", "confidence": "sure", "proposed": "remove",
}  # fmt: skip


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=["decision.made"])


def take(browser: Client, item: CaseItem) -> None:
    assert browser.post(reverse("review:take", args=[item.case.public])).status_code == 302


def grade(browser: Client, item: CaseItem) -> Grade:
    """Grade an item by its form."""
    answer = browser.post(reverse("case:grade", args=[item.case.public, item.position]), JUDGED)
    assert answer.status_code == 302
    return Grade.objects.latest("pk")


def undo(browser: Client, made: Grade) -> str:
    """Press "Undo", and give the page that it leads to."""
    address = reverse("case:undo", args=[made.case_item.case.public, made.public])
    answer = browser.post(address, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_undo_within_60_s_sends_no_callback_after_it_exactly_one(platform: Platform) -> None:
    item, browser = sent_by(platform), signed_in(reviewer())
    take(browser, item)
    undone = grade(browser, item)
    work()
    undo(browser, undone)
    minute_passes()
    work()
    assert platform.sent == []
    assert not Callback.objects.exists()
    again = grade(browser, item)  # undoing gave the case back to them
    work()
    assert platform.sent == []
    minute_passes()
    work()
    work()
    assert [(body["id"], body["decision"]) for body in platform.bodies()] == [("photo-1", "remove")]
    assert [row.state for row in Decision.objects.order_by("pk")] == ["void", "carried_out"]
    page = undo(browser, again)
    assert "The minute is over" in page
    again.refresh_from_db()
    assert again.state == "standing"
    minute_passes()
    work()
    assert len(platform.sent) == 1


def test_the_bar_stands_on_the_case_and_on_the_queue_as_long_as_it_counts(platform: Platform) -> None:
    item, person = sent_by(platform), reviewer()
    browser, other = signed_in(person), signed_in(reviewer())
    pages = [reverse("case:page", args=[item.case.public]), reverse("review:queue")]
    take(browser, item)
    made = grade(browser, item)
    address = reverse("case:undo", args=[item.case.public, made.public])
    for page in pages:
        assert address in browser.get(page).content.decode()
        assert address not in other.get(page).content.decode()
    Client().post(address)
    assert other.post(address).status_code == 404
    minute_passes()
    for page in pages:
        assert address not in browser.get(page).content.decode()


def test_undoing_takes_nobody_their_case(platform: Platform) -> None:
    item = sent_by(platform)
    next_one = sent_by(platform, "photo-2", number=2, data=b"another drawing")
    person = reviewer()
    browser = signed_in(person)
    take(browser, item)
    made = grade(browser, item)
    take(browser, next_one)
    undo(browser, made)
    assert Lease.objects.get(ended_at=None).case_id == next_one.case_id
    assert Grade.objects.get().state == "undone"


def test_whoever_graded_is_not_offered_the_case_again_while_they_can_undo(platform: Platform) -> None:
    item, ann, other = sent_by(platform), signed_in(reviewer()), signed_in(reviewer())
    page, offer = f"/cases/{item.case.public}/", reverse("review:take", args=[item.case.public])
    assert offer in ann.get(page).content.decode()
    take(ann, item)
    made = grade(ann, item)
    Lease.objects.update(ended_at=made.made_at, ended="released")
    for browser in (ann, other):
        text = browser.get(page).content.decode()
        assert offer not in text
        assert "Take the case" not in text
    undo(ann, made)
    Lease.objects.update(ended_at=made.made_at, ended="released")
    assert offer in other.get(page).content.decode()
