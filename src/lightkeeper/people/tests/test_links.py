"""One-time links: once, in time, for their purpose; and who may make them."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lightkeeper.people import links, queries
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.models import Link
from lightkeeper.people.services import deactivate, invite_person, make_link
from lightkeeper.people.tests.people_made import events, make_person, signed_in
from lightkeeper.people.types import LinkPurpose, Role
from lightkeeper.record.types import Actor

OPERATOR = Actor.operator()
NEW = {"new": "another four words here", "again": "another four words here"}


def path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


@pytest.fixture
def demo(settings: Any) -> None:
    """An installation that is a demonstration."""
    values = {**settings.LIGHTKEEPER.values, "demo": True}
    settings.LIGHTKEEPER = type(settings.LIGHTKEEPER)(values, settings.LIGHTKEEPER.sources)


@pytest.mark.django_db
def test_an_invitation_is_not_used_up_by_looking_and_works_once() -> None:
    someone = invite_person(email="New@Platform.example ", name=" New  Person", role=Role.AUDITOR, by=OPERATOR)
    assert (someone.email, someone.name) == ("new@platform.example", "New Person")
    path = path_of(make_link(someone, purpose=LinkPurpose.INVITE, by=OPERATOR))
    client = Client()
    assert [client.get(path).status_code for _ in range(2)] == [200, 200]
    assert client.post(path, {"new": "short", "again": "short"}).status_code == 200
    answer = client.post(path, NEW)
    assert answer.status_code == 302
    assert client.get(reverse("home")).headers["Location"] == reverse("people:enrol")
    assert [Client().get(path).status_code, Client().post(path, NEW).status_code] == [410, 410]
    assert [name for name, _ in events()] == [
        "people:person:invited",
        "people:link:made",
        "people:link:used",
        "people:sign_in:succeeded",
    ]


@pytest.mark.django_db
def test_a_link_for_somebody_with_a_second_factor_still_asks_for_it() -> None:
    someone = make_person()
    client = Client()
    answer = client.post(path_of(make_link(someone, purpose=LinkPurpose.INVITE, by=OPERATOR)), NEW)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("home")).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
def test_expired_replaced_revoked_and_made_up_links_are_refused_alike() -> None:
    expired, replaced, shut = make_person(), make_person(), make_person()
    paths = [path_of(make_link(one, purpose=LinkPurpose.INVITE, by=OPERATOR)) for one in (expired, replaced, shut)]
    Link.objects.filter(person=expired).update(expires_at=timezone.now() - timedelta(seconds=1))
    make_link(replaced, purpose=LinkPurpose.INVITE, by=OPERATOR)
    deactivate(shut, by=OPERATOR)
    pages = [Client().get(path) for path in [*paths, "/link/made-up/", "/link/%F0%9F%98%80/"]]
    assert {page.status_code for page in pages} == {410}
    assert len({re.sub(r'value="\w+"|X-CSRFToken[^}]*', "", page.content.decode()) for page in pages}) == 1


@pytest.mark.django_db
def test_only_a_hash_of_a_link_is_kept() -> None:
    url = make_link(make_person(), purpose=LinkPurpose.INVITE, by=OPERATOR)
    secret = url.rstrip("/").rsplit("/", 1)[1]
    row = Link.objects.get()
    assert len(bytes(row.digest)) == 32
    assert secret not in str(Link.objects.values().get())
    assert row.expires_at - row.made_at == timedelta(days=7)


@pytest.mark.django_db
def test_a_link_ends_a_content_grant_and_is_never_for_oneself() -> None:
    someone, administrator = make_person(granted=True), make_person(Role.ADMINISTRATOR)
    make_link(someone, purpose=LinkPurpose.INVITE, by=administrator.actor)
    assert not queries.sees_content(someone)
    with pytest.raises(PeopleError, match="your own account"):
        make_link(administrator, purpose=LinkPurpose.INVITE, by=administrator.actor)


@pytest.mark.django_db
def test_demo_links_are_refused_outside_a_demonstration() -> None:
    with pytest.raises(PeopleError, match="Only a demonstration"):
        make_link(make_person(), purpose="demo", by=OPERATOR)
    assert Link.objects.count() == 0


@pytest.mark.django_db
def test_a_demo_link_signs_in_with_both_factors_once(demo: None) -> None:
    someone = make_person(Role.SUPERVISOR, enrolled=False)
    path = path_of(make_link(someone, purpose="demo", by=OPERATOR))
    client = Client()
    assert client.get(path).status_code == 200
    assert client.post(path).headers["Location"] == "/"
    page = client.get(reverse("home"))
    assert page.status_code == 200
    assert "Demonstration" in page.content.decode()
    assert "this one" in client.get(reverse("people:account")).content.decode(), "the session is in their list"
    assert client.get(reverse("people:password")).status_code == 200
    assert Client().post(path).status_code == 410
    assert events()[-2:] == [
        ("people:link:used", {"purpose": "demo"}),
        ("people:sign_in:succeeded", {"factor": "demo_link"}),
    ]


@pytest.mark.django_db
def test_a_demo_link_is_dead_once_the_demonstration_is_over(demo: None, settings: Any) -> None:
    path = path_of(make_link(make_person(enrolled=False), purpose="demo", by=OPERATOR))
    values = {**settings.LIGHTKEEPER.values, "demo": False}
    settings.LIGHTKEEPER = type(settings.LIGHTKEEPER)(values, settings.LIGHTKEEPER.sources)
    assert Client().post(path).status_code == 410


@pytest.mark.django_db
def test_of_two_that_found_the_same_link_one_uses_it() -> None:
    secret = make_link(make_person(), purpose=LinkPurpose.INVITE, by=OPERATOR).rstrip("/").rsplit("/", 1)[1]
    first, second = links.find_link(secret), links.find_link(secret)
    links.accept_invitation(first, NEW["new"])
    with pytest.raises(PeopleError, match="has been used"):
        links.accept_invitation(second, "a third set of four words")
    first.person.refresh_from_db()
    assert first.person.check_password(NEW["new"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite writers stand in a row anyway")
def test_a_race_for_one_link_has_one_winner() -> None:
    secret = make_link(make_person(), purpose=LinkPurpose.INVITE, by=OPERATOR).rstrip("/").rsplit("/", 1)[1]
    found = [links.find_link(secret) for _ in range(6)]
    start, won = threading.Barrier(len(found)), []

    def run(link: Link) -> None:
        start.wait()
        try:
            links.accept_invitation(link, NEW["new"])
            won.append(link)
        except PeopleError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(link,)) for link in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert [name for name, _ in events()].count("people:link:used") == 1


@pytest.mark.django_db
def test_an_administrator_invites_and_the_link_is_shown_once() -> None:
    client = signed_in(make_person(Role.ADMINISTRATOR))
    sent = {"name": "Grace Watch", "email": "grace@platform.example", "role": "analyst"}
    page = client.post(reverse("people:invite"), sent)
    shown = re.search(r"/link/[\w-]{43}/", page.content.decode())
    assert shown
    assert Client().get(shown.group()).status_code == 200
    again = client.post(reverse("people:invite"), sent)
    assert "There is an account with this address already." in again.content.decode()
    assert [name for name, _ in events()][1:] == ["people:person:invited", "people:link:made"]
