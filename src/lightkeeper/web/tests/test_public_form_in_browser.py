"""The public form in a real browser: on a small phone, without JavaScript, and what axe finds light and dark."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.states import Danger
from lightkeeper.intake.public_reports.tests.made import ADDRESS, reported
from lightkeeper.people.types import Role
from lightkeeper.web.tests.browser import chromium, findings, follow, listen, schemes, server
from lightkeeper.web.tests.console_made import Stop, lead
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, WIDEST, Walk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = IN_A_BROWSER
PHONE = {"width": 320, "height": 568}


@pytest.fixture(autouse=True)
def _form_on(settings: Settings) -> None:
    old = settings.LIGHTKEEPER
    settings.LIGHTKEEPER = dataclasses.replace(old, values={**old.values, "public_form": True, "wait_step_ms": 10})


def too_wide(page: Page) -> list[str]:
    """What sticks out of a small screen."""
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{page.url}: {over} pixels too wide, by {page.evaluate(WIDEST)}"] if over > 0 else []


def test_a_child_reports_on_a_small_phone_without_javascript() -> None:
    from playwright.sync_api import expect

    wrong: list[str] = []
    with server() as url, chromium(viewport=PHONE, java_script_enabled=False, locale="de-DE") as context:
        page = context.new_page()
        complaints = listen(page)
        page.goto(f"{url}/report/")
        expect(page.get_by_text("Notruf: 112")).to_be_visible()
        wrong += too_wide(page)
        follow(page.get_by_role("link", name="Ich bin unter 18"))
        wrong += too_wide(page)
        follow(page.get_by_role("button", name="Abschicken"))
        expect(page.get_by_role("alert")).to_contain_text("Bitte eine der Antworten wählen.")
        wrong += too_wide(page)
        page.get_by_label("Die Adresse der Seite").fill(ADDRESS + "?" + "x" * 300)
        page.get_by_label("Ich weiß es nicht").check()
        follow(page.get_by_role("button", name="Abschicken"))
        expect(page.get_by_role("heading", name="Danke.")).to_be_visible()
        wrong += too_wide(page)
        ticket = page.locator("#ticket").inner_text()
        follow(page.get_by_role("link", name="Wie steht es um die Meldung?"))
        page.get_by_label("Das Ticket").fill(ticket.lower())
        follow(page.get_by_role("button", name="Nachsehen"))
        expect(page.get_by_role("status")).to_contain_text("Die Meldung ist angekommen.")
        wrong += too_wide(page)
        assert ticket not in page.url
        assert not context.cookies()
        wrong += [one for one in complaints if "422" not in one]
    assert not wrong, "\n".join(wrong)
    assert PublicReport.objects.get().voice == "child"


def test_every_public_page_and_triage_is_open_to_everybody(walk: Walk) -> None:
    page, wrong = walk.page, walk.wrong
    for path in ("/report/", "/report/child/", "/report/adult/?lang=de&country=AT", "/report/ticket/"):
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto(walk.url + path)
        for scheme, rules in schemes(page):
            wrong += [f"{path}, {scheme}: {one}" for one in findings(page, rules)]
            walk.picture("-".join(["public", *urlsplit(path).path.split("/")[1:-1]]), scheme)
        wrong += too_wide(page)
    page.goto(f"{walk.url}/report/adult/")
    follow(page.get_by_role("button", name="Send the report"))
    wrong += [f"what is missing: {one}" for one in findings(page)]
    page.get_by_label("Address of the page").fill(ADDRESS)
    page.locator("#danger").get_by_label("Yes").check()
    follow(page.get_by_role("button", name="Send the report"))
    wrong += [f"the ticket: {one}" for one in findings(page)]
    walk.complaints[:] = [one for one in walk.complaints if "422" not in one]
    supervisor = lead(Role.SUPERVISOR)
    described = reported(
        description="A forum about quokkas, first page", danger=Danger.UNSURE, contact="a@mail.example"
    )
    walk.come_in(supervisor)
    walk.visit(Stop("public-reports", supervisor, "/public-reports/"))
    walk.visit(Stop("public-report", supervisor, f"/public-reports/{described.public}/"))
    follow(page.get_by_role("button", name="Show what it says"))
    walk.look("public-report-shown")
    walk.visit(
        Stop("public-report-passed-on", supervisor, f"/public-reports/{PublicReport.objects.order_by('pk')[0].public}/")
    )
    assert not wrong, "\n".join(wrong)
