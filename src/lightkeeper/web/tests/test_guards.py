"""Every address of the installation says who may see it, and keeps to it for every role."""

from __future__ import annotations

import pytest
from django.test import Client

from lightkeeper.people.matrix import Permission, holds
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.web.tests.routes import routes

PUBLIC = {
    "account_login",
    "mfa_authenticate",
    "people:link",
    "public_report:start",
    "public_report:child",
    "public_report:adult",
    "public_report:ticket",
}
OWN = {
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "people:unlock",
    "people:account",
    "people:enrol",
    "people:recovery_codes",
    "people:make_recovery_codes",
    "people:password",
    "people:end_own_sessions",
    "load:mine",
    "review:my_protection",
}


pytestmark = pytest.mark.once
ADDRESSES = [one for one in routes() if not one.api]
GUARDED = [one for one in ADDRESSES if one.access not in {None, "public", "signed_in"}]


def test_every_view_says_who_may_see_it() -> None:
    assert ADDRESSES
    assert [one.name for one in ADDRESSES if one.access is None] == []


def test_what_is_public_and_what_is_everybodys_own_is_written_down_here() -> None:
    assert {one.name for one in ADDRESSES if one.access == "public"} == PUBLIC
    assert {one.name for one in ADDRESSES if one.access == "signed_in"} == OWN


@pytest.mark.django_db
def test_a_stranger_is_sent_to_the_sign_in_by_every_other_page() -> None:
    for one in ADDRESSES:
        if one.access != "public":
            for answer in (Client().get(one.path()), Client().post(one.path())):
                assert (answer.status_code, answer.headers.get("Location", "").split("?")[0]) == (302, "/sign-in/"), one


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_every_guarded_page_refuses_exactly_the_roles_without_the_permission(role: Role) -> None:
    client = signed_in(make_person(role, granted=True), confirmed=False)
    client.raise_request_exception = False
    for one in GUARDED:
        assert one.access is not None
        refused = not holds(role, Permission(one.access))
        assert (client.get(one.path()).status_code == 403) is refused, one
        if refused:
            assert client.post(one.path()).status_code == 403, one
