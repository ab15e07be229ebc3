"""A report names whom people confirmed, and says on whose word; of possible victims nothing is seen unrecorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.models import Party, Victim, VictimLook
from lightkeeper.act.parties.confirming import confirm_party
from lightkeeper.act.parties.identity import Identity, IpEvent
from lightkeeper.act.parties.types import PartyRole
from lightkeeper.act.parties.victims import add_victim, withdraw_victim
from lightkeeper.act.reports import named, services
from lightkeeper.act.reports.drafting import ReportRefused, approve
from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.ncmec import batches, drafts
from lightkeeper.act.reports.ncmec.who import Asked
from lightkeeper.act.reports.states import Mode, ReportState
from lightkeeper.act.reports.tests.filing import Scene, scene, sent
from lightkeeper.act.tests.decided import decide, minute_passes, sent_by, settled_case, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor
from lightkeeper.review.models import Case
from lightkeeper.review.services import erase_from_case
from lightkeeper.review.tests.grades_made import NO_SECOND, illegal, policy, reviewer

pytestmark = pytest.mark.django_db

LAMP = Identity(
    first_name="Lamp", screen_name="lamp-lighter", emails=("lamp@mail.example", "desk@mail.example"), age=41,
    city="Harbour", country="DE", ip_events=(IpEvent("192.0.2.9", "Login", "2026-11-01T10:00Z", 4711),),
    devices=(("IMEI", "35-1"),), note="Said so themselves.",
)  # fmt: skip
ROBIN = Identity(first_name="Robin", age=12, school="Harbour School", note="Blue coat.")


@pytest.fixture
def here(settings: Any, tmp_path: Any) -> Iterator[Scene]:
    """An authority on loopback, and an installation that files with it in test mode."""
    settings.DATA_DIR = tmp_path
    policy(**NO_SECOND)
    with scene(settings) as made:
        yield made


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    return make_platform(monkeypatch)


@pytest.fixture
def case(here: Scene, platform: Platform) -> Case:
    """A case of one item, which one account sent."""
    return settled_case(platform, reviewer()).case


def say(case: Case, role: PartyRole, person: Person | None = None, identity: Identity | None = None) -> Party:
    """Say what the case's one account is."""
    (account,) = accounts_of(case)
    return confirm_party(case, account.key, role, why="A test.", person=person or reviewer(), identity=identity)


def drafted(case: Case, person: Person) -> tuple[Report, Client]:
    """Draft a report by its page."""
    browser = signed_in(person)
    browser.post(f"/cases/{case.public}/report/")
    return Report.objects.get(case=case), browser


def shown(browser: Client, report: Report) -> str:
    return browser.get(f"/reports/{report.public}/").content.decode()


def test_a_confirmed_suspect_is_reported_with_what_is_known_and_on_whose_word(here: Scene, case: Case) -> None:
    ann = reviewer()
    Person.objects.filter(pk=ann.pk).update(name="Ann Keeper")
    say(case, PartyRole.SUSPECT, ann, LAMP)
    report, browser = drafted(case, reviewer())
    page = shown(browser, report)
    assert "said by Ann Keeper on" in page
    assert "not confirmed by a person" not in page
    assert "no party of this case is confirmed" not in page
    assert sent(approve(report, reviewer(Role.SUPERVISOR), "TEST")).state == ReportState.FINISHED
    tree = etree.fromstring(here.authority.filed[0].document).find("personOrUserReported")
    assert tree is not None
    texts = {path: [one.text for one in tree.findall(path)] for path in (
        "espIdentifier", "screenName", "personOrUserReportedPerson/email", "personOrUserReportedPerson/age",
        "personOrUserReportedPerson/address/country", "ipCaptureEvent/ipAddress", "ipCaptureEvent/port",
        "deviceId/idValue", "additionalInfo",
    )}  # fmt: skip
    assert texts == {
        "espIdentifier": ["account-17"], "screenName": ["lamp-lighter"],
        "personOrUserReportedPerson/email": ["lamp@mail.example", "desk@mail.example"],
        "personOrUserReportedPerson/age": ["41"], "personOrUserReportedPerson/address/country": ["DE"],
        "ipCaptureEvent/ipAddress": ["192.0.2.9"], "ipCaptureEvent/port": ["4711"], "deviceId/idValue": ["35-1"],
        "additionalInfo": ["Said so themselves."],
    }  # fmt: skip


def test_where_nobody_said_anything_the_platforms_account_stands_there_and_the_draft_says_so(case: Case) -> None:
    report, browser = drafted(case, reviewer())
    page = shown(browser, report)
    assert "account-17" in page
    assert "what the platform said, not confirmed by a person" in page
    assert "no party of this case is confirmed" in page


@pytest.mark.parametrize("role", [PartyRole.VICTIM, PartyRole.WITNESS, PartyRole.UNRELATED])
def test_who_is_said_to_be_no_suspect_is_never_reported(case: Case, role: PartyRole) -> None:
    report, browser = drafted(case, reviewer())
    say(case, role, identity=ROBIN if role == PartyRole.VICTIM else None)
    with pytest.raises(ReportRefused) as refused:
        approve(report, reviewer(Role.SUPERVISOR), "TEST")
    assert ["somebody has said since" in fault.why for fault in refused.value.faults] == [True]
    assert "somebody has said since" in shown(browser, report)
    browser.post(f"/reports/{report.public}/people/")
    report.refresh_from_db()
    assert "reported" not in services.draft_of(report).report
    assert "somebody has said since" not in shown(browser, report)
    built = drafts.from_case(case, Mode.TEST)
    assert (built.accounts, batches.shared_by(built)) == ((), 0)


def test_what_was_said_otherwise_since_is_not_approved(case: Case) -> None:
    say(case, PartyRole.SUSPECT, identity=LAMP)
    report, _browser = drafted(case, reviewer())
    say(case, PartyRole.UNCLEAR)
    with pytest.raises(ReportRefused) as refused:
        approve(report, reviewer(Role.SUPERVISOR), "TEST")
    assert "of a suspect has changed since" in refused.value.faults[0].why


def test_nobody_takes_themselves_out_of_a_report_by_having_their_account_erased(here: Scene, case: Case) -> None:
    say(case, PartyRole.SUSPECT, identity=LAMP)
    report, browser = drafted(case, reviewer())
    erase_from_case(case_id=case.pk, source=bytes(case.sightings.get().source), actor=Actor.system())
    assert "reported" not in drafts.from_case(case, Mode.TEST).draft.report
    browser.post(f"/reports/{report.public}/people/")
    assert sent(approve(report, reviewer(Role.SUPERVISOR), "TEST")).state == ReportState.FINISHED
    assert b"account-17" in here.authority.filed[0].document


def test_possible_victims_are_in_a_draft_of_whoever_may_see_them_and_masked_on_every_page(
    here: Scene, case: Case
) -> None:
    add_victim(case, ROBIN, why="Seen.", person=reviewer())
    senior, lead = reviewer(Role.SENIOR_ANALYST), reviewer(Role.SUPERVISOR)
    report, browser = drafted(case, senior)
    assert [look.person for look in VictimLook.objects.all()] == [senior]
    page = shown(browser, report)
    assert "report/victim[1]/schoolName" in page
    assert not [word for word in ("Robin", "Harbour School", "Blue coat") if word in page]
    assert b"Robin" not in bytes(report.content)
    with pytest.raises(ReportRefused, match="Have what it says of possible victims shown to you"):
        approve(report, lead, "TEST")
    assert "nobody approves what they have not read" in shown(signed_in(lead), report)
    page = signed_in(lead).post(f"/reports/{report.public}/victims/").content.decode()
    assert "Robin" in page
    assert "Harbour School" in page
    assert VictimLook.objects.get(person=lead).purpose == "report"
    event = AuditEvent.objects.get(event="act:report:victims_shown")
    assert (event.actor_id, json.loads(event.details)) == (str(lead.pk), {"count": 1})
    assert sent(approve(report, lead, "TEST")).state == ReportState.FINISHED
    tree = etree.fromstring(here.authority.filed[0].document)
    assert tree.findtext("victim/schoolName") == "Harbour School"
    assert "Robin" not in shown(signed_in(make_person(Role.AUDITOR)), report)
    assert not [one for one in AuditEvent.objects.all() if "Robin" in one.details]


def test_nothing_of_a_possible_victim_is_shown_where_the_look_cannot_be_recorded(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_victim(case, ROBIN, why="Seen.", person=reviewer())
    senior = reviewer(Role.SENIOR_ANALYST)
    report, browser = drafted(case, senior)
    before = VictimLook.objects.count()

    def broken(*_: object, **__: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(named, "write_event", broken)
    browser.raise_request_exception = False
    answer = browser.post(f"/reports/{report.public}/victims/")
    assert (answer.status_code, b"Robin" in answer.content) == (500, False)
    assert VictimLook.objects.count() == before
    for person in (reviewer(), make_person(Role.AUDITOR), make_person(Role.SENIOR_ANALYST)):
        assert signed_in(person).post(f"/reports/{report.public}/victims/").status_code == 403


def test_whoever_may_not_see_them_leaves_them_out_and_another_takes_them_over(here: Scene, case: Case) -> None:
    analyst, lead = reviewer(), reviewer(Role.SUPERVISOR)
    add_victim(case, ROBIN, why="Seen.", person=analyst)
    report, browser = drafted(case, analyst)
    assert not VictimLook.objects.exists()
    assert "some of it is left out" in shown(browser, report)
    signed_in(lead).post(f"/reports/{report.public}/people/")
    report.refresh_from_db()
    assert (report.drafted_by, VictimLook.objects.get().person) == (analyst, lead)
    assert "some of it is left out" not in shown(browser, report)
    # Whoever may not see them does not lose them by taking over the rest.
    say(case, PartyRole.SUSPECT, analyst, LAMP)
    browser.post(f"/reports/{report.public}/people/")
    report.refresh_from_db()
    draft = services.draft_of(report)
    assert (draft.report["reported"][0]["screen_name"], draft.named.victims) == (
        "lamp-lighter", (Victim.objects.get().pk,),
    )  # fmt: skip
    assert sent(approve(report, lead, "TEST")).state == ReportState.FINISHED
    assert b"Robin" in here.authority.filed[0].document


def test_who_takes_over_what_they_wrote_down_themselves_does_not_approve_it(case: Case) -> None:
    lead = reviewer(Role.SUPERVISOR)
    add_victim(case, ROBIN, why="Seen.", person=lead)
    report, _browser = drafted(case, reviewer())
    signed_in(lead).post(f"/reports/{report.public}/people/")
    report.refresh_from_db()
    with pytest.raises(ReportRefused, match="Another person"):
        approve(report, lead, "TEST")


def test_a_possible_victim_who_was_withdrawn_since_is_not_filed(case: Case) -> None:
    senior, lead = reviewer(Role.SENIOR_ANALYST), reviewer(Role.SUPERVISOR)
    row = add_victim(case, ROBIN, why="Seen.", person=senior)
    report, browser = drafted(case, senior)
    signed_in(lead).post(f"/reports/{report.public}/victims/")
    withdraw_victim(row, senior)
    with pytest.raises(ReportRefused) as refused:
        approve(report, lead, "TEST")
    assert "possible victim has changed since" in refused.value.faults[0].why
    other = add_victim(case, Identity(first_name="Wren"), why="Seen.", person=senior)
    browser.post(f"/reports/{report.public}/people/")
    report.refresh_from_db()
    assert services.draft_of(report).named.victims == (other.pk,)


def test_of_several_suspects_each_has_a_report_of_their_own(platform: Platform, here: Scene) -> None:
    ada = reviewer()
    item = sent_by(platform, uploader="account-1")
    sent_by(platform, "photo-2", number=2, uploader="account-2")
    decide(item, ada, illegal())
    minute_passes()
    work()
    for account in accounts_of(item.case):
        confirm_party(item.case, account.key, PartyRole.SUSPECT, why="Sent it.", person=ada)
    report, browser = drafted(item.case, ada)
    page = shown(browser, report)
    assert "Suspect of this report" in page
    keys = {account.name: account.key for account in accounts_of(item.case)}
    browser.post(f"/reports/{report.public}/people/", {"suspect": keys["account-2"]})
    report.refresh_from_db()
    assert [one["esp_identifier"] for one in services.draft_of(report).report["reported"]] == ["account-2"]
    with pytest.raises(ReportRefused, match="Choose somebody"):
        drafts.from_case(item.case, Mode.TEST, Asked(suspect="00"))


def test_what_was_written_of_the_same_account_stays_where_nothing_else_is_known(case: Case) -> None:
    report, browser = drafted(case, reviewer())
    page = shown(browser, report)
    kind = page.split('name="incident_type"')[1].split("selected")[0].rpartition('value="')[2].partition('"')[0]
    said = {"incident_type": kind, "incident_date_time": "2026-11-01T10:00:00", "screen_name": "someone"}
    assert browser.post(f"/reports/{report.public}/", said).status_code == 302
    assert "written by whoever drafted" in shown(browser, report)
    say(case, PartyRole.SUSPECT, identity=Identity(first_name="Lamp"))
    browser.post(f"/reports/{report.public}/people/")
    report.refresh_from_db()
    draft = services.draft_of(report)
    assert (draft.report["reported"][0]["screen_name"], draft.report["reported"][0]["person"]) == (
        "someone", {"first_name": "Lamp"},
    )  # fmt: skip
    assert draft.sources["report/personOrUserReported[1]/screenName"] == "person"
    say(case, PartyRole.SUSPECT, identity=LAMP)
    browser.post(f"/reports/{report.public}/people/")
    report.refresh_from_db()
    assert services.draft_of(report).report["reported"][0]["screen_name"] == "lamp-lighter"
