"""Who is who from the case's page: said with a reason, victims shown only after a recorded look, links judged."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.models import Party, Victim, VictimLook
from lightkeeper.act.parties.confirming import identity_of
from lightkeeper.act.tests.decided import sent_by, settled_case
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review.linking import suggest_links
from lightkeeper.review.models import Case, CaseItem, CaseLink
from lightkeeper.review.tests.grades_made import NO_SECOND, policy, reviewer
from lightkeeper.review.types import LinkKind

pytestmark = pytest.mark.django_db
BROKEN = b"\x00" * 40


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy(**NO_SECOND)
    return make_platform(monkeypatch)


@pytest.fixture
def item(platform: Platform) -> CaseItem:
    return settled_case(platform, reviewer())


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def sent(client: Client, path: str, status: int = 200, /, **data: str) -> str:
    answer = client.post(path, data, follow=True)
    assert answer.status_code == status, answer.content.decode()
    return html.unescape(answer.content.decode())


def test_what_an_account_is_is_said_with_a_reason_and_can_be_said_otherwise(item: CaseItem) -> None:
    ada = reviewer()
    analyst, page = signed_in(ada), f"/cases/{item.case.public}/people/"
    [account] = accounts_of(item.case)
    whole = read(analyst, f"/cases/{item.case.public}/whole/")
    assert ("account-17" in whole, page in whole) == (True, True)
    assert "Nobody has said what it is" in read(analyst, page)
    said = {"account": account.key, "role": "suspect", "why": "Sent it twice."}
    unread = sent(analyst, f"{page}confirm/", 422, **said, emails="lamp", ip_events="nowhere", country="xx", age="41")
    for words in ("“lamp” is no e-mail address", "“nowhere” is no address", "no country with this code"):
        assert words in unread
    assert ('value="41"' in unread, "Sent it twice." in unread, "<details open>" in unread) == (True, True, True)
    known = {"emails": "lamp@mail.example", "ip_events": "192.0.2.9, Login, 2026-11-01T10:00Z, 443", "country": "de"}
    done = sent(analyst, f"{page}confirm/", **said, **known, devices="IMEI: 35-1")
    for words in ("It is noted", "Sent it twice.", "192.0.2.9, Login, 2026-11-01T10:00Z, 443", "IMEI: 35-1", ada.name):
        assert words in done
    identity = identity_of(Party.objects.get())
    assert (identity.country, identity.ip_events[0].port, identity.devices) == ("DE", 443, (("IMEI", "35-1"),))
    refused = sent(analyst, f"{page}confirm/", 422, **{**said, "role": "witness"}, **known)
    assert "Only of a suspect or a possible victim" in refused
    done = sent(analyst, f"{page}confirm/", **{**said, "role": "unrelated", "why": "The account was stolen."})
    assert ("1 earlier word" in done, "The account was stolen." in done) == (True, True)
    assert "Unrelated" in read(analyst, f"/cases/{item.case.public}/whole/")
    Party.objects.filter(ended_at=None).update(why=BROKEN)
    assert "cannot be opened any more" in read(analyst, page)


def test_who_may_not_say_it_sees_no_account_and_nobody_says_it_before_all_is_settled(
    platform: Platform, item: CaseItem
) -> None:
    auditor = signed_in(make_person(Role.AUDITOR))
    page = read(auditor, f"/cases/{item.case.public}/people/")
    for hidden in ("account-17", "Say what an account is", "Show what is known", "Write down a possible victim"):
        assert hidden not in page
    assert "Who looked" in page
    assert auditor.post(f"/cases/{item.case.public}/people/confirm/").status_code == 403
    assert signed_in(make_person(Role.LIST_MANAGER)).get(f"/cases/{item.case.public}/people/").status_code == 403
    waiting = sent_by(platform, "photo-2", number=2, data=b"another", uploader="account-18")
    [account] = accounts_of(waiting.case)
    analyst, path = signed_in(reviewer()), f"/cases/{waiting.case.public}/people/"
    shown = read(analyst, path)
    assert ("account-18" in shown, "Say what an account is" in shown, "Possible victims" in shown) == (
        True, False, False,
    )  # fmt: skip
    sent(analyst, f"{path}confirm/", 422, account=account.key, role="suspect", why="Sent it.")
    assert not Party.objects.exists()


def test_a_possible_victim_is_a_number_until_somebody_says_why_they_look(item: CaseItem) -> None:
    ada, sen = reviewer(), reviewer(Role.SENIOR_ANALYST)
    analyst, senior, base = signed_in(ada), signed_in(sen), f"/cases/{item.case.public}"
    added = sent(analyst, f"{base}/victims/", first_name="Robin", school="Harbour School", why="Seen in the picture.")
    assert "1 possible victim is written down" in added
    assert "Write down something that is known" in sent(analyst, f"{base}/victims/", 422, why="Nothing.")
    [account] = accounts_of(item.case)
    said = {"account": account.key, "role": "victim", "why": "A child's own."}
    sent(analyst, f"{base}/people/confirm/", **said, first_name="Kim")
    again = sent(analyst, f"{base}/people/confirm/", 422, **said)
    assert "have that shown to change it" in again
    for client in (analyst, senior, signed_in(make_person(Role.AUDITOR))):
        for path in (f"{base}/people/", f"{base}/whole/"):
            page = read(client, path)
            assert "2 possible victims are written down" in page
            for hidden in ("Robin", "Harbour", "account-17", "A child's own.", "Kim", "Seen in the picture."):
                assert hidden not in page, hidden
    assert analyst.post(f"{base}/victims/show/", {"purpose": "report"}).status_code == 403
    role_alone = signed_in(make_person(Role.SENIOR_ANALYST))
    assert role_alone.post(f"{base}/victims/show/", {"purpose": "report"}).status_code == 403
    assert "given by name" in read(role_alone, f"{base}/people/")
    assert sent(senior, f"{base}/victims/show/", 422, purpose="curiosity")
    assert not VictimLook.objects.exists()
    answer = senior.post(f"{base}/victims/show/", {"purpose": "safeguarding"})
    page = answer.content.decode()
    assert ("Robin" in page, "Kim" in page, "account-17" in page, "Harbour School" in page) == (True,) * 4
    assert "no-store" in answer.headers["Cache-Control"]
    assert [look.purpose for look in VictimLook.objects.all()] == ["safeguarding"] * 2
    assert AuditEvent.objects.filter(event="act:victim:shown", actor_id=str(sen.pk)).count() == 2
    looks = read(signed_in(make_person(Role.AUDITOR)), f"{base}/people/")
    assert (sen.name in looks, "to protect the child" in looks) == (True, True)
    assert senior.get(f"{base}/victims/show/").status_code == 405


def test_to_show_a_possible_victim_somebody_says_again_who_they_are(item: CaseItem) -> None:
    old = signed_in(reviewer(Role.SENIOR_ANALYST), confirmed=False)
    answer = old.post(f"/cases/{item.case.public}/victims/show/", {"purpose": "report"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not VictimLook.objects.exists()


def test_a_possible_victim_is_written_anew_or_withdrawn_by_who_has_seen_it(item: CaseItem) -> None:
    senior, base = signed_in(reviewer(Role.SENIOR_ANALYST)), f"/cases/{item.case.public}"
    sent(senior, f"{base}/victims/", first_name="Robin", age="12", why="Seen.")
    row = Victim.objects.get()
    change = f"/victims/{row.public}/change/"
    assert "Have it shown before" in sent(senior, change, 422, first_name="Robin", age="13", why="A birthday.")
    page = sent(senior, f"{base}/victims/show/", purpose="correction")
    assert (change in page, 'value="Robin"' in page) == (True, True)
    wrong = sent(senior, change, 422, first_name="Robin", age="many", why="A birthday.")
    assert ("Nothing was changed yet" in wrong, "A birthday." in wrong) == (True, True)
    assert "written anew" in sent(senior, change, first_name="Robin", age="13", why="A birthday.")
    new = Victim.objects.get(ended_at=None)
    assert new.pk != row.pk
    assert "meanwhile" in sent(senior, f"/victims/{row.public}/withdraw/")
    assert "0 possible victims" in sent(senior, f"/victims/{new.public}/withdraw/")
    assert "No possible victim" in sent(senior, f"{base}/victims/show/", purpose="report")
    assert signed_in(reviewer()).post(change, {"why": "x"}).status_code == 403


def test_one_damaged_possible_victim_keeps_no_other_from_being_shown(item: CaseItem) -> None:
    senior, base = signed_in(reviewer(Role.SENIOR_ANALYST)), f"/cases/{item.case.public}"
    for name in ("Robin", "Kim"):
        sent(senior, f"{base}/victims/", first_name=name, why="Seen.")
    Victim.objects.filter(pk=Victim.objects.order_by("pk")[0].pk).update(content=BROKEN)
    page = sent(senior, f"{base}/victims/show/", purpose="report")
    assert ("Robin" in page, "Kim" in page, "cannot be opened any more" in page) == (False, True, True)


def test_a_suggested_link_is_accepted_or_rejected_with_a_reason_and_leads_to_the_other_case(
    platform: Platform, item: CaseItem
) -> None:
    ada = reviewer()
    other = settled_case(platform, ada, name="photo-2", number=2, uploader="account-18")
    suggest_links(other.case, LinkKind.ADDRESS, [item.case_id])
    row, client = CaseLink.objects.get(), signed_in(ada)
    whole = f"/cases/{item.case.public}/whole/"
    path, leads_to = f"/cases/{item.case.public}/links/{row.pk}/", f"/cases/{other.case.public}/whole/"
    page = read(client, whole)
    assert ("not confirmed" in page, path in page, leads_to in page) == (True, True, True)
    assert "Write down why" in sent(client, path, verdict="accepted", why=" ")
    assert "Say whether the cases belong together" in sent(client, path, why="The same address.")
    page = sent(client, path, verdict="accepted", why="The same home.")
    for words in ("It is noted", f"Accepted by {ada.name}", "The same home.", leads_to):
        assert words in page
    assert "said of the link already" in sent(client, path, verdict="accepted", why="Again.")
    page = sent(client, path, verdict="rejected", why="A library.")
    assert ("1 rejected" in page, f"Rejected by {ada.name}" in page, "A library." in page) == (True, True, True)
    row.judgements.update(why=BROKEN)
    assert "the reason cannot be opened any more" in read(client, whole)
    auditor = signed_in(make_person(Role.AUDITOR))
    assert path not in read(auditor, whole)
    assert auditor.post(path, {"verdict": "accepted", "why": "x"}).status_code == 403
    third = settled_case(platform, ada, name="photo-3", number=3)
    assert client.post(f"/cases/{third.case.public}/links/{row.pk}/", {"verdict": "accepted"}).status_code == 404


def test_who_judged_a_link_and_why_waits_until_both_cases_are_settled(platform: Platform, item: CaseItem) -> None:
    ada = reviewer()
    waiting = sent_by(platform, "photo-2", number=2, data=b"another")
    suggest_links(waiting.case, LinkKind.ADDRESS, [item.case_id])
    row, client = CaseLink.objects.get(), signed_in(ada)
    sent(client, f"/cases/{waiting.case.public}/links/{row.pk}/", verdict="accepted", why="Looks like the same.")
    for case in (waiting.case, item.case):
        page = read(client, f"/cases/{case.public}/whole/")
        assert ("Accepted</span>" in page, "Looks like the same." in page) == (True, False)
    Case.objects.filter(pk=waiting.case_id).update(state="closed", closed_at=item.settled_at)
    assert "Looks like the same." in read(client, f"/cases/{item.case.public}/whole/")
