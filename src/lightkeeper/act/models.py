"""The tables of the room: callbacks, whether a client's are held, and the keys that sign them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lightkeeper.act.action_models import CaseAction, Contribution, NoticeDelay, Reversal
from lightkeeper.act.parties.models import Party, Victim, VictimLook
from lightkeeper.act.reports.models import FetchedSchema, Receipt, Report, ReportFile, ReportStep
from lightkeeper.act.requests.evidence_models import EvidenceExport, EvidenceFile
from lightkeeper.act.requests.models import AuthorityRequest, Handover, RequestStep, RequestSubject
from lightkeeper.act.states import OPEN, CallbackState, DecisionState, Pause, SigningKeyState
from lightkeeper.act.takedowns.models import Takedown
from lightkeeper.act.types import DecisionKind, Delivery
from lightkeeper.people.models import Client, Person
from lightkeeper.review.models import CaseItem, Grade, Sighting

__all__ = [
    "Action",
    "AuthorityRequest",
    "Callback",
    "CaseAction",
    "Channel",
    "Contribution",
    "Decision",
    "EvidenceExport",
    "EvidenceFile",
    "FetchedSchema",
    "Handover",
    "NoticeDelay",
    "Party",
    "Receipt",
    "Report",
    "ReportFile",
    "ReportStep",
    "RequestStep",
    "RequestSubject",
    "Reversal",
    "SigningKey",
    "Takedown",
    "Victim",
    "VictimLook",
]

OPEN_STATES = Q(state__in=[state.value for state in OPEN])


class Callback(models.Model):
    """One message to a platform. What it says is sealed; what the platform answers is a number and never its text."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="callbacks")
    subject_index = models.BinaryField(max_length=32)
    """What it is about, as a blind index: callbacks with the same one are sent one after the other."""
    sequence = models.PositiveBigIntegerField()
    """Its place among the callbacks about the same thing: grows, with gaps."""
    event = models.CharField(max_length=60)
    payload = models.BinaryField()
    idempotency_id = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.WAITING)
    turn = models.BooleanField(default=False)
    """It is the one that is being sent of those about the same thing: a row of work is about it, or it is held."""
    held = models.BooleanField(default=False)
    """Its turn came while its client's callbacks were paused."""
    attempts = models.PositiveIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_code = models.CharField(max_length=64, default="", blank=True)
    """Why the last attempt failed where there was no answer."""
    created_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Order and state are the database's to keep."""

        constraints = (
            models.UniqueConstraint(fields=["client", "subject_index", "sequence"], name="act_callback_order"),
            models.CheckConstraint(condition=Q(state__in=CallbackState.values), name="act_callback_state"),
            models.CheckConstraint(
                condition=OPEN_STATES & Q(finished_at__isnull=True) | ~OPEN_STATES & Q(finished_at__isnull=False),
                name="act_callback_finished_whole",
            ),
            models.UniqueConstraint(
                fields=["client", "subject_index"], condition=Q(turn=True), name="act_callback_one_turn"
            ),
            models.CheckConstraint(condition=Q(turn=False) | OPEN_STATES, name="act_callback_turn_open"),
            models.CheckConstraint(condition=Q(held=False) | Q(turn=True), name="act_callback_held_in_turn"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="act_callback_sequence"),
            models.CheckConstraint(condition=Q(give_up_at__gt=F("created_at")), name="act_callback_give_up_later"),
        )
        indexes = (
            models.Index(fields=["client", "subject_index"], condition=OPEN_STATES, name="act_callback_open"),
            models.Index(fields=["client", "state", "-id"], name="act_callback_browse"),
            models.Index(fields=["state", "finished_at"], name="act_callback_prune"),
        )

    def __str__(self) -> str:
        return f"callback {self.pk}"


class Channel(models.Model):
    """Whether a client's callbacks are held, and since when its address says that it is gone.

    ``conversation_url``: where it is asked for the words of a conversation, "" where it gave no such address.
    """

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="channel", primary_key=True)
    conversation_url = models.CharField(max_length=500, default="", blank=True)
    gone_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=10, choices=Pause.choices, default="", blank=True)

    class Meta:
        """A pause has a time and a reason."""

        constraints = (
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_why="")
                | Q(paused_at__isnull=False, paused_why__in=Pause.values),
                name="act_channel_pause_whole",
            ),
        )

    def __str__(self) -> str:
        return f"channel of client {self.pk}"


class SigningKey(models.Model):
    """A key that signs a client's callbacks. Its text is shown once and kept sealed; when retired it is destroyed."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="signing_keys")
    key_id = models.CharField(max_length=16, unique=True)
    secret = models.BinaryField()
    state = models.CharField(max_length=8, choices=SigningKeyState.choices)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """One key signs, one may be next, and a retired one is no secret any more."""

        constraints = (
            models.UniqueConstraint(
                fields=["client", "state"], condition=~Q(state="retired"), name="act_signing_key_one_each"
            ),
            models.CheckConstraint(
                condition=Q(state="retired", secret=b"", retired_at__isnull=False)
                | Q(state__in=["current", "next"], retired_at__isnull=True) & ~Q(secret=b""),
                name="act_signing_key_state",
            ),
        )

    def __str__(self) -> str:
        return self.key_id


class Decision(models.Model):
    """What is to be done about an item: proposed with a grade, carried out once, when the grades on it stand.

    ``label`` is the text of the label that the platform is to show, "" for every other kind.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case_item = models.ForeignKey(CaseItem, on_delete=models.PROTECT, related_name="decisions")
    grade = models.OneToOneField(Grade, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    label = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=11, choices=DecisionState.choices, default=DecisionState.PROPOSED)
    policy = models.PositiveIntegerField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_known"),
            models.CheckConstraint(condition=Q(state__in=DecisionState.values), name="decision_state_known"),
            models.CheckConstraint(
                condition=Q(state=DecisionState.PROPOSED, ended_at=None)
                | (~Q(state=DecisionState.PROPOSED) & Q(ended_at__isnull=False)),
                name="decision_ended_with_time",
            ),
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.LABEL) | Q(label=""), name="decision_label_only_where_it_labels"
            ),
            models.UniqueConstraint(
                fields=["case_item"],
                condition=Q(state__in=[DecisionState.CARRIED_OUT, DecisionState.REVERSED]),
                name="decision_carried_out_once",
            ),
        ]


class Action(models.Model):
    """One consequence of a decision for one submission: its callback shows how far delivering has come.

    While ``delivery`` is ``waiting``, the callback says how far it has come; when that goes, its end is noted here.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="actions")
    sighting = models.ForeignKey(Sighting, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    callback = models.OneToOneField(Callback, on_delete=models.SET_NULL, null=True, related_name="action")
    delivery = models.CharField(max_length=12, choices=Delivery.choices)
    made_at = models.DateTimeField(default=timezone.now)
    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, null=True, related_name="actions")
    """The reversal of the decision whose consequence it is, None where it is the decision's own."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="action_kind_known"),
            models.CheckConstraint(condition=Q(delivery__in=Delivery.values), name="action_delivery_known"),
            models.UniqueConstraint(
                fields=["decision", "sighting"], condition=Q(reversal=None), name="action_once_a_sighting"
            ),
            models.UniqueConstraint(fields=["reversal", "sighting"], name="action_once_a_reversal"),
        ]
