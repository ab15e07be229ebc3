"""Who is who in a case: each row is what one person said once; the one that is not ended counts."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.act.parties.types import LookPurpose, PartyRole
from lightkeeper.people.models import Client, Person
from lightkeeper.people.types import Role
from lightkeeper.review.models import Case


class Party(models.Model):
    """What part an account has in a case, as somebody said. A later word is a new row and ends this one.

    ``account`` is the platform's own name, ``identity`` what is known of a suspect, ``why`` the reason: all sealed, and
    None once they were erased. Of a possible victim this row says nothing but that there is one: see ``Victim``.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="parties")
    account_index = models.BinaryField(max_length=32)
    account = models.BinaryField(null=True)
    role = models.CharField(max_length=9, choices=PartyRole.choices)
    identity = models.BinaryField(null=True)
    why = models.BinaryField(null=True)
    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="parties_said")
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),
            models.CheckConstraint(
                condition=~Q(role=PartyRole.VICTIM) | Q(account=None, identity=None, why=None),
                name="party_victim_is_protected",
            ),
            models.CheckConstraint(
                condition=Q(role=PartyRole.SUSPECT) | Q(identity=None), name="party_identity_of_suspect_alone"
            ),
            models.UniqueConstraint(
                fields=["case", "account_index"], condition=Q(ended_at=None), name="party_one_word_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"party {self.pk}"


class Victim(models.Model):
    """Somebody who may be a victim. ``content`` is what is known of them and why, sealed by a key of its own.

    It leaves only after a ``VictimLook`` was committed. ``account_index`` is empty where no account is known. A change
    is a new row. ``destroyed_at``: what was known is destroyed, and ``content`` is empty.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="victims")
    account_index = models.BinaryField(max_length=32, default=b"")
    content = models.BinaryField()
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="victims_said")
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(destroyed_at=None) & ~Q(content=b"") | Q(destroyed_at__isnull=False, content=b""),
                name="victim_destroyed_is_empty",
            ),
            models.UniqueConstraint(
                fields=["case", "account_index"],
                condition=Q(ended_at=None) & ~Q(account_index=b""),
                name="victim_once_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"possible victim {self.pk}"


class VictimLook(models.Model):
    """Somebody is about to see what is known of a possible victim. Rows are added, never changed."""

    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="looks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="victim_looks")
    role = models.CharField(max_length=16, choices=Role.choices)
    purpose = models.CharField(max_length=12, choices=LookPurpose.choices)
    began_at = models.DateTimeField()

    class Meta:
        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(purpose__in=LookPurpose.values), name="victimlook_purpose_known"),
        ]

    def __str__(self) -> str:
        return f"look {self.pk} at possible victim {self.victim_id}"
