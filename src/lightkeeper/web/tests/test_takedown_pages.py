"""The pages of takedown notices: from the case of an address to a file, without the address on any page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lightkeeper.act.takedowns.models import Takedown, TakedownRecipient
from lightkeeper.act.takedowns.tests.made import assessed, recipient
from lightkeeper.lists.models import Entry
from lightkeeper.lists.services import create_list
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.addresses.tests.addresses_made import ADDRESS, address_item
from lightkeeper.review.tests.grades_made import policy, reviewer

HOST = "pictures.site.test"


def browser(person: Person) -> Client:
    return signed_in(person)


@pytest.mark.django_db
def test_from_the_case_to_the_file_and_a_reply() -> None:
    policy()
    person = reviewer()
    client, item = browser(person), assessed(person)
    case = client.get(reverse("case:page", args=[item.case.public])).content.decode()
    here = reverse("takedown:of_address", args=[item.case.public, item.position])
    assert here in case
    said = {"name": "Host", "kind": "host", "country": "nl", "email": "", "language": "en", "hours": "12"}
    assert client.post("/takedowns/recipients/", said).status_code == 302
    assert client.post(here, {"recipient": TakedownRecipient.objects.get().pk}).status_code == 302
    row = Takedown.objects.get()
    pages = [client.get(path).content.decode() for path in (here, f"/takedowns/{row.public}/", "/takedowns/")]
    assert not any(HOST in page for page in pages)
    assert "Send it by e-mail" not in pages[1]
    answer = client.post(f"/takedowns/{row.public}/file/")
    assert ADDRESS in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert client.post(f"/takedowns/{row.public}/reply/", {"kind": "removed", "note": "done"}).status_code == 302
    assert "done" in client.get(f"/takedowns/{row.public}/").content.decode()
    assert client.post(f"/takedowns/{row.public}/withdraw/", follow=True).context["messages"]
    row.refresh_from_db()
    assert row.state == "gone"


@pytest.mark.django_db
def test_rubbish_is_answered_in_words() -> None:
    policy()
    person = reviewer()
    client = browser(person)
    bad = {"name": "", "kind": "x", "country": "Q1", "email": "no", "language": "xx", "hours": "0"}
    assert client.post("/takedowns/recipients/", bad).status_code == 422
    unknown = {"name": "N", "kind": "host", "country": "zz", "language": "en", "hours": "1"}
    page = client.post("/takedowns/recipients/", unknown)
    assert page.status_code == 422
    assert "two letters" in page.content.decode()
    item = address_item(number=9)
    here = reverse("takedown:of_address", args=[item.case.public, item.position])
    page = client.post(here, {"recipient": recipient(person).pk})
    assert page.status_code == 422
    assert "assessment stands" in page.content.decode()
    assert client.post(here, {"recipient": "999"}).status_code == 422
    assert client.get("/takedowns/00000000-0000-4000-8000-000000000000/").status_code == 404


@pytest.mark.django_db
def test_the_address_goes_on_a_list_of_ours_by_who_may() -> None:
    policy()
    lead = reviewer(Role.SENIOR_ANALYST)
    item = assessed(reviewer())
    number = create_list(name="Our addresses", status=ListStatus.TRIAL, actor=lead.actor)
    path = reverse("takedown:add_to_list", args=[item.case.public, item.position])
    assert browser(reviewer()).post(path, {"list": number, "reason": "found"}).status_code == 403
    client = browser(lead)
    assert client.post(path, {"list": number, "reason": ""}).status_code == 302
    assert not Entry.objects.exists()
    assert client.post(path, {"list": number, "reason": "found"}).status_code == 302
    assert Entry.objects.get().algorithm == "url"
