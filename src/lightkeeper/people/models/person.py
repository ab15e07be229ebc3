"""A person with an account."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor, ActorKind


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their address, whatever its case. There is nothing here that makes a superuser."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find by address. Raises Person.DoesNotExist."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody who signs in: an address, a name, one role. Rights come from the role, and from grants by name."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    invited_at = models.DateTimeField(default=timezone.now)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        """Invariants: a known role, an address in lower case, and a time where somebody was deactivated."""

        constraints = (
            models.CheckConstraint(name="person_role_known", condition=models.Q(role__in=Role.values)),
            models.CheckConstraint(name="person_email_lower", condition=models.Q(email=Lower("email"))),
            models.CheckConstraint(
                name="person_deactivated_at",
                condition=models.Q(is_active=True, deactivated_at__isnull=True)
                | models.Q(is_active=False, deactivated_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Give the name, as Django asks for it."""
        return self.name

    @property
    def actor(self) -> Actor:
        """This person as the audit trail names them: a number and a role, no address."""
        return Actor(ActorKind.PERSON, str(self.pk), self.role)
