"""What is kept of conversations: packed features, ids of events, counts, and operators' sealed packs of phrases.

Nothing here holds a text of a message or an id as a platform writes it: persons, messages and conversations are keyed
(``record/conversation_ids.py``).
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from lightkeeper.review.models import Case

STATE_BYTES: Final = 2048
"""The most that one row of state may take."""


class ConversationState(models.Model):
    """One row of the engine's state. ``key``: one byte for its kind, then the keyed person or the two of a pair.

    ``top`` is the highest bin of scores that a pair was in on the day of ``updated_at``, 0 where it had none: so that
    a pair counts once a day in the distribution of scores.
    """

    key = models.BinaryField(primary_key=True, max_length=33)
    packed = models.BinaryField(max_length=STATE_BYTES)
    top = models.SmallIntegerField(default=0)
    updated_at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("packed"), STATE_BYTES), name="conversation_state_is_small"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_on"], name="conversation_state_expires"),
        ]

    def __str__(self) -> str:
        return "a row of state"


class ConversationEvent(models.Model):
    """That an event of this keyed id was taken, so that it counts once. ``person``: whose event it was, keyed."""

    id = models.BinaryField(primary_key=True, max_length=16)
    person = models.BinaryField(max_length=16)
    expires_on = models.DateField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person"], name="conversation_event_person"),
            models.Index(fields=["expires_on"], name="conversation_event_expires"),
        ]

    def __str__(self) -> str:
        return "an event"


class ConversationCase(models.Model):
    """That a case was opened or joined for a pair, so that erasing a person finds it when their state is long gone.

    ``pair`` is the index by which review knows the pair; ``sender`` and ``recipient`` are keyed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    pair = models.BinaryField(max_length=32)
    sender = models.BinaryField(max_length=16)
    recipient = models.BinaryField(max_length=16)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "pair"], name="conversation_case_once_a_pair"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sender"], name="conversation_case_sender"),
            models.Index(fields=["recipient"], name="conversation_case_recipient"),
        ]

    def __str__(self) -> str:
        return f"a pair of case {self.case_id}"


class ConversationTally(models.Model):
    """A count of one day (UTC): of events by what became of them, of findings by band, of pairs by bin of score."""

    day = models.DateField()
    what = models.CharField(max_length=40)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["day", "what"], name="conversation_tally_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.what} on {self.day}"


class ConversationPack(models.Model):
    """An operator's pack of phrases, sealed. ``reviewed_by`` names the native speaker who answers for it."""

    name = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=16)
    phrases = models.IntegerField()
    sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=200, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(reviewed_by="", reviewed_at__isnull=True)
                | (~Q(reviewed_by="") & Q(reviewed_at__isnull=False)),
                name="conversation_pack_reviewed_with_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name
