"""The pages of retention: who sees them, what they say, what can be done, and what a proof gives."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent, DestructionProof, Hold, RetentionClock
from lightkeeper.record.services import destroy_due, lift_hold, place_hold, seal_pending
from lightkeeper.record.tests.support import without_triggers
from lightkeeper.record.types import HoldBasis, LiftReason, Subject
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import case_item, illegal, policy, reviewer, stood

pytestmark = pytest.mark.django_db
READERS = {Role.SENIOR_ANALYST, Role.SUPERVISOR, Role.AUDITOR}


def settled() -> CaseItem:
    policy()
    item = case_item()
    stood(item, reviewer(), illegal())
    return item


def page(person: Person, address: str) -> str:
    answer = signed_in(person).get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


@pytest.mark.parametrize("role", Role)
def test_roles_see_what_the_matrix_says(role: Role) -> None:
    item, browser = settled(), signed_in(make_person(role))
    assert (browser.get(reverse("retention:clocks")).status_code == 200) == (role in READERS)
    extends = browser.get(reverse("retention:extend", args=[item.case.public]))
    assert (extends.status_code == 200) == (role in READERS - {Role.AUDITOR})
    whole = browser.get(reverse("case:whole", args=[item.case.public])).content.decode()
    assert ("How long it is kept" in whole) == (role in READERS)


def test_a_day_is_shown_moved_by_name_kept_back_by_a_hold_and_proved() -> None:
    item, supervisor = settled(), make_person(Role.SUPERVISOR)
    browser, address = signed_in(supervisor), reverse("retention:extend", args=[item.case.public])
    clocks = reverse("retention:clocks")
    assert "Our own rule: a case that people confirmed" in page(supervisor, clocks)
    until = (now() + timedelta(days=400)).strftime("%Y-%m-%dT%H:%M")
    asked: dict[str, Any] = {"until": until, "basis": "appeal", "note": "Ref 7"}
    for change, says in (({"note": ""}, "required"), ({"until": "2026-01-01T10:00"}, "must be later")):
        answer = browser.post(address, {**asked, **change})
        assert answer.status_code == 422
        assert says in answer.content.decode()
    assert browser.post(address, asked).status_code == 302
    whole = page(supervisor, reverse("case:whole", args=[item.case.public]))
    assert f"{supervisor.name}: Ref 7" in whole
    assert f"destroyed on {until.replace('T', ' ')} UTC" in whole
    assert AuditEvent.objects.get(event="record:clock:extended").actor_id == str(supervisor.pk)

    RetentionClock.objects.update(due_at=now() - timedelta(days=1))
    subject = Subject("case", str(item.case_id))
    hold = place_hold(subject=subject, basis=HoldBasis.DISPUTE, reference="A", by=supervisor.actor)
    assert "The next run destroys it" in page(supervisor, clocks)
    assert destroy_due() == 0
    assert f"A legal hold stands ({hold.pk})" in page(supervisor, clocks)
    lift_hold(hold=Hold.objects.get().pk, reason=LiftReason.CLOSED, reference="Over", by=supervisor.actor)
    assert destroy_due() == 1
    seal_pending()
    row = DestructionProof.objects.get()
    assert str(row.public)[:8] in page(supervisor, clocks)
    auditor = make_person(Role.AUDITOR)
    shown = page(auditor, reverse("retention:proof", args=[row.public]))
    assert "says the same" in shown
    assert "1 <span>contexts of submissions</span>" in shown
    given = signed_in(auditor).get(reverse("retention:proof_json", args=[row.public])).json()
    assert (given["digest"], given["audit"]["position"] > 0) == (row.digest, True)
    lines = signed_in(auditor).post(reverse("retention:export")).getvalue().decode().splitlines()
    assert [json.loads(line) for line in lines] == [given]
    assert AuditEvent.objects.get(event="record:proofs:exported").actor_id == str(auditor.pk)
    assert "Its content was destroyed on" in page(supervisor, reverse("case:whole", args=[item.case.public]))
    with without_triggers():
        DestructionProof.objects.update(counts="{}")
    assert "does not say the same" in page(auditor, reverse("retention:proof", args=[row.public]))


def test_a_page_asks_as_often_for_many_cases_as_for_one(django_assert_max_num_queries: Any) -> None:
    item, supervisor = settled(), make_person(Role.SUPERVISOR)
    browser = signed_in(supervisor)
    for number in range(2, 12):
        RetentionClock.objects.create(
            subject_kind="case", subject_id=str(item.case_id + number), rule="tos_min", cause="founded",
            bound="at_most", covers="content", policy=0, due_at=now() + timedelta(days=number),
        )  # fmt: skip
    browser.get(reverse("retention:clocks"))
    with django_assert_max_num_queries(14):
        browser.get(reverse("retention:clocks"))
