"""Cases, the items in them, what brought these, and what there is to see of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lightkeeper.people.models import Person
from lightkeeper.record.models import Item, VaultObject
from lightkeeper.review.models.cluster import Cluster
from lightkeeper.review.states import CaseState, ItemState, LinkState
from lightkeeper.review.types import CaseReason, Exposure, FindingKind, LinkKind, MediaKind, Severity


class Case(models.Model):
    """One unit of review: an item, its near-duplicates, and what else the same person sent meanwhile.

    ``reason`` is why it was opened; each sighting has a reason of its own. ``imminent``: somebody says that a child is
    in danger now; such a case comes before all others. ``person`` is the blind index of client and uploader.
    ``sampled``: drawn at random to measure how precise detection is, so it is reviewed whatever else is due.
    ``because``: of one that was opened again, who did it and why, sealed.
    """

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=9, choices=CaseState.choices, default=CaseState.WAITING)
    reason = models.CharField(max_length=16, choices=CaseReason.choices)
    imminent = models.BooleanField(default=False)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.MEDIUM)
    exposure = models.CharField(max_length=6, choices=Exposure.choices, default=Exposure.NONE)
    sampled = models.BooleanField(default=False)
    person = models.BinaryField(max_length=32, null=True)
    because = models.BinaryField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(reason__in=CaseReason.values), name="case_reason_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="case_severity_known"),
            models.CheckConstraint(condition=Q(exposure__in=Exposure.values), name="case_exposure_known"),
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED, closed_at__isnull=False)
                | (~Q(state=CaseState.CLOSED) & Q(closed_at__isnull=True)),
                name="case_closed_with_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-imminent", "due_at", "-severity", "id"], name="case_in_queue"),
            # Without what is closed, so that the first of the order are found at once however long the history is.
            models.Index(
                fields=["-imminent", "due_at", "-severity", "id"],
                name="case_open_in_order",
                condition=Q(state__in=[state for state in CaseState.values if state != CaseState.CLOSED]),
            ),
            models.Index(
                fields=["opened_at", "id"], name="case_drawn", condition=Q(sampled=True, state=CaseState.WAITING)
            ),
            models.Index(fields=["person"], name="case_by_person"),
        ]

    def __str__(self) -> str:
        return f"case {self.public}"


class CaseItem(models.Model):
    """An item before a person. At any moment an item is open in one case at most; ``position`` counts from 1.

    ``second_because``: codes of ``SecondReason``, with commas, once a second person was asked. ``reopens``: the settled
    row that this one opened again; its grades stay where they are.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="case_items")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, null=True, related_name="case_items")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=ItemState.choices, default=ItemState.WAITING)
    second_because = models.CharField(max_length=80, blank=True)
    reopens = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reopened_as")
    added_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="caseitem_state_known"),
            models.CheckConstraint(
                condition=Q(state=ItemState.SETTLED, settled_at__isnull=False)
                | (~Q(state=ItemState.SETTLED) & Q(settled_at__isnull=True)),
                name="caseitem_settled_with_time",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=~Q(state=ItemState.SETTLED), name="caseitem_item_open_once"
            ),
            models.UniqueConstraint(fields=["case", "position"], name="caseitem_position_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["case"],
                name="caseitem_for_another",
                condition=Q(state__in=[ItemState.SECOND, ItemState.DISAGREED]),
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.position} of case {self.case_id}"


class Sighting(models.Model):
    """One submission or user report that brought an item to a case.

    ``source`` is the blind index by which the submission is found. ``context`` is what came with it, sealed; None
    once it was erased. A withdrawn sighting stays: its case is for a person to close. ``imminent``: whoever brought it
    says that a child is in danger now. ``address`` is the blind index of the address on the Internet that it came from,
    None where none was named, or once it was erased.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sightings")
    case_item = models.ForeignKey(CaseItem, on_delete=models.CASCADE, related_name="sightings")
    source = models.BinaryField(max_length=32)
    client_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=16, choices=CaseReason.choices)
    imminent = models.BooleanField(default=False)
    context = models.BinaryField(null=True)
    address = models.BinaryField(max_length=32, null=True)
    seen_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(reason__in=CaseReason.values), name="sighting_reason_known"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, context__isnull=False)
                | Q(erased_at__isnull=False, context__isnull=True, address__isnull=True),
                name="sighting_erased_without_context",
            ),
            models.UniqueConstraint(fields=["case_item", "source"], name="sighting_once_an_item"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address"], name="sighting_by_address", condition=Q(address__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"sighting {self.pk}"


class Finding(models.Model):
    """Evidence of one detector: which entry of which list, how near. ``sealed`` holds the list's label and category.

    ``sampled``: drawn at random at the moment it was made; precision is computed from these alone.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="findings")
    case_item = models.ForeignKey(CaseItem, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=8, choices=FindingKind.choices)
    list_id = models.BigIntegerField(null=True)
    list_name = models.CharField(max_length=100)
    list_version = models.CharField(max_length=64, blank=True)
    entry = models.BigIntegerField(null=True)
    sealed = models.BinaryField()
    algorithm = models.CharField(max_length=12)
    distance = models.PositiveSmallIntegerField()
    radius = models.PositiveSmallIntegerField(null=True)
    variant = models.CharField(max_length=80, blank=True)
    tier = models.CharField(max_length=8)
    sampled = models.BooleanField(default=False)
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind_known"),
            models.CheckConstraint(condition=Q(distance__lte=256), name="finding_distance_in_range"),
            models.UniqueConstraint(
                fields=["case_item", "list_name", "entry", "algorithm"], name="finding_once_an_item"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entry"], name="finding_by_entry", condition=Q(entry__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"finding {self.pk}"


class Media(models.Model):
    """An object of the vault that shows an item: the original, or one of its derivatives. Sides in pixels, if known."""

    case_item = models.ForeignKey(CaseItem, on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(max_length=8, choices=MediaKind.choices)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    vault_object = models.OneToOneField(VaultObject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=MediaKind.values), name="media_kind_known"),
            models.UniqueConstraint(fields=["case_item", "kind"], name="media_once_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of case item {self.case_item_id}"


class CaseLink(models.Model):
    """Two cases that a machine found to share something: a code of ``kind``. Earlier first.

    It is a suggestion until a person accepts or rejects it (``state``); what they said stands in ``judgements``. One
    that was rejected stays, so that the same is not suggested again.
    """

    earlier = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_to_later")
    later = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_to_earlier")
    kind = models.CharField(max_length=16, choices=LinkKind.choices)
    state = models.CharField(max_length=9, choices=LinkState.choices, default=LinkState.SUGGESTED)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="caselink_kind_known"),
            models.CheckConstraint(condition=Q(state__in=LinkState.values), name="caselink_state_known"),
            models.CheckConstraint(condition=Q(earlier__lt=F("later")), name="caselink_earlier_first"),
            models.UniqueConstraint(fields=["earlier", "later", "kind"], name="caselink_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} link of cases {self.earlier_id} and {self.later_id}"


class LinkJudgement(models.Model):
    """What a person said of a suggested link; the newest counts. ``why`` is sealed, None once it was destroyed."""

    link = models.ForeignKey(CaseLink, on_delete=models.CASCADE, related_name="judgements")
    accepted = models.BooleanField()
    why = models.BinaryField(null=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="link_judgements")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"judgement {self.pk} of link {self.link_id}"
