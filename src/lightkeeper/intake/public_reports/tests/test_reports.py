"""A report is stored once, goes before a person or is folded, follows its cases, and its ticket tells nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.intake.public_reports import tickets
from lightkeeper.intake.public_reports.following import told
from lightkeeper.intake.public_reports.models import PublicReport, PublicReportAddress
from lightkeeper.intake.public_reports.purging import destroy_of_case, purge_public_reports
from lightkeeper.intake.public_reports.receiving import receive
from lightkeeper.intake.public_reports.saying import contact_of, says_of
from lightkeeper.intake.public_reports.services import close, fold, pass_on, show, show_contact
from lightkeeper.intake.public_reports.states import CloseReason, Danger, PublicReportRefused, ReportState
from lightkeeper.intake.public_reports.tests.made import ADDRESS, found, new, reported
from lightkeeper.people.models import Alert
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent, DestructionProof
from lightkeeper.record.retention_models import RetentionClock
from lightkeeper.record.services import Cause, destroy_due, place_hold, start_clocks
from lightkeeper.record.types import DestructionReason, HoldBasis, ItemKind, Subject
from lightkeeper.review.models import Case, CaseItem, Sighting
from lightkeeper.review.services import refresh_state, reopen_case, take
from lightkeeper.review.states import ItemState
from lightkeeper.review.tests.grades_made import reviewer

pytestmark = pytest.mark.django_db
S = ReportState


def settled(case: Case) -> None:
    """The case as it is once people have judged all of it."""
    CaseItem.objects.filter(case=case).update(state=ItemState.SETTLED, settled_at=now())
    refresh_state(case)


def case_of(report: PublicReport) -> Case:
    return Case.objects.get(pk__in=report.addresses.values("case"))


def events(name: str) -> list[str]:
    return [row.details for row in AuditEvent.objects.filter(event=f"intake:public_report:{name}").order_by("pk")]


def test_a_report_with_an_address_goes_before_a_person_and_the_same_form_is_one_report() -> None:
    token, said = tickets.new_token(), new(ADDRESS, description="An album", contact="me@mail.example")
    ticket = receive(said, token)
    assert receive(said, token) == ticket
    assert receive(said, tickets.new_token()) != ticket
    report = PublicReport.objects.get(ticket_index=found(ticket).ticket_index)
    address = report.addresses.get()
    assert address.item is not None
    assert (address.item.kind, Case.objects.count()) == (ItemKind.URL, 1)
    assert (report.state, told(report)) == (S.RECEIVED, S.RECEIVED)
    assert len(events("received")) == 2
    for kept in (report.content, report.contact, Sighting.objects.get().context):
        assert b"album" not in bytes(kept or b"")
    says = says_of(report.content, report.public)
    assert says is not None
    assert (says.addresses, says.description) == ((ADDRESS,), "An album")
    trail = "".join(AuditEvent.objects.values_list("details", flat=True))
    assert "album" not in trail
    assert "mail.example" not in trail


def test_it_is_looked_at_and_closed_with_its_cases() -> None:
    report = reported(ADDRESS, "https://pictures.example/album/8")
    assert Case.objects.count() == 2
    first, second = Case.objects.order_by("pk")
    take(first, reviewer())
    report.refresh_from_db()
    assert (report.state, told(report)) == (S.LOOKED_AT, S.LOOKED_AT)
    settled(first)
    report.refresh_from_db()
    assert report.state == S.LOOKED_AT, "another case waits"
    settled(second)
    report.refresh_from_db()
    assert (report.state, report.close_reason, told(report)) == (S.CLOSED, CloseReason.ASSESSED, S.CLOSED)
    again = reported(ADDRESS)
    assert (again.state, Case.objects.count()) == (S.RECEIVED, 3), "what was assessed before is looked at again"


def test_an_item_that_is_opened_again_keeps_an_open_report_waiting() -> None:
    report = reported(ADDRESS, "https://pictures.example/album/8")
    first, second = Case.objects.order_by("pk")
    settled(first)
    lead = make_person(Role.SUPERVISOR, granted=True)
    later = reopen_case(first.items.get(), "It is back", lead.actor)
    settled(second)
    report.refresh_from_db()
    assert report.state == S.RECEIVED
    settled(later)
    report.refresh_from_db()
    assert report.state == S.CLOSED


def test_repeats_are_folded_unless_they_say_more() -> None:
    first = reported(ADDRESS, "https://b.example/")
    for typed in ("pictures.example/album/7#top", "HTTPS://www.pictures.example:443/album/7?utm_source=x"):
        assert reported(typed).into == first
    assert reported(ADDRESS, "https://c.example/").state == S.RECEIVED, "it names more"
    danger = reported(ADDRESS, danger=Danger.YES)
    assert danger.state == S.RECEIVED
    assert case_of(danger).imminent
    assert reported(ADDRESS, danger=Danger.YES).into == danger
    words = reported(description="In the game Blockland somebody asks for pictures!")
    assert reported(description="in the game  blockland, somebody asks for pictures").into == words
    assert reported(description="In another game").state == S.RECEIVED
    assert Case.objects.count() == 3
    assert len(events("folded")) == 4


def test_a_folded_ticket_goes_the_first_ones_way_as_long_after_it_came() -> None:
    first = reported(ADDRESS)
    PublicReport.objects.filter(pk=first.pk).update(received_at=now() - timedelta(hours=50))
    Case.objects.update(opened_at=now() - timedelta(hours=50))
    take(case_of(first), reviewer())
    second = reported(ADDRESS)
    assert second.into == first
    settled(case_of(first))
    second, at = PublicReport.objects.select_related("into").get(pk=second.pk), second.received_at
    assert told(second, at + timedelta(hours=49)) == S.RECEIVED, "nobody learns that it was under way"
    assert told(second, at + timedelta(hours=51)) == S.CLOSED
    first.refresh_from_db()
    assert told(first) == S.CLOSED


def test_a_report_that_joins_a_case_under_way_is_told_as_long_after_it_came() -> None:
    first = reported(ADDRESS)
    Case.objects.update(opened_at=now() - timedelta(hours=50))
    joins = reported(ADDRESS, "https://other.example/")
    assert joins.state == S.RECEIVED
    for case in Case.objects.all():
        settled(case)
    joins.refresh_from_db()
    assert joins.state == S.CLOSED
    assert told(joins) == S.RECEIVED
    assert told(joins, joins.received_at + timedelta(hours=51)) == S.CLOSED
    assert first.pk != joins.pk


def test_danger_without_an_address_calls_whoever_is_on_call() -> None:
    reported(description="Somebody threatens to come", danger=Danger.YES)
    alert = Alert.objects.get()
    assert (alert.kind, alert.urgent) == ("danger_report", True)
    assert alert.path.startswith("/public-reports/")
    for number in range(20):
        reported(description=f"Somebody threatens number {number}", danger=Danger.YES)
    assert Alert.objects.count() <= 12, "a flood shares an alert"


def test_what_sprang_the_trap_waits_for_a_person() -> None:
    report = reported(ADDRESS, suspected=True)
    assert (Case.objects.count(), report.state, told(report)) == (0, S.RECEIVED, S.RECEIVED)
    analyst = make_person(Role.ANALYST)
    assert show(report, analyst).addresses == (ADDRESS,)
    pass_on(report, [ADDRESS], "", analyst)
    report.refresh_from_db()
    assert (Case.objects.count(), report.suspected, report.addresses.count()) == (1, False, 1)


def test_triage_passes_on_folds_and_closes_and_every_look_is_recorded() -> None:
    analyst = make_person(Role.ANALYST)
    report, other = (reported(description=words, contact="+44 20 7946 0000") for words in ("A forum", "Another forum"))
    show(report, analyst)
    report.refresh_from_db()
    assert (report.state, len(events("shown"))) == (S.LOOKED_AT, 1)
    pass_on(report, ["forum.example/x"], "Found on its first page", analyst)
    says = says_of(PublicReport.objects.get(pk=report.pk).content, report.public)
    assert says is not None
    assert (says.addresses, says.note) == (("forum.example/x",), "Found on its first page")
    with pytest.raises(PublicReportRefused, match="closed when they are settled"):
        close(report, CloseReason.SPAM, analyst)
    with pytest.raises(PublicReportRefused, match="does not repeat itself"):
        fold(other, other, analyst)
    fold(other, report, analyst)
    with pytest.raises(PublicReportRefused, match="nothing more"):
        close(other, CloseReason.SPAM, analyst)
    third = reported(description="A third forum", contact="me@mail.example")
    supervisor = make_person(Role.SUPERVISOR)
    assert show_contact(third, supervisor) == "me@mail.example"
    with pytest.raises(PublicReportRefused, match="Choose"):
        close(third, CloseReason.ASSESSED, supervisor)
    close(third, CloseReason.SPAM, supervisor)
    third.refresh_from_db()
    assert (third.state, third.contact, third.closed_by) == (S.CLOSED, None, supervisor)
    with pytest.raises(PublicReportRefused, match="No contact"):
        show_contact(third, supervisor)


def test_contacts_and_words_end_on_their_day_but_not_under_a_hold() -> None:
    report, held = reported(ADDRESS, contact="a@mail.example"), reported("https://b.example/", contact="b@mail.example")
    for one in (report, held):
        settled(case_of(one))
    place_hold(
        subject=Subject("case", str(case_of(held).pk)), basis=HoldBasis.DISPUTE, reference="x",
        by=make_person(Role.SUPERVISOR).actor,
    )  # fmt: skip
    assert purge_public_reports() == (0, 0)
    PublicReport.objects.update(contact_until=now(), closed_at=now() - timedelta(days=91))
    assert purge_public_reports() == (1, 1)
    report.refresh_from_db()
    held.refresh_from_db()
    assert (report.content, report.contact) == (None, None)
    assert contact_of(held.contact, held.public) == "b@mail.example"
    assert told(report) == S.CLOSED, "the ticket still works"


def test_what_a_case_came_of_is_destroyed_with_it_on_its_day() -> None:
    report = reported(ADDRESS, contact="a@mail.example")
    case = case_of(report)
    settled(case)
    start_clocks(Subject("case", str(case.pk)), Cause.UNFOUNDED)
    RetentionClock.objects.update(due_at=now() - timedelta(days=1))
    assert destroy_due() == 1
    report.refresh_from_db()
    assert (report.content, report.contact) == (None, None)
    assert '"public_reports":1' in DestructionProof.objects.get().counts
    assert told(report) == S.CLOSED


def test_a_report_of_two_cases_is_kept_for_the_second() -> None:
    report = reported(ADDRESS, "https://b.example/", contact="a@mail.example")
    first, second = Case.objects.order_by("pk")
    assert destroy_of_case(first.pk, DestructionReason.RETENTION_OVER).counts == {"public_reports": 0}
    Sighting.objects.filter(case=second).update(context=None, erased_at=now())
    assert destroy_of_case(first.pk, DestructionReason.RETENTION_OVER).counts == {"public_reports": 1}
    report.refresh_from_db()
    assert (report.content, report.contact) == (None, None)
    assert PublicReportAddress.objects.count() == 2
    with pytest.raises(PublicReportRefused, match="destroyed on its day"):
        show(report, make_person(Role.ANALYST))
