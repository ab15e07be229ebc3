"""The right to see content, given to one person by name."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from lightkeeper.people.models.person import Person


class ContentGrant(models.Model):
    """Given by a supervisor or an administrator to somebody else, with a reason, until it is ended."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="content_grants")
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Empty where the operator of the command line gave it (the demonstration)."""
    reason = models.CharField(max_length=500)
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Invariants: never by oneself, one open grant for each person."""

        constraints = (
            models.CheckConstraint(
                name="content_grant_not_by_oneself",
                condition=models.Q(granted_by__isnull=True) | ~models.Q(granted_by=models.F("person")),
            ),
            models.CheckConstraint(name="content_grant_has_reason", condition=~models.Q(reason="")),
            models.UniqueConstraint(
                name="content_grant_one_open", fields=["person"], condition=models.Q(ended_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"content grant {self.pk}"
