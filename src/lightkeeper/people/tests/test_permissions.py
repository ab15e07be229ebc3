"""Who may do what: the table in the documents, the rule for content, and every guard that stands before a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lightkeeper.people.matrix import CONTENT, MATRIX, SAYS, Permission, holds
from lightkeeper.people.models import ContentGrant, Person
from lightkeeper.people.permissions import may, requires
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role

DOCUMENT = Path(__file__).parents[4] / "docs" / "people.md"
CELLS = [(permission, role) for permission in Permission for role in Role]


def documented() -> dict[tuple[str, str], str]:
    """The table of the document: a cell for each permission and role."""
    lines = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    start = next(number for number, row in enumerate(rows) if row[0] == "permission")
    head = rows[start]
    return {
        (row[0].strip("`"), role): cell
        for row in rows[start + 2 : start + 2 + len(Permission)]
        for role, cell in zip(head[2:], row[2:], strict=True)
    }


def test_every_permission_is_in_the_table_and_says_what_it_allows() -> None:
    assert set(MATRIX) == set(SAYS) == set(Permission)
    assert all(MATRIX[permission] for permission in Permission)


def test_the_document_has_exactly_these_cells() -> None:
    assert set(documented()) == {(permission.value, str(role.label)) for permission, role in CELLS}


@pytest.mark.parametrize(("permission", "role"), CELLS, ids=lambda value: str(value))
def test_the_document_and_the_rule_agree_in_each_cell(permission: Permission, role: Role) -> None:
    expected = ("by name" if permission in CONTENT else "yes") if holds(role, permission) else ""
    assert documented()[permission.value, str(role.label)] == expected


def test_the_administrator_has_no_permission_for_content() -> None:
    assert not any(holds(Role.ADMINISTRATOR, permission) for permission in CONTENT)
    assert not holds(Role.ADMINISTRATOR, Permission.CASE_READ)


def test_there_is_no_superuser_and_no_staff() -> None:
    fields = {field.name for field in Person._meta.get_fields()}
    assert not fields & {"is_superuser", "is_staff", "groups", "user_permissions"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_each_cell_decides_for_a_person_with_grant_and_second_factor(role: Role) -> None:
    someone = make_person(role, granted=True)
    for permission in Permission:
        assert may(someone, permission) is holds(role, permission)


@pytest.mark.django_db
@pytest.mark.parametrize("permission", sorted(CONTENT))
def test_content_needs_role_grant_and_second_factor(permission: Permission) -> None:
    role = Role.SENIOR_ANALYST  # the one that has all of these
    without_grant, without_factor = make_person(role), make_person(role, enrolled=False, granted=True)
    assert not may(without_grant, permission)
    assert not may(without_factor, permission)
    ended = make_person(role, granted=True)
    assert may(ended, permission)
    ContentGrant.objects.filter(person=ended).update(ended_at="2026-01-01T00:00:00Z")
    assert not may(ended, permission)
    reset = make_person(role, granted=True)
    Authenticator.objects.filter(user_id=reset.pk).delete()
    assert not may(reset, permission)


@pytest.mark.django_db
def test_a_deactivated_person_and_a_stranger_may_nothing() -> None:
    someone = make_person(Role.SUPERVISOR, granted=True)
    someone.is_active = False
    assert not any(may(someone, permission) for permission in Permission)
    assert not any(may(AnonymousUser(), permission) for permission in Permission)


@pytest.mark.django_db
def test_requires_refuses_lets_through_and_sends_strangers_to_the_sign_in() -> None:
    @requires(Permission.AUDIT_READ)
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse("seen")

    request = RequestFactory().get("/audit/")
    request.user = AnonymousUser()
    answer = view(request)
    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/audit/")
    request.user = make_person(Role.ADMINISTRATOR)
    with pytest.raises(PermissionDenied):
        view(request)
    request.user = make_person(Role.AUDITOR)
    assert view(request).status_code == 200
