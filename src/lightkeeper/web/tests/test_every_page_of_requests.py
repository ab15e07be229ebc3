"""Every page of requests in a real browser, in each state: nobody is kept out by how it looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.act.requests import evidence
from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.requests.sealed import Handed, Says
from lightkeeper.act.requests.services import approve_end, hand_over, propose_end, take_up
from lightkeeper.act.requests.states import RequestKind, RequestState, Way
from lightkeeper.act.requests.subjects import About
from lightkeeper.act.requests.tests.made import asked
from lightkeeper.act.takedowns import services
from lightkeeper.act.takedowns.states import ReplyKind
from lightkeeper.act.takedowns.tests.made import prepared
from lightkeeper.people.models import Person
from lightkeeper.people.services import create_client
from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor
from lightkeeper.review.tests.grades_made import policy
from lightkeeper.web.tests.console_made import Stop, drawn, lead, someone
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

pytestmark = IN_A_BROWSER
TEXT = "Please preserve what you have of this account and of this case for ninety days; an order will follow."


def _asked(by: Person, kind: RequestKind, reference: str, **values: Any) -> AuthorityRequest:
    says = Says("Cybercrime unit, example police, +1 555 0100", reference, "18 USC 2703(f); called back", TEXT)
    return asked(by, kind, says=says, **values)


def test_every_page_of_requests_is_open_to_everybody(walk: Walk) -> None:
    policy()
    supervisor, senior = lead(Role.SUPERVISOR), someone("Sena Senior", Role.SENIOR_ANALYST)
    client = create_client(name="Example platform", actor=Actor.operator()).pk
    item = drawn(1)
    about = About(cases=(item.case_id,), accounts=((client, "user-77"),))
    kept = _asked(senior, RequestKind.PRESERVATION, "OP-2026/17", about=about)
    late = _asked(senior, RequestKind.TAKEDOWN, "T 4", due_at=now() - timedelta(minutes=5))
    waiting = _asked(senior, RequestKind.PRODUCTION, "P 12/26")
    answered = _asked(senior, RequestKind.PRODUCTION, "P 13/26", about=About(cases=(item.case_id,)))
    for row in (kept, waiting, answered):
        take_up(row, senior)
    for row in (waiting, answered):
        propose_end(row, RequestState.ANSWERED, note="Account data of two months, as the order says.", person=senior)
    approve_end(answered, person=supervisor)
    handed = Handed("Account data of two months", "The unit's portal", ("ab" * 32,))
    hand_over(answered, handed, count=1, at=now(), way=Way.PORTAL, person=senior)
    evidence.prepare(answered, senior)
    walk.come_in(supervisor)
    for name, row in (("preservation", kept), ("overdue", late), ("waiting", waiting), ("answered", answered)):
        walk.visit(Stop(f"request-{name}", supervisor, f"/requests/{row.public}/"))
    walk.visit(Stop("requests", supervisor, "/requests/"))
    walk.visit(Stop("request-new", supervisor, "/requests/new/"))
    assert not walk.wrong, "\n".join(walk.wrong)


def test_every_page_of_takedown_notices_is_open_to_everybody(walk: Walk) -> None:
    row, person = prepared()
    of_address = reverse("takedown:of_address", args=[row.case_item.case.public, row.case_item.position])
    walk.come_in(person)
    walk.visit(Stop("takedowns", person, "/takedowns/"))
    walk.visit(Stop("takedown-recipients", person, "/takedowns/recipients/"))
    walk.visit(Stop("takedown-of-address", person, of_address))
    services.take_file(row, person)
    services.note_reply(row, ReplyKind.QUESTION, "Which folder?", person)
    walk.visit(Stop("takedown", person, f"/takedowns/{row.public}/"))
    assert not walk.wrong, "\n".join(walk.wrong)
