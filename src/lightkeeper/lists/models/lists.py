"""Lists: where they come from, what they are for, and what follows from their matches."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.lists.types import LARGEST_RADIUS, ListPurpose, ListStatus
from lightkeeper.people.models import Person


class HashList(models.Model):
    """A set of known hashes, addresses or phrases from one source.

    ``purpose`` says whether its entries are looked for, or win over what other lists find (``allow``). ``version`` is
    the SHA-256 of the file that was last imported; ``rationale`` says why the radius is what it is, ``status_reason``
    why the status is; ``owner`` is who answers for the list; ``categories`` gives our category (an industry
    classification) for each of the source's. ``stale_days``: after so many days without news an alert comes; None: as
    the setting says. ``flood_uploaders``: an entry that so many different uploaders match within an hour is
    quarantined, 0 never. ``address_rules`` is the version of the rules by which its addresses were made canonical.

    ``trial_matches`` counts items that matched while it was on trial, ``allowed_matches`` those whose hits it won over;
    ``import_token`` is the mark of the import that may write to the list (a later one takes it away).
    """

    name = models.CharField(max_length=100, unique=True)
    source = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=8, choices=ListPurpose.choices, default=ListPurpose.KNOWN)
    status = models.CharField(max_length=16, choices=ListStatus.choices)
    radius = models.PositiveSmallIntegerField(default=LARGEST_RADIUS)
    rationale = models.TextField(blank=True)
    status_reason = models.TextField(blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="lists")
    categories = models.JSONField(default=dict)
    stale_days = models.PositiveSmallIntegerField(null=True)
    flood_uploaders = models.PositiveIntegerField(default=20)
    address_rules = models.PositiveSmallIntegerField(default=0)
    version = models.CharField(max_length=64, blank=True)
    import_token = models.BigIntegerField(default=0)
    trial_matches = models.BigIntegerField(default=0)
    allowed_matches = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(status__in=ListStatus.values), name="list_status_known"),
            models.CheckConstraint(condition=Q(purpose__in=ListPurpose.values), name="list_purpose_known"),
            models.CheckConstraint(condition=Q(radius__lte=LARGEST_RADIUS), name="list_radius_in_range"),
            models.CheckConstraint(
                condition=Q(trial_matches__gte=0, allowed_matches__gte=0), name="list_matches_counted"
            ),
        ]

    def __str__(self) -> str:
        return self.name
