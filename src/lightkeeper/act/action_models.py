"""Tables of what follows besides decisions: actions of a case, delays of notices, reversals, added entries."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lightkeeper.act.action_kinds import CASE_KINDS, LONGEST_DAYS, TIMED, ActionKind, Agency
from lightkeeper.act.states import DONE_ACTION, OPEN_ACTION, ActionEnd, CaseActionState
from lightkeeper.act.types import Delivery, NoticeBasis, NoticeRule, ReversalGround
from lightkeeper.lists.models import Entry
from lightkeeper.people.models import Client, Person
from lightkeeper.review.models import Case, CaseItem

_S = CaseActionState
_OVER = Q(state__in=[_S.REFUSED, _S.WITHDRAWN, _S.REVERSED])
_REFERRED = Q(kind=ActionKind.REFER)


class CaseAction(models.Model):
    """Something that is to be done about an account (or told to an agency), which rests on a settled item of a case.

    ``account`` is the platform's own name of it, sealed, and None once what named it was erased; ``account_index`` its
    blind index, empty where the action is aimed at no account. ``statement`` is a code of ``statements.py``,
    ``reference`` a law or rule. ``days`` None: until it is lifted. ``why`` is what the second person wrote in refusing,
    sealed.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_actions")
    case_item = models.ForeignKey(CaseItem, on_delete=models.PROTECT, related_name="case_actions")
    kind = models.CharField(max_length=11, choices=ActionKind.choices)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="case_actions")
    account = models.BinaryField(null=True)
    account_index = models.BinaryField(max_length=32, default=b"")
    agency = models.CharField(max_length=16, choices=Agency.choices, blank=True)
    statement = models.CharField(max_length=40)
    reference = models.CharField(max_length=64, blank=True)
    days = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=11, choices=CaseActionState.choices)
    second = models.BooleanField()
    policy = models.PositiveIntegerField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="actions_proposed")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="actions_decided")
    decided_at = models.DateTimeField(null=True)
    why = models.BinaryField(null=True)
    due_at = models.DateTimeField(null=True)
    carried_out_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, choices=ActionEnd.choices, blank=True)
    callback = models.OneToOneField("act.Callback", on_delete=models.SET_NULL, null=True, related_name="case_action")
    delivery = models.CharField(max_length=12, choices=Delivery.choices, blank=True)

    class Meta:
        """An action has one aim, one second person, and is carried out once."""

        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=CASE_KINDS), name="caseaction_kind_known"),
            models.CheckConstraint(condition=Q(state__in=_S.values), name="caseaction_state_known"),
            models.CheckConstraint(
                condition=_REFERRED & ~Q(agency="") & Q(client=None, account=None, account_index=b"")
                | ~_REFERRED & Q(agency="", client__isnull=False) & ~Q(account_index=b""),
                name="caseaction_aimed",
            ),
            models.CheckConstraint(
                condition=Q(days=None) | Q(kind__in=TIMED, days__gte=1, days__lte=LONGEST_DAYS),
                name="caseaction_days",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, second=True) & ~Q(decided_by=F("proposed_by")),
                name="caseaction_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(second=False) | Q(state__in=[_S.PROPOSED, _S.WITHDRAWN]) | Q(decided_by__isnull=False),
                name="caseaction_second_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[_S.PROPOSED, _S.REFUSED], due_at=None)
                | Q(state=_S.WITHDRAWN)
                | Q(state__in=[_S.WAITING, *DONE_ACTION], due_at__isnull=False),
                name="caseaction_due",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DONE_ACTION, carried_out_at__isnull=False) & ~Q(delivery="")
                | ~Q(state__in=DONE_ACTION) & Q(carried_out_at=None, delivery=""),
                name="caseaction_carried_out_whole",
            ),
            models.CheckConstraint(
                condition=_OVER & Q(ended_at__isnull=False) | ~_OVER & Q(ended_at=None), name="caseaction_ended_whole"
            ),
            models.CheckConstraint(
                condition=Q(state=_S.WITHDRAWN) & ~Q(ended="") | ~Q(state=_S.WITHDRAWN) & Q(ended=""),
                name="caseaction_withdrawn_why",
            ),
            models.UniqueConstraint(
                fields=["case", "account_index", "kind", "agency"],
                condition=Q(state__in=OPEN_ACTION),
                name="caseaction_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.public}"


class NoticeDelay(models.Model):
    """Users of a case are not to be told yet: on what basis, until when, and who answers for it.

    ``note`` is what they wrote, sealed. ``by_policy``: it began by itself with a consequence in an urgent case, in the
    name of whoever made the consequence.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notice_delays")
    basis = models.CharField(max_length=12, choices=NoticeBasis.choices)
    rule = models.CharField(max_length=10, choices=NoticeRule.choices)
    until = models.DateTimeField()
    note = models.BinaryField()
    by_policy = models.BooleanField(default=False)
    request = models.ForeignKey(
        "act.AuthorityRequest", on_delete=models.PROTECT, null=True, related_name="notice_delays"
    )
    """The request of an authority that it rests on, where it was registered."""
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices_delayed")
    begun_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="notices_changed")
    """Who extended it last, or ended it; None where it ran out, or nobody changed it."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A delay has a basis and an end, and is the only one of its case on that basis."""

        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(basis__in=NoticeBasis.values), name="noticedelay_basis_known"),
            models.CheckConstraint(
                condition=Q(rule__in=[NoticeRule.NOT_BEFORE, NoticeRule.WITHHOLD]), name="noticedelay_rule_known"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("begun_at")), name="noticedelay_has_an_end"),
            models.CheckConstraint(
                condition=Q(request=None) | Q(basis=NoticeBasis.AUTHORITY), name="noticedelay_of_an_authority"
            ),
            models.UniqueConstraint(
                fields=["case", "basis"], condition=Q(ended_at=None), name="noticedelay_one_a_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"delay of notices {self.pk}"


class Reversal(models.Model):
    """What was carried out is undone as far as it can be, by a new act. ``note`` is why, sealed.

    ``undone`` and ``left`` are codes of ``reversing.py`` with full stops between.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField("act.Decision", on_delete=models.PROTECT, null=True, related_name="reversal")
    case_action = models.OneToOneField(CaseAction, on_delete=models.PROTECT, null=True, related_name="reversal")
    ground = models.CharField(max_length=8, choices=ReversalGround.choices)
    note = models.BinaryField()
    undone = models.CharField(max_length=64, blank=True)
    left = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reversals")
    made_at = models.DateTimeField()

    class Meta:
        """A reversal is of one thing."""

        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ground__in=ReversalGround.values), name="reversal_ground_known"),
            models.CheckConstraint(
                condition=Q(decision=None, case_action__isnull=False) | Q(decision__isnull=False, case_action=None),
                name="reversal_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"reversal {self.pk}"


class Contribution(models.Model):
    """An entry of a list of our own that was added from an item, so that a reversal can withdraw it."""

    case_item = models.ForeignKey(CaseItem, on_delete=models.PROTECT, related_name="contributions")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="contributions")
    added_at = models.DateTimeField()

    class Meta:
        """An entry is noted once an item."""

        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case_item", "entry"], name="contribution_once_an_item"),
        ]

    def __str__(self) -> str:
        return f"contribution {self.pk}"
