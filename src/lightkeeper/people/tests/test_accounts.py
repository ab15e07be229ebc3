"""What is done to accounts: by whom, with exactly one event, and never to one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lightkeeper.people import queries, second_factor
from lightkeeper.people import services as people
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.models import ContentGrant, Person
from lightkeeper.people.tests.people_made import events, make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db

ACTS: dict[str, Callable[[Person, Actor], Any]] = {
    "people:role:changed": lambda one, by: people.change_role(one, role=Role.SENIOR_ANALYST, by=by),
    "people:person:deactivated": lambda one, by: people.deactivate(one, by=by),
    "people:sign_in:unlocked": lambda one, by: people.unlock(one, by=by),
    "people:second_factor:reset": lambda one, by: people.reset_second_factor(one, by=by),
    "people:password:changed": lambda one, by: people.change_password(one, "another four words here", by=by),
    "people:sessions:ended": lambda one, by: people.end_sessions(one, by=by),
    "people:content:granted": lambda one, by: people.give_content_grant(one, reason="trained", by=by),
    "people:link:made": lambda one, by: people.make_link(one, purpose="invite", by=by),
    "people:recovery_codes:made": lambda one, _: second_factor.new_recovery_codes(one),
}
ON_OTHERS = (
    "people:role:changed",
    "people:person:deactivated",
    "people:second_factor:reset",
    "people:content:granted",
    "people:link:made",
)


@pytest.mark.parametrize("name", ACTS)
def test_each_act_writes_exactly_one_event_about_a_number(name: str) -> None:
    someone = make_person()
    ACTS[name](someone, Actor.operator())
    row = AuditEvent.objects.get()
    assert (row.event, row.subject_kind, row.subject_id) == (name, "person", str(someone.pk))
    assert someone.email not in row.details
    assert someone.name not in row.details


@pytest.mark.parametrize("name", ON_OTHERS)
def test_nobody_does_it_to_their_own_account(name: str) -> None:
    someone = make_person(Role.SUPERVISOR)
    with pytest.raises(PeopleError):
        ACTS[name](someone, someone.actor)
    assert events() == []


@pytest.mark.parametrize("name", ["people:role:changed", "people:person:deactivated", "people:second_factor:reset"])
def test_a_content_grant_ends_with_it_in_the_same_event(name: str) -> None:
    someone = make_person(granted=True)
    ACTS[name](someone, Actor.operator())
    assert queries.open_grant(someone) is None
    assert events()[0][1]["grant_ended"] is True


def test_an_event_that_cannot_be_written_undoes_the_act(monkeypatch: pytest.MonkeyPatch) -> None:
    someone = make_person()

    def refuse(*_: object, **__: object) -> int:
        raise RuntimeError("no trail")

    monkeypatch.setattr("lightkeeper.people.accounts.write_event", refuse)
    with pytest.raises(RuntimeError):
        people.deactivate(someone, by=Actor.operator())
    someone.refresh_from_db()
    assert someone.is_active


def test_who_may_give_the_right_to_see_content() -> None:
    for role in Role:
        someone = make_person()
        giver = make_person(role)
        if role in {Role.SUPERVISOR, Role.ADMINISTRATOR}:
            people.give_content_grant(someone, reason="trained", by=giver.actor)
            people.end_content_grant(someone, by=giver.actor)
        else:
            with pytest.raises(PeopleError, match="Only supervisors and administrators"):
                people.give_content_grant(someone, reason="trained", by=giver.actor)


def test_a_grant_needs_a_reason_a_role_and_an_active_account_and_is_single() -> None:
    by = make_person(Role.SUPERVISOR).actor
    with pytest.raises(PeopleError, match="Write down why"):
        people.give_content_grant(make_person(), reason="  ", by=by)
    with pytest.raises(PeopleError, match="never sees content"):
        people.give_content_grant(make_person(Role.ADMINISTRATOR), reason="trained", by=by)
    someone = make_person(granted=True)
    with pytest.raises(PeopleError, match="has this right already"):
        people.give_content_grant(someone, reason="trained", by=by)
    people.deactivate(someone, by=Actor.operator())
    with pytest.raises(PeopleError, match="never sees content"):
        people.give_content_grant(someone, reason="trained", by=by)


def test_the_database_itself_refuses_a_grant_to_oneself_and_two_at_once() -> None:
    someone = make_person(granted=True)
    for row in (
        ContentGrant(person=someone, granted_by=None, reason="again"),
        ContentGrant(person=make_person(), granted_by=None, reason=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    other = make_person()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentGrant.objects.create(person=other, granted_by=other, reason="me")


def test_a_deactivated_account_opens_again_as_it_was_without_the_grant() -> None:
    someone = make_person(granted=True)
    people.deactivate(someone, by=Actor.operator())
    people.activate(someone, by=Actor.operator())
    someone.refresh_from_db()
    assert someone.is_active
    assert queries.has_second_factor(someone)
    assert not queries.sees_content(someone)


@pytest.mark.parametrize(("email", "name"), [("no address", "A"), ("a@platform.example", "  "), ("", "A")])
def test_wrong_invitations_are_refused_in_a_sentence(email: str, name: str) -> None:
    with pytest.raises(PeopleError):
        people.invite_person(email=email, name=name, role=Role.ANALYST, by=Actor.operator())
    assert Person.objects.count() == 0


def test_the_page_of_oneself_offers_nothing_and_that_of_others_what_one_may() -> None:
    administrator, someone = make_person(Role.ADMINISTRATOR), make_person()
    client = signed_in(administrator)
    own = client.get(f"/people/{administrator.pk}/").content.decode()
    other = client.get(f"/people/{someone.pk}/").content.decode()
    assert "Nobody changes their own role and rights" in own
    assert "Deactivate the account" not in own
    assert "Deactivate the account" in other
    auditor = signed_in(make_person(Role.AUDITOR)).get(f"/people/{someone.pk}/").content.decode()
    assert "<button" not in auditor.split("<main")[1]


def test_what_cannot_be_done_is_said_on_the_page() -> None:
    someone = make_person(enrolled=False)
    client = signed_in(make_person(Role.ADMINISTRATOR))
    answer = client.post(f"/people/{someone.pk}/second-factor/reset/", follow=True)
    assert f"{someone.name} has no second factor." in answer.content.decode()
