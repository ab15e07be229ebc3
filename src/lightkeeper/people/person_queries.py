"""What is asked about people: their second factor, their rights, where they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, QuerySet

from lightkeeper.people.matrix import CONTENT, MATRIX, holds
from lightkeeper.people.models import ContentGrant, Person


def has_second_factor(person: Person) -> bool:
    """Say whether the person has set up one-time codes."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists())


def open_grant(person: Person) -> ContentGrant | None:
    """Give the content grant that stands now."""
    return ContentGrant.objects.filter(person=person, ended_at__isnull=True).first()


def sees_content(person: Person) -> bool:
    """Say whether a grant by name stands and a second factor is set up. The role's share is ``matrix.holds``."""
    codes = Authenticator.objects.filter(user_id=OuterRef("person_id"), type=Authenticator.Type.TOTP)
    return ContentGrant.objects.filter(Exists(codes), person=person, ended_at__isnull=True).exists()


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One place where somebody is signed in."""

    id: int
    address: str
    browser: str
    began_at: datetime
    used_at: datetime
    current: bool


def sessions_of(person: Person, *, current: str | None) -> list[SessionRow]:
    """Give where the person is signed in, the last used first; rows of sessions that are over are removed."""
    rows = [
        SessionRow(row.pk, row.ip, row.user_agent, row.created_at, row.last_seen_at, row.session_key == (current or ""))
        for row in UserSession.objects.purge_and_list(person)
    ]
    return sorted(rows, key=lambda row: (row.current, row.used_at), reverse=True)


def rename_session(before: str | None, after: str | None) -> None:
    """Keep the row of a session whose key was changed."""
    UserSession.objects.filter(session_key=before or "").update(session_key=after or "")


def people() -> QuerySet[Person]:
    """Give everybody with an account, the active ones first; ``grant_open`` and ``enrolled`` say what they have."""
    return Person.objects.annotate(
        grant_open=Exists(ContentGrant.objects.filter(person=OuterRef("pk"), ended_at__isnull=True)),
        enrolled=Exists(Authenticator.objects.filter(user_id=OuterRef("pk"), type=Authenticator.Type.TOTP)),
    ).order_by("-is_active", "name", "pk")


def past_grants(person: Person) -> QuerySet[ContentGrant]:
    """Give the grants that ended, the newest first."""
    return ContentGrant.objects.filter(person=person, ended_at__isnull=False).order_by("-granted_at")


def rights_of(person: Person) -> list[str]:
    """Give what the person may do now, each as the end of a sentence."""
    sees = sees_content(person)
    return [
        permission.says
        for permission in MATRIX
        if person.is_active and holds(person.role, permission) and (sees or permission not in CONTENT)
    ]
