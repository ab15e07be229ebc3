"""Every page of reports in a real browser, in each state: nobody is kept out by how it looks."""

from __future__ import annotations

from typing import Any

from lightkeeper.act.reports.drafting import Draft, approve, hand_in, make_draft
from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.ncmec import drafts
from lightkeeper.act.reports.ncmec.tests.authority_server import said
from lightkeeper.act.reports.states import Mode
from lightkeeper.act.reports.tests.filing import scene, sent
from lightkeeper.people.models import Person
from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import illegal, policy
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.web.tests.console_made import Stop, drawn, judged, lead, someone
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

pytestmark = IN_A_BROWSER


def test_every_page_of_reports_is_open_to_everybody(walk: Walk, settings: Any) -> None:
    answered_for()
    policy()
    with scene(settings) as here:
        ann, supervisor = someone("Ann Reviewer"), lead(Role.SUPERVISOR)
        items = [_illegal(number, ann) for number in range(60, 64)]
        draft, waiting, failed, filed = (_drafted(item, ann) for item in items)
        hand_in(waiting, ann)
        approve(filed, supervisor, "TEST")
        sent(filed)
        here.authority.before.append(said(4100, status=400))
        approve(failed, supervisor, "TEST")
        sent(failed)
        walk.come_in(supervisor)
        for name, row in (("draft", draft), ("waiting", waiting), ("refused", failed), ("filed", filed)):
            walk.visit(Stop(f"report-{name}", supervisor, f"/reports/{row.public}/"))
        walk.visit(Stop("reports", supervisor, "/reports/"))
        walk.visit(Stop("case-reported", supervisor, f"/cases/{items[3].case.public}/"))
    assert not walk.wrong, "\n".join(walk.wrong)


def _illegal(number: int, person: Person) -> CaseItem:
    context = {
        "callers_id": f"photo-{number}", "uploader": f"user-{number}", "received_at": "2026-11-01T10:00:00+00:00",
        "context": {"address": "192.0.2.7", "port": 4711, "uploaded_at": "2026-11-01T09:59:00+00:00"},
    }  # fmt: skip
    item = drawn(number, context=context)
    judged(item, person, illegal())
    item.refresh_from_db()
    return item


def _drafted(item: CaseItem, person: Person) -> Report:
    built: Draft = drafts.from_case(item.case, Mode.TEST).draft
    return make_draft(case=item.case, authority="ncmec", draft=built, person=person)
