"""In a real browser, on real rows: a conversation is judged by keyboard alone, and undone; then its words are gone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lightkeeper.record.models import Reveal, RevealEnded
from lightkeeper.review.models import EvidenceMark, Grade, Lease, SignalVerdict
from lightkeeper.review.tests.grades_made import policy, reviewer
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.runtime.tests.threads import until
from lightkeeper.web.tests.browser import follow
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, OF_A_CASE, Walk
from lightkeeper.web.tests.talks_of_cases import SECRET, conversation, platform

pytestmark = IN_A_BROWSER


def test_a_conversation_is_judged_by_keyboard_alone(walk: Walk) -> None:
    answered_for()
    policy()
    item, person = conversation(), reviewer()
    page = walk.page
    page.set_viewport_size(OF_A_CASE)  # type: ignore[arg-type]

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    walk.come_in(person)
    page.goto(walk.url + reverse("review:queue"))
    press("n")
    page.wait_for_url("**" + reverse("case:page", args=[item.case.public]))
    page.locator("[data-ask]").wait_for()
    with platform():
        press("v")
        page.locator("[data-tools] [data-read]").wait_for()
    assert not Reveal.objects.exists()
    press("n", "n", "n")
    assert page.evaluate("document.activeElement.id") == "m32"
    assert SECRET not in page.content()
    press("v")
    page.locator("[data-shown]").wait_for()
    row = Reveal.objects.get()
    assert (row.part, row.track) == ("around-32", "text")
    assert SECRET in page.locator("#m32").inner_text()
    press("e")
    until(lambda: EvidenceMark.objects.count() == 1)
    press("Escape")
    until(lambda: RevealEnded.objects.count() == 1)
    assert SECRET not in page.content()
    press("w", "2", "2", "1", "3", "s", "1", "2")  # concerning, no danger, sure, no action; the first two signs
    assert page.locator("[name=outcome]:checked").get_attribute("value") == "concerning"
    press("m")
    page.keyboard.type("typed: n p e v s")
    press("Control+Enter")
    page.wait_for_url("**" + reverse("review:queue"))
    grade = Grade.objects.get()
    assert (grade.outcome, grade.proposed, grade.seen, grade.state) == ("concerning", "no_action", "full", "pending")
    assert list(SignalVerdict.objects.order_by("signal").values_list("signal", "right")) == [
        ("pressure_or_threat", True),
        ("secrecy_request", False),
    ]
    press("u")
    page.wait_for_url("**" + reverse("case:page", args=[item.case.public]) + "*")
    grade.refresh_from_db()
    assert grade.state == "undone"
    keys = page.evaluate("[...document.querySelectorAll('[data-key]')].map((one) => one.dataset.key)")
    assert len(set(keys)) == len(keys)
    press("Shift+P")
    page.wait_for_url("**" + reverse("review:queue"))
    assert not Lease.objects.filter(ended_at=None).exists()
    assert walk.complaints == []


@pytest.mark.parametrize("part", ["words", "facts"])
def test_without_a_script_it_is_judged_too(walk: Walk, part: str) -> None:
    answered_for()
    policy()
    item, person = conversation(), reviewer()
    Lease.objects.create(case=item.case, person=person, taken_at=item.added_at, beat_at=item.added_at)
    walk.come_in(person)
    context = walk.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    context.add_cookies(walk.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(walk.url + reverse("case:page", args=[item.case.public]))
    if part == "words":
        with platform():
            follow(page.get_by_role("button", name="Ask for the words"))
        follow(page.locator("#m32 button"))
        assert SECRET in page.locator("#m32").inner_text()
        page.locator("#m32 [name=evidence]").check()
    for name, value in (("outcome", "benign"), ("confidence", "sure"), ("proposed", "no_action")):
        page.locator(f"input[name={name}][value={value}]").check()
    follow(page.get_by_role("button", name="Grade"))
    assert Grade.objects.get().outcome == "benign"
    assert EvidenceMark.objects.count() == (part == "words")
