"""How the accounts stand as a whole: what ``lightkeeper check --deploy`` looks at."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.utils import timezone

from lightkeeper.people.models import Link, Person
from lightkeeper.people.types import LinkPurpose, Role


@dataclass(frozen=True, slots=True)
class Accounts:
    """Counts of active accounts.

    ``administrators`` may sign in or have an invitation that still can be used, ``enrolled_administrators`` have a
    second factor too; ``without_second_factor`` have a password and none; ``demo_links`` sign somebody in without a
    password and can still be used.
    """

    administrators: int
    enrolled_administrators: int
    without_second_factor: int
    demo_links: int


def accounts() -> Accounts:
    """Count."""
    active = Person.objects.filter(is_active=True)
    links = Link.objects.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now())
    invited = links.filter(purpose=LinkPurpose.INVITE).values("person_id")
    with_factor = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user_id")
    administrators = active.filter(role=Role.ADMINISTRATOR)
    can_enter = [person for person in administrators if person.has_usable_password()]
    coming = administrators.filter(pk__in=invited).exclude(pk__in=[person.pk for person in can_enter])
    bare = [person for person in active.exclude(pk__in=with_factor) if person.has_usable_password()]
    return Accounts(
        administrators=len(can_enter) + coming.count(),
        enrolled_administrators=administrators.filter(pk__in=with_factor).count(),
        without_second_factor=len(bare),
        demo_links=links.filter(purpose=LinkPurpose.DEMO).count(),
    )
