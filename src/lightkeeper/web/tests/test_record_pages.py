"""The pages of the audit trail and of legal holds: who sees them, what they show, what they do."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import hold_subjects
from lightkeeper.record.append_only import drop_statements
from lightkeeper.record.checking import verify_and_record
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, Hold
from lightkeeper.record.services import held, place_hold, seal_pending, write_event
from lightkeeper.record.types import Actor, HoldBasis, HoldSubject, Subject
from lightkeeper.runtime.models import Work

pytestmark = pytest.mark.django_db
READERS = {Role.SUPERVISOR, Role.AUDITOR}
HOLDERS = {Role.SENIOR_ANALYST, Role.SUPERVISOR, Role.AUDITOR}
SUBMISSION = Subject("submission", "12")


@pytest.fixture
def submission_12(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is this one submission, of which no page here shows anything."""
    monkeypatch.setitem(hold_subjects._EXISTS, HoldSubject.SUBMISSION, lambda number: number == 12)


def some_event(details: dict[str, str | int] | None = None) -> int:
    with transaction.atomic():
        return write_event(Event.RECORD_OBJECT_KEPT, actor=Actor.system(), subject=SUBMISSION, details=details)


@pytest.mark.parametrize("role", Role)
def test_who_sees_the_pages(role: Role) -> None:
    browser = signed_in(make_person(role))
    assert (browser.get(reverse("record:audit")).status_code == 200) == (role in READERS)
    assert (browser.post(reverse("record:verify")).status_code == 302) == (role in READERS)
    assert (browser.get(reverse("record:holds")).status_code == 200) == (role in HOLDERS)


def test_the_trail_is_shown_newest_first_and_filtered() -> None:
    person = make_person(Role.AUDITOR)
    browser = signed_in(person)
    some_event({"kind": "original", "size": 4321})
    with transaction.atomic():
        write_event(Event.RECORD_VAULT_SWEPT, actor=person.actor, details={"removed": 3})
    seal_pending()
    page = browser.get(reverse("record:audit")).content.decode()
    assert page.index("record:vault:swept</code>") < page.index("record:object:kept</code>")
    assert "4321" in page
    assert person.name in page
    page = browser.get(reverse("record:audit"), {"subject_kind": "submission", "subject_id": "12"}).content.decode()
    assert "record:object:kept</code>" in page
    assert "record:vault:swept</code>" not in page
    page = browser.get(reverse("record:audit"), {"actor_kind": "person", "actor_id": str(person.pk)}).content.decode()
    assert "record:vault:swept</code>" in page
    assert "record:object:kept</code>" not in page


@pytest.mark.parametrize(
    "query",
    [{"event": "no:such:event"}, {"before": "x"}, {"actor_id": "7"}, {"before": "9" * 40}, {"subject_id": "\0"}],
)
def test_a_filter_that_makes_no_sense_is_answered(query: dict[str, str]) -> None:
    some_event()
    assert signed_in(make_person(Role.AUDITOR)).get(reverse("record:audit"), query).status_code == 200


def test_a_detail_may_be_called_like_a_method_of_a_dictionary() -> None:
    with transaction.atomic():
        write_event(Event.REVIEW_CASE_CLOSED, actor=Actor.system(), subject=Subject("case", "1"), details={"items": 3})
    page = signed_in(make_person(Role.AUDITOR)).get(reverse("record:audit"))
    assert page.status_code == 200
    assert "<code>items: 3</code>" in page.content.decode()


def test_older_events_are_on_further_pages() -> None:
    ids = [some_event({"size": number}) for number in range(120)]
    browser, address = signed_in(make_person(Role.AUDITOR)), reverse("record:audit") + "?event=record:object:kept"
    seen: list[int] = []
    while address:
        context = browser.get(address).context
        seen += [row.id for row, _ in context["rows"]]
        address = f"{reverse('record:audit')}?{context['older']}" if context["older"] else ""
    assert seen == ids[::-1]


def test_verifying_is_asked_for_once_a_minute_and_its_result_is_shown() -> None:
    browser = signed_in(make_person(Role.SUPERVISOR))
    assert "never" in browser.get(reverse("record:audit")).content.decode()
    for _ in range(2):
        browser.post(reverse("record:verify"))
    assert Work.objects.filter(kind="record:verify").count() == 1
    number = some_event({"kind": "original", "size": 1})
    seal_pending()
    verify_and_record(actor=Actor.system())
    assert "tag-ok" in browser.get(reverse("record:audit")).content.decode()
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in drop_statements(connection.vendor):
            cursor.execute(statement)
    AuditEvent.objects.filter(id=number).update(details="{nonsense")
    assert not verify_and_record(actor=Actor.system()).ok
    page = browser.get(reverse("record:audit")).content.decode()
    assert "tag-bad" in page
    assert "event_altered" in page
    assert f"event {number}" in page
    assert "unreadable" in page


@pytest.mark.usefixtures("submission_12")
@pytest.mark.parametrize(("authority", "doubt"), [("ncmec", False), ("nca", True)])
def test_the_term_of_the_law_is_shown_and_refused_as_over_before_it_is(authority: str, doubt: bool) -> None:
    lead = make_person(Role.SUPERVISOR)
    hold = place_hold(subject=SUBMISSION, basis=HoldBasis.REPORT_FILED, reference=f"{authority} 1", by=lead.actor)
    page = signed_in(lead).get(reverse("record:holds")).content.decode()
    assert "at least until" in page
    assert ("to be confirmed by a lawyer" in page) == doubt
    address, given = reverse("record:lift_hold", args=[hold.pk]), {"reason": "term_over", "reference": "Over"}
    assert "must be kept until" in signed_in(lead).post(address, given).content.decode()
    assert held(SUBMISSION) == hold


@pytest.mark.usefixtures("submission_12")
def test_a_hold_is_placed_and_lifted_by_name() -> None:
    senior, lead = make_person(Role.SENIOR_ANALYST), make_person(Role.SUPERVISOR)
    given = {"kind": "submission", "number": "12", "basis": "court_order", "reference": "AZ 1/26"}
    answer = signed_in(senior).post(reverse("record:place_hold"), given)
    assert answer.status_code == 302
    hold = held(SUBMISSION)
    assert hold is not None
    assert hold.placed_by == str(senior.pk)
    page = signed_in(lead).get(reverse("record:holds")).content.decode()
    assert senior.name in page
    assert "AZ 1/26" in page
    address = reverse("record:lift_hold", args=[hold.pk])
    assert signed_in(senior).post(address, {"reason": "released", "reference": "x"}).status_code == 403
    assert signed_in(lead).get(address).status_code == 200
    assert signed_in(lead).post(address, {"reason": "released", "reference": "AZ 2/26"}).status_code == 302
    assert held(SUBMISSION) is None
    assert signed_in(lead).get(address).status_code == 404
    assert "AZ 2/26" in signed_in(lead).get(reverse("record:holds")).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "person"},
        {"number": ""},
        {"number": "4ecc864a-dfad-4377-8fa1-ceb80a7022d1"},
        {"basis": "because"},
        {"reference": " "},
        {"kind": "item"},
        {"kind": "submission"},
        {"kind": "case"},
    ],
)
def test_a_hold_that_cannot_be_is_refused_in_a_sentence(change: dict[str, str]) -> None:
    given = {"kind": "submission", "number": "999", "basis": "court_order", "reference": "AZ 1/26", **change}
    answer = signed_in(make_person(Role.SUPERVISOR)).post(reverse("record:place_hold"), given)
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert not Hold.objects.exists()


@pytest.mark.usefixtures("submission_12")
def test_placing_and_lifting_ask_who_it_is_once_more() -> None:
    lead = make_person(Role.SUPERVISOR)
    hold = place_hold(subject=SUBMISSION, basis=HoldBasis.DISPUTE, reference="x", by=lead.actor)
    browser = signed_in(lead, confirmed=False)
    for address in (reverse("record:place_hold"), reverse("record:lift_hold", args=[hold.pk])):
        answer = browser.post(address, {"reason": "closed", "reference": "x"})
        assert answer.status_code == 302
        assert reverse("account_reauthenticate") in answer.headers["Location"]
    assert held(SUBMISSION) == hold


def test_the_page_says_what_was_verified_when_and_what_came_since() -> None:
    browser = signed_in(make_person(Role.AUDITOR))
    verify_and_record(actor=Actor.system())
    page = browser.get(reverse("record:audit")).content.decode()
    assert "nothing was sealed then" in page
    assert "every day" in page
    seal_pending()
    verify_and_record(actor=Actor.system())
    seal_pending()
    page = browser.get(reverse("record:audit")).content.decode()
    assert "2 events that were sealed then" in page
    assert "3 events, 1 of them since the last verifying" in page
    assert "Verify now" in page
