"""In a real browser, with every part real: a case without any media goes from message events to a finished test report.

The platform and the authority answer on loopback. What waits for a worker or for a minute to pass is done at once.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.timezone import now
from lxml import etree

from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.states import ReportState
from lightkeeper.act.reports.tests.filing import scene, sent
from lightkeeper.act.services import set_conversation_address
from lightkeeper.act.signing_keys import forget_keys
from lightkeeper.act.tests.test_asking import Keeper, keeper
from lightkeeper.intake.conversations import texts
from lightkeeper.intake.conversations.packs import add_pack, mark_reviewed
from lightkeeper.intake.conversations.tests.conftest import platform
from lightkeeper.intake.conversations.tests.talking import message, send
from lightkeeper.intake.tests.platform import OPERATOR, Platform
from lightkeeper.people.types import Role
from lightkeeper.record.models import Reveal
from lightkeeper.review.models import Case, ConversationText, EvidenceMark, Grade
from lightkeeper.review.tests.grades_made import NO_SECOND, minute_over, policy, reviewer
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.tests.threads import until
from lightkeeper.web.tests.browser import follow
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, OF_A_CASE, Walk

__all__ = ["keeper", "platform"]
pytestmark = IN_A_BROWSER

PACK = b"""\
format: lightkeeper-signals
language: en
version: 1
reviewed_by: ""
phrases:
  - {id: own-1, signal: pressure_or_threat, pattern: do it or i will tell everyone,
     examples: [do it or I will tell everyone], near_misses: [do it and tell everyone]}
"""
SAID = ("what a game", "are you home alone?", "don't tell your mum", "do it or I will tell everyone")
BEGAN = now().replace(microsecond=0) - timedelta(hours=3)


def at(minutes: int) -> str:
    """So many minutes after the two met."""
    return (BEGAN + timedelta(minutes=minutes)).isoformat()


def events() -> list[dict[str, Any]]:
    """A grown-up stranger and a child."""
    return [
        {"type": "account", "id": "a1", "ts": at(0), "person": "kim", "age_band": "13-15", "age_source": "declared"},
        {"type": "account", "id": "a2", "ts": at(0), "person": "sam", "age_band": "adult", "age_source": "verified"},
        {"type": "relation", "id": "r1", "ts": at(0), "a": "sam", "b": "kim", "relation": "stranger", "mutual": 0},
        {"type": "friend_request", "id": "f1", "ts": at(1), "surface": "chat", "actor": "sam", "target": "kim"},
        *(message(number, ts=at(5 * number), text=text, language="en") for number, text in enumerate(SAID, start=1)),
    ]


def kept_by_the_platform() -> bytes:
    """What the platform answers when it is asked for the words."""
    said = [
        {"id": f"m{number}", "sender_id": "sam", "at": at(5 * number), "text": text}
        for number, text in enumerate(SAID, start=1)
    ]
    return json.dumps({"messages": said}).encode()


def test_from_message_events_to_a_finished_report(
    walk: Walk, platform: Platform, keeper: Keeper, settings: Any
) -> None:
    with scene(settings) as here:
        words_at = f"127.0.0.1:{keeper.server_address[1]}"
        allowed = (*settings.LIGHTKEEPER["outbound_allow"], words_at)
        settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "outbound_allow": allowed}
        forget_keys()
        set_conversation_address(client_id=platform.client_id, url=f"http://{words_at}/words", actor=OPERATOR)
        keeper.body = kept_by_the_platform()
        answered_for()
        policy(**NO_SECOND)
        add_pack(name="our-english", content=PACK, actor=OPERATOR)
        mark_reviewed(name="our-english", by="A native speaker", actor=OPERATOR)
        texts.forget()

        assert send(platform, *events()) == (200, {"accepted": 8, "duplicate": 0, "late": 0, "refused": 0})
        case = Case.objects.get()
        assert case.reason == CaseReason.CONVERSATION
        assert not ConversationText.objects.exists()  # nobody has asked for a word

        reviewed(walk, case)
        report = drafted(walk, case)
        approved(walk, report)
        assert sent(report).state == ReportState.FINISHED
        walk.page.reload()
        walk.page.get_by_role("heading", name="Receipt").wait_for()
        assert report.external_id in walk.page.locator("main").inner_text()
        assert walk.complaints == []

        (filed,) = here.authority.filed
        tree = etree.fromstring(filed.document)
        assert filed.contents == {}
        assert tree.findtext("incidentSummary/incidentType") == "Online Enticement of Children for Sexual Acts"
        spoken = datetime.fromisoformat(at(20)).isoformat()
        assert tree.findtext("internetDetails/chatImIncident/content") == f"{spoken} sam: {SAID[3]}"
        assert tree.findtext("personOrUserReported/espIdentifier") == "sam"
        assert tree.findtext("victim/espIdentifier") == "kim"
        assert SAID[0].encode() not in filed.document  # nobody marked it


def reviewed(walk: Walk, case: Case) -> None:
    """A person takes the case, asks for the words, reads them, marks one, and says what it is: by keyboard alone."""
    page = walk.page
    page.set_viewport_size(OF_A_CASE)  # type: ignore[arg-type]

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    walk.come_in(reviewer())
    page.goto(walk.url + reverse("review:queue"))
    press("n")
    page.wait_for_url("**" + reverse("case:page", args=[case.public]))
    page.locator("[data-ask]").wait_for()
    press("v")
    page.locator("[data-tools] [data-read]").wait_for()
    press("n")
    while page.evaluate("document.activeElement.id") != "m4":
        press("n")
    press("v")
    page.locator("[data-shown]").wait_for()
    assert Reveal.objects.count() == 1
    press("e")
    until(lambda: EvidenceMark.objects.count() == 1)
    press("Escape", "w", "1", "2", "1", "3")  # enticement, not in danger now, sure, no action
    assert page.locator("[name=outcome]:checked").get_attribute("value") == "enticement"
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**" + reverse("review:queue"))
    assert minute_over(Grade.objects.get())


def drafted(walk: Walk, case: Case) -> Report:
    """They draft the report from the case's page, and hand it in."""
    page = walk.page
    page.goto(walk.url + reverse("case:page", args=[case.public]))
    follow(page.get_by_role("button", name="Draft a report"))
    page.wait_for_url("**/reports/*/")
    shown = page.locator("main").inner_text()
    assert "messages that a person marked as evidence" in shown
    assert not [words for words in SAID if words in shown]  # they are read under a reveal row alone
    follow(page.get_by_role("button", name="Hand it in for a second person"))
    until(lambda: Report.objects.get().state == ReportState.REVIEWED)
    return Report.objects.get()


def approved(walk: Walk, report: Report) -> None:
    """Another person reads it, and types that it is a test."""
    page = walk.page
    walk.come_in(reviewer(Role.SUPERVISOR))
    page.goto(walk.url + reverse("report:report", args=[report.public]))
    page.get_by_label("Type TEST to approve it").fill("TEST")
    follow(page.get_by_role("button", name="Approve and send"))
    until(lambda: Report.objects.get().state == ReportState.APPROVED)
