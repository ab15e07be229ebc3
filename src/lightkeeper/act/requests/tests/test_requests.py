"""A request is due from its first moment; two people end it; what is preserved stays until somebody lifts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from lightkeeper.act.models import NoticeDelay
from lightkeeper.act.notices import LONGEST, notice_of
from lightkeeper.act.requests import queries, reminding
from lightkeeper.act.requests.models import AuthorityRequest, RequestStep
from lightkeeper.act.requests.sealed import Handed, Says
from lightkeeper.act.requests.services import (
    About,
    add_subjects,
    approve_end,
    confirm_receipt,
    extend_due,
    hand_over,
    propose_end,
    renew,
    send_back,
    take_up,
    withdraw,
)
from lightkeeper.act.requests.states import DUE, MOVES, RequestKind, RequestRefused, RequestState, Way
from lightkeeper.act.requests.terms import ELSEWHERE, REMINDED, TERMS
from lightkeeper.act.requests.tests.made import DAY, SAYS, asked
from lightkeeper.act.services import begin_delay
from lightkeeper.act.types import NoticeBasis, NoticeRule
from lightkeeper.people.models import Alert, Person
from lightkeeper.people.tests.clients_made import OPERATOR, details_of
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, Hold
from lightkeeper.record.services import change_policy, lift_hold, reference_of, refuse_if_held
from lightkeeper.record.types import HoldBasis, LiftReason, Subject
from lightkeeper.review.models import Case
from lightkeeper.review.tests.grades_made import case_item
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Later

pytestmark = pytest.mark.django_db
ANSWERED, REFUSED = RequestState.ANSWERED, RequestState.REFUSED


@pytest.fixture
def lead() -> Person:
    return make_person(Role.SUPERVISOR)


@pytest.fixture
def second() -> Person:
    return make_person(Role.SENIOR_ANALYST)


def now_is(request: AuthorityRequest) -> AuthorityRequest:
    request.refresh_from_db()
    return request


def test_two_people_end_it_and_only_then_something_is_handed_over(lead: Person, second: Person) -> None:
    request = asked(lead)
    assert request.due_at == request.received_at + DUE[RequestKind.PRODUCTION]
    handed = Handed("Account data of two months", "Sgt. Quokka", ("ab" * 32, "CD" * 32))
    with pytest.raises(RequestRefused, match="“Received”"):
        propose_end(request, ANSWERED, note="x", person=lead)
    take_up(request, lead)
    confirm_receipt(request, lead)
    with pytest.raises(RequestRefused, match="told already"):
        confirm_receipt(request, lead)
    with pytest.raises(RequestRefused, match="Write down why"):
        propose_end(request, ANSWERED, note=" ", person=lead)
    assert propose_end(request, ANSWERED, note="Account data, nothing else.", person=lead)
    with pytest.raises(RequestRefused, match="another person agrees"):
        approve_end(request, person=lead)
    with pytest.raises(RequestRefused, match="before the request is answered"):
        hand_over(request, handed, count=2, at=now(), way=Way.PORTAL, person=lead)
    send_back(request, note="Only one month was asked for.", person=second)
    assert propose_end(request, ANSWERED, note="One month.", person=lead)
    approve_end(request, person=second)
    assert (now_is(request).state, request.second, request.ended_by) == (ANSWERED, True, second)
    for wrong, says in (
        ({"count": 1}, "at least as many"), ({"at": now() + DAY}, "not later than now"),
        ({"at": request.received_at}, "after the request was answered"),
    ):  # fmt: skip
        with pytest.raises(RequestRefused, match=says):
            hand_over(request, handed, **{"count": 2, "at": now(), "way": Way.PORTAL, "person": lead, **wrong})  # type: ignore[arg-type]
    with pytest.raises(RequestRefused, match="Line 2 is no SHA-256"):
        hand_over(request, Handed("x", "y", ("ab" * 32, "z")), count=2, at=now(), way=Way.PORTAL, person=lead)
    row = hand_over(request, handed, count=2, at=now(), way=Way.PORTAL, person=lead)
    [shown] = queries.handovers_of(request)
    assert (shown.what, shown.digests, shown.who) == (handed.what, ("ab" * 32, "cd" * 32), lead.name)
    assert b"two months" not in bytes(row.content)
    steps = [step.what for step in queries.steps_of(request)]
    assert len(steps) == 8
    assert steps[-2:] == ["answered it", "noted what was handed over"]
    assert details_of(Event.ACT_REQUEST_HANDED_OVER) == [{"count": 2, "digests": 2, "way": "portal"}]
    kept = bytes(request.content) + b"".join(bytes(step.note or b"") for step in RequestStep.objects.all())
    trail = "".join(AuditEvent.objects.values_list("details", flat=True))
    for word in ("Quokka", "OP-2026", "One month"):
        assert word.encode() not in kept
        assert word not in trail


def test_states_follow_the_table_alone_and_roles_the_matrix(lead: Person, second: Person) -> None:
    moved: set[tuple[str, str]] = set()
    acts: dict[str, Callable[[AuthorityRequest], object]] = {
        "take": lambda row: take_up(row, lead), "answer": lambda row: propose_end(row, ANSWERED, note="x", person=lead),
        "agree": lambda row: approve_end(row, person=second),
        "back": lambda row: send_back(row, note="x", person=second),
        "withdraw": lambda row: withdraw(row, note="x", person=lead),
    }  # fmt: skip
    ways = (["withdraw"], ["take", "withdraw"], ["take", "answer", "back"], ["take", "answer", "agree"],
            ["take", "answer", "withdraw"])  # fmt: skip
    for way in ways:
        request = asked(lead)
        for name in way:
            before = now_is(request).state
            acts[name](request)
            moved.add((before, now_is(request).state))
        for act in acts.values() if request.state != RequestState.LOOKED_AT else ():
            with pytest.raises(RequestRefused):
                act(request)
    change_policy({"request_second": False}, reason="two people", actor=OPERATOR)
    for end in (ANSWERED, REFUSED):
        request = asked(lead)
        take_up(request, lead)
        assert not propose_end(request, end, note="x", person=lead)
        moved.add((RequestState.LOOKED_AT, now_is(request).state))
        assert request.policy == 1
    allowed = {(before, after) for before, row in MOVES.items() for after in row}
    assert moved == allowed - {(RequestState.WAITING, REFUSED)}
    analyst = make_person(Role.ANALYST)
    with pytest.raises(PermissionDenied):
        asked(analyst)
    with pytest.raises(PermissionDenied):
        withdraw(asked(lead), note="x", person=analyst)


def test_an_emergency_is_told_at_once_and_ends_by_one_unless_policy_asks_two(lead: Person) -> None:
    request = asked(lead, RequestKind.EMERGENCY)
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgent, alert.path) == ("request_emergency", True, f"/requests/{request.public}/")
    take_up(request, lead)
    assert not propose_end(request, ANSWERED, note="Address given by telephone.", person=lead)
    change_policy({"request_second_in_emergency": True}, reason="always two", actor=OPERATOR)
    other = asked(lead, RequestKind.EMERGENCY)
    take_up(other, lead)
    assert propose_end(other, ANSWERED, note="x", person=lead)


def test_a_preservation_holds_by_the_same_act_and_no_end_lifts_it(lead: Person, second: Person) -> None:
    item = case_item()
    request = asked(lead, RequestKind.PRESERVATION, about=About(cases=(item.case_id,), items=(item.item_id,)))
    holds = list(Hold.objects.order_by("pk"))
    assert [(one.basis, reference_of(one), one.placed_by) for one in holds] == [
        (HoldBasis.PRESERVATION_REQUEST, SAYS.reference, str(lead.pk))
    ] * 2  # fmt: skip
    assert request.until == request.received_at + timedelta(days=90)
    with pytest.raises(HeldError):
        refuse_if_held(Subject("case", str(item.case_id)))
    take_up(request, lead)
    propose_end(request, ANSWERED, note="Kept.", person=lead)
    approve_end(request, person=second)
    assert details_of(Event.ACT_REQUEST_ENDED)[0]["holds"] == 2
    renew(request, until=None, note="Letter of today", person=lead)
    assert (now_is(request).renewals, request.until) == (1, request.received_at + timedelta(days=180))
    withdrawn = asked(lead, RequestKind.PRESERVATION, about=About(cases=(item.case_id,)))
    withdraw(withdrawn, note="By telephone", person=lead)
    assert Hold.objects.filter(lifted_at=None).count() == 3
    with pytest.raises(RequestRefused, match="Item 999: There is no item"):
        asked(lead, RequestKind.PRESERVATION, about=About(cases=(item.case_id,), items=(999,)))
    assert AuthorityRequest.objects.count() == 2, "what cannot all be held is not registered"
    assert Hold.objects.count() == 3


def test_it_reminds_before_a_preservation_runs_out_and_when_it_has_while_a_hold_stands(lead: Person) -> None:
    item = case_item()
    request = asked(lead, RequestKind.PRESERVATION, about=About(cases=(item.case_id,)))
    look = reminding.look_if_running_out
    work = Work.objects.get(kind="act:request-runs-out")
    assert (work.subject, work.due_at) == (request.pk, request.until and request.until - REMINDED)
    with pytest.raises(Later):
        look(request.pk)
    assert not Alert.objects.exists()
    for until in (now() + DAY, now() - DAY):
        AuthorityRequest.objects.filter(pk=request.pk).update(until=until)
        if until > now():
            with pytest.raises(Later):
                look(request.pk)
        else:
            look(request.pk)
    assert [one.kind for one in Alert.objects.all()] == ["request_runs_out"] * 2
    AuthorityRequest.objects.filter(pk=request.pk).update(until=now() - 2 * DAY)
    lift_hold(hold=Hold.objects.get().pk, reason=LiftReason.RELEASED, reference="x", by=lead.actor)
    look(request.pk)
    assert Alert.objects.count() == 2
    assert all(not term.confirmed for term in (*TERMS.values(), ELSEWHERE)), "a lawyer has confirmed none yet"


def test_an_overdue_request_is_told_once_a_due_date(lead: Person) -> None:
    request = asked(lead, RequestKind.TAKEDOWN, due_at=now() + DAY)
    with pytest.raises(Later):
        reminding.look_if_overdue(request.pk)
    AuthorityRequest.objects.filter(pk=request.pk).update(due_at=request.received_at)
    assert queries.overdue() == 1
    reminding.look_if_overdue(request.pk)
    assert (Alert.objects.get().kind, Alert.objects.get().urgent) == ("request_overdue", True)
    with pytest.raises(RequestRefused, match="still to come"):
        extend_due(request, due_at=now() - DAY, note="x", person=lead)
    extend_due(request, due_at=now() + DAY, note="Agreed by telephone", person=lead)
    assert queries.overdue() == 0
    withdraw(request, note="x", person=lead)
    AuthorityRequest.objects.filter(pk=request.pk).update(due_at=request.received_at)
    reminding.look_if_overdue(request.pk)
    assert Alert.objects.count() == 1


def test_a_request_not_to_tell_delays_notices_until_another_that_follows_it_is_agreed_to(
    lead: Person, second: Person
) -> None:
    one, two = case_item(b"one", 1), case_item(b"two", 2)
    urgent = begin_delay(
        Case.objects.get(pk=two.case_id), basis=NoticeBasis.SAFEGUARDING, rule=NoticeRule.NOT_BEFORE, until=now() + DAY,
        note="x", person=lead,
    )  # fmt: skip
    about = About(cases=(one.case_id, two.case_id))
    with pytest.raises(RequestRefused, match="at most 90 days"):
        asked(lead, RequestKind.DELAY, about=about, until=now() + 2 * LONGEST[NoticeBasis.AUTHORITY])
    with pytest.raises(RequestRefused, match="until when"):
        asked(lead, RequestKind.DELAY, about=about)
    request = asked(lead, RequestKind.DELAY, about=about, until=now() + 10 * DAY)
    delays = list(NoticeDelay.objects.exclude(pk=urgent.pk).order_by("case_id"))
    assert {(d.basis, d.rule, d.request_id, d.until) for d in delays} == {
        ("authority", "withhold", request.pk, request.until)
    }
    assert len(delays) == 2
    before = urgent.until
    urgent.refresh_from_db()
    assert (urgent.basis, urgent.rule, urgent.until, urgent.ended_at) == ("safeguarding", "not_before", before, None)
    renew(request, until=now() + 20 * DAY, note="Letter", person=lead)
    assert {d.until for d in NoticeDelay.objects.filter(basis="authority")} == {now_is(request).until}
    with pytest.raises(RequestRefused, match="Say which request"):
        asked(lead, RequestKind.END_DELAY)
    end = asked(lead, RequestKind.END_DELAY, follows=request)
    take_up(end, lead)
    propose_end(end, ANSWERED, note="They may know.", person=lead)
    assert NoticeDelay.objects.filter(ended_at=None).count() == 3
    approve_end(end, person=second)
    assert [d.pk for d in NoticeDelay.objects.filter(ended_at=None)] == [urgent.pk]
    assert notice_of(urgent.case)["rule"] == "not_before"
    assert details_of(Event.ACT_REQUEST_ENDED)[0]["delays"] == 2


def test_more_can_be_named_later_and_a_reference_finds_it(lead: Person) -> None:
    item = case_item()
    request = asked(lead, RequestKind.PRESERVATION)
    add_subjects(request, About(cases=(item.case_id,)), lead)
    assert Hold.objects.count() == 1
    with pytest.raises(RequestRefused, match="noted already"):
        add_subjects(request, About(cases=(item.case_id,)), lead)
    [shown] = queries.subjects_of(request)
    assert (shown.name, shown.case, shown.held) == (str(item.case_id), str(item.case.public), True)
    assert list(queries.requests(reference=" op-2026/ 17")) == [request]
    assert not queries.requests(reference="OP-2026/18")
    withdraw(request, note="x", person=lead)
    with pytest.raises(RequestRefused, match="has ended"):
        add_subjects(request, About(items=(item.item_id,)), lead)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"country": "XX"}, "ISO 3166"), ({"received_at": now() + DAY}, "later than now"),
        ({"due_at": now() - 9 * DAY}, "before it was received"), ({"says": Says("a", "", "b")}, "“Reference”"),
        ({"says": Says("a", "r", "b", "x" * 10_001)}, "“What it says”"), ({"about": About(cases=(9,))}, "Case 9"),
        ({"about": About(accounts=((999, "x"),))}, "no such client"),
        ({"about": About(items=tuple(range(1, 300)))}, "at most 200"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_sentence_and_nothing_is_kept(lead: Person, wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestRefused, match=says):
        asked(lead, **wrong)
    assert not AuthorityRequest.objects.exists()


def test_counts_of_a_time_say_what_became_of_them(lead: Person) -> None:
    change_policy({"request_second": False}, reason="counting", actor=OPERATOR)
    since = now() - DAY
    for end in (ANSWERED, REFUSED):
        request = asked(lead)
        confirm_receipt(request, lead)
        take_up(request, lead)
        propose_end(request, end, note="x", person=lead)
    withdraw(asked(lead), note="x", person=lead)
    asked(lead, RequestKind.TAKEDOWN, country="de", due_at=now() - timedelta(minutes=1))
    us, germany = queries.counted(since, now())
    assert (us.kind, us.country, us.received, us.answered, us.refused, us.withdrawn, us.late) == (
        "production", "US", 3, 1, 1, 1, 0
    )  # fmt: skip
    assert us.hours_to_confirm == us.hours_to_end == 1.0
    assert (germany.country, germany.late, germany.hours_to_end) == ("DE", 1, None)
    assert queries.counted(now(), now() + DAY) == []
