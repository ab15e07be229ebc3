"""The tables of what is kept and proved. Invariants are CHECK constraints; append-only ones have triggers (0002)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lightkeeper.record.retention_models import DestructionProof, RetentionClock
from lightkeeper.record.types import (
    ActorKind,
    DestructionReason,
    HoldBasis,
    HoldSubject,
    ItemKind,
    LiftReason,
    ObjectKind,
    RevealEnd,
    RevealLevel,
    RevealPurpose,
    Track,
)

__all__ = [
    "AuditEvent",
    "Authority",
    "Checkpoint",
    "DestructionProof",
    "Hold",
    "Item",
    "OwedDestruction",
    "Policy",
    "RetentionClock",
    "Reveal",
    "RevealEnded",
    "Seal",
    "SigningKey",
    "Unsealed",
    "VaultObject",
]


class AuditEvent(models.Model):
    """One act, as it was written in the act's own transaction. Append-only; ``details`` is canonical JSON text."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    event = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_role = models.CharField(max_length=32, blank=True)
    subject_kind = models.CharField(max_length=32, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    details = models.TextField(default="{}")

    class Meta:
        """Browsed by time of writing, event, actor and subject."""

        indexes = [
            models.Index(fields=["event", "id"], name="audit_by_event"),
            models.Index(fields=["actor_kind", "actor_id", "id"], name="audit_by_actor"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_id="") | (~Q(subject_kind="") & ~Q(subject_id="")),
                name="audit_subject_whole",
            ),
            models.CheckConstraint(
                condition=Q(actor_kind__in=[str(kind) for kind in ActorKind]), name="audit_actor_kind"
            ),
        ]


class Unsealed(models.Model):
    """An event that waits for its seal: written by a trigger with the event itself, removed by the sealer."""

    event_id = models.BigIntegerField(primary_key=True)


class Seal(models.Model):
    """One link of the chain. Append-only. No foreign key in the database: verifying names what is missing."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.DO_NOTHING, db_constraint=False, related_name="seal")
    event_digest = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    link = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        """Positions count from 1 without gaps."""

        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="seal_position_from_one")]


class SigningKey(models.Model):
    """An Ed25519 key for checkpoints; the newest signs. The private half is sealed. Append-only."""

    key_id = models.CharField(max_length=16, unique=True)
    public = models.BinaryField(max_length=32)
    private = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)


class Checkpoint(models.Model):
    """A signature over the chain up to a position. Append-only."""

    position = models.BigIntegerField()
    link = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField(max_length=64)

    class Meta:
        """Read in the chain's order."""

        indexes = [models.Index(fields=["position"], name="checkpoint_by_position")]


class Item(models.Model):
    """The piece of content itself, whoever sent it: by SHA-256 of its bytes, or by the keyed index of its URL.

    A conversation is one by the keyed index of its client and of who wrote to whom: one direction of a pair.
    """

    sha256 = models.BinaryField(max_length=32, unique=True, null=True)
    url_index = models.BinaryField(max_length=32, unique=True, null=True)
    conversation_index = models.BinaryField(max_length=32, unique=True, null=True)
    kind = models.CharField(max_length=16, choices=ItemKind.choices)
    size = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Bytes have a digest and a size, a URL and a conversation have an index."""

        constraints = [
            models.CheckConstraint(
                condition=Q(kind="url", sha256=None, url_index__isnull=False, conversation_index=None, size=None)
                | Q(kind="conversation", sha256=None, url_index=None, conversation_index__isnull=False, size=None)
                | Q(
                    kind__in=["picture", "video"],
                    sha256__isnull=False,
                    url_index=None,
                    conversation_index=None,
                    size__gte=0,
                ),
                name="item_named_once",
            )
        ]


class VaultObject(models.Model):
    """One encrypted file of the vault. ``sha256`` is the keyed index of the SHA-256 of the plain bytes."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=16, choices=ObjectKind.choices)
    original = models.ForeignKey("self", models.PROTECT, null=True, related_name="derivatives")
    wrapped_key = models.BinaryField(null=True)
    size = models.BigIntegerField()
    stored_size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_because = models.CharField(max_length=32, blank=True, choices=DestructionReason.choices)

    class Meta:
        """An object has its key until it is destroyed, and says then when and why."""

        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped_key__isnull=False, destroyed_at=None, destroyed_because="")
                | (Q(wrapped_key=None, destroyed_at__isnull=False) & ~Q(destroyed_because="")),
                name="object_key_until_destroyed",
            ),
            models.CheckConstraint(condition=Q(size__gte=0, stored_size__gte=0), name="object_sizes"),
            models.CheckConstraint(
                condition=Q(kind="original", original=None) | Q(kind="derivative"), name="object_original_of_derivative"
            ),
        ]


class OwedDestruction(models.Model):
    """An object that nothing refers to any more and that a legal hold kept from being destroyed; gone when it is."""

    vault_object = models.OneToOneField(VaultObject, models.PROTECT, related_name="owed")
    reason = models.CharField(max_length=32, choices=DestructionReason.choices)
    subject_kind = models.CharField(max_length=16, blank=True, choices=HoldSubject.choices)
    subject_id = models.CharField(max_length=64, blank=True)
    owed_since = models.DateTimeField(default=timezone.now)

    class Meta:
        """What it was kept for is named whole, or there is nothing to name."""

        constraints = [
            models.CheckConstraint(condition=Q(reason__in=DestructionReason.values), name="owed_reason_known"),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_id="") | (~Q(subject_kind="") & ~Q(subject_id="")),
                name="owed_subject_whole",
            ),
        ]


class Hold(models.Model):
    """A legal hold: forbids destruction of its subject until somebody lifts it by name."""

    subject_kind = models.CharField(max_length=16, choices=HoldSubject.choices)
    subject_id = models.CharField(max_length=64)
    content = models.BinaryField(max_length=32, null=True)
    basis = models.CharField(max_length=32, choices=HoldBasis.choices)
    reference = models.BinaryField()
    placed_at = models.DateTimeField(default=timezone.now)
    placed_by = models.CharField(max_length=64)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True)
    lift_reason = models.CharField(max_length=32, blank=True, choices=LiftReason.choices)
    lift_reference = models.BinaryField(null=True)

    class Meta:
        """By name, and whole: when, by whom and why stand together."""

        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], condition=Q(lifted_at=None), name="hold_open"),
            models.Index(fields=["content"], condition=Q(lifted_at=None), name="hold_open_content"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(placed_by="") & ~Q(subject_id=""), name="hold_by_name"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by="", lift_reason="", lift_reference=None)
                | (Q(lifted_at__isnull=False, lift_reference__isnull=False) & ~Q(lifted_by="") & ~Q(lift_reason="")),
                name="hold_lifted_whole",
            ),
        ]


class Authority(models.Model):
    """Who answers, under the law of which country, for keeping and showing suspected material. The newest counts."""

    organisation = models.CharField(max_length=200)
    person_name = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    basis = models.TextField()
    answered_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nothing may be left out."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(organisation="") & ~Q(person_name="") & ~Q(role="") & ~Q(country="") & ~Q(basis=""),
                name="authority_whole",
            ),
        ]


class Policy(models.Model):
    """A version of the organisation's policy (``record.policy``). Append-only: the newest row is in force."""

    version = models.PositiveIntegerField(unique=True)
    values = models.TextField()
    reason = models.TextField(blank=True)
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(default=timezone.now)


class Reveal(models.Model):
    """The view log: somebody is about to see a part of an item. Append-only, and committed before any bytes leave.

    ``person`` and ``case_item`` are keys of rooms above. ``part`` is ``whole``, or ``tile-1`` to ``tile-9`` of a raster
    of three by three, row by row. ``limit`` is the seconds after which the browser veils again by itself.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.BigIntegerField()
    role = models.CharField(max_length=32)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reveals")
    case_item = models.BigIntegerField()
    track = models.CharField(max_length=8, choices=Track.choices)
    level = models.CharField(max_length=8, choices=RevealLevel.choices)
    part = models.CharField(max_length=16)
    purpose = models.CharField(max_length=16, choices=RevealPurpose.choices)
    policy = models.PositiveIntegerField()
    limit = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Asked by item (who saw it?), by person (what did they see?) and by an item of a case."""

        indexes = [
            models.Index(fields=["item", "id"], name="reveal_by_item"),
            models.Index(fields=["person", "began_at"], name="reveal_by_person"),
            models.Index(fields=["case_item", "id"], name="reveal_by_case_item"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(track__in=Track.values), name="reveal_track_known"),
            models.CheckConstraint(condition=Q(level__in=RevealLevel.values), name="reveal_level_known"),
            models.CheckConstraint(condition=Q(purpose__in=RevealPurpose.values), name="reveal_purpose_known"),
        ]


class RevealEnded(models.Model):
    """The end of a reveal, a second row: when, after how many seconds (never more than its limit), and how."""

    reveal = models.OneToOneField(Reveal, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField()
    how = models.CharField(max_length=8, choices=RevealEnd.choices)

    class Meta:
        """A known way to end, and no time that ran backwards."""

        constraints = [
            models.CheckConstraint(condition=Q(how__in=RevealEnd.values), name="reveal_end_known"),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="reveal_end_seconds"),
        ]
