"""Every page of reports in a real browser, in each state: nobody is kept out by how it looks."""

from __future__ import annotations

from typing import Any

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.parties.identity import Identity
from lightkeeper.act.parties.types import PartyRole
from lightkeeper.act.reports.drafting import Draft, approve, hand_in, make_draft
from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.ncmec import drafts
from lightkeeper.act.reports.ncmec.tests.authority_server import said
from lightkeeper.act.reports.ncmec.who import Asked
from lightkeeper.act.reports.states import Mode
from lightkeeper.act.reports.tests.filing import scene, sent
from lightkeeper.act.services import add_victim, confirm_party
from lightkeeper.people.models import Person
from lightkeeper.people.services import create_client
from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import illegal, policy
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.web.tests.browser import follow
from lightkeeper.web.tests.console_made import Stop, drawn, judged, lead, someone
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

pytestmark = IN_A_BROWSER


def test_every_page_of_reports_is_open_to_everybody(walk: Walk, settings: Any) -> None:
    answered_for()
    policy()
    from playwright.sync_api import expect

    with scene(settings) as here:
        ann, supervisor = someone("Ann Reviewer"), lead(Role.SUPERVISOR)
        client = create_client(name="Example platform", actor=Actor.operator()).pk
        items = [_illegal(number, ann, client) for number in range(60, 64)]
        (account,) = accounts_of(items[1].case)
        known = Identity(screen_name="lamp", emails=("lamp@mail.example",))
        confirm_party(items[1].case, account.key, PartyRole.SUSPECT, why="Sent it.", person=ann, identity=known)
        add_victim(items[1].case, Identity(first_name="Robin", age=12), why="Seen.", person=ann)
        draft, waiting, failed, filed = (_drafted(item, ann, supervisor) for item in items)
        hand_in(waiting, ann)
        approve(filed, supervisor, "TEST")
        sent(filed)
        here.authority.before.append(said(4100, status=400))
        approve(failed, supervisor, "TEST")
        sent(failed)
        walk.come_in(supervisor)
        for name, row in (("draft", draft), ("waiting", waiting), ("refused", failed), ("filed", filed)):
            walk.visit(Stop(f"report-{name}", supervisor, f"/reports/{row.public}/"))
        walk.page.goto(f"{walk.url}/reports/{waiting.public}/")
        walk.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        walk.look("report-form")
        follow(walk.page.get_by_role("button", name="Show what it says of possible victims"))
        expect(walk.page.get_by_text("Robin")).to_be_visible()
        walk.look("report-victims")
        walk.visit(Stop("reports", supervisor, "/reports/"))
        walk.visit(Stop("case-reported", supervisor, f"/cases/{items[3].case.public}/"))
    assert not walk.wrong, "\n".join(walk.wrong)


def _illegal(number: int, person: Person, client: int) -> CaseItem:
    context = {
        "callers_id": f"photo-{number}", "uploader": f"user-{number}", "received_at": "2026-11-01T10:00:00+00:00",
        "context": {"address": "192.0.2.7", "port": 4711, "uploaded_at": "2026-11-01T09:59:00+00:00"},
    }  # fmt: skip
    item = drawn(number, client_id=client, context=context)
    judged(item, person, illegal())
    item.refresh_from_db()
    return item


def _drafted(item: CaseItem, person: Person, reader: Person) -> Report:
    built: Draft = drafts.from_case(item.case, Mode.TEST, Asked(reader=reader)).draft
    return make_draft(case=item.case, authority="ncmec", draft=built, person=person)
