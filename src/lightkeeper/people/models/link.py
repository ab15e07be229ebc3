"""One-time links, of which only a hash is kept."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from lightkeeper.people.models.person import Person
from lightkeeper.people.types import LinkPurpose


class Link(models.Model):
    """A link for one person and one purpose; it can be used once, until it expires or a newer one replaces it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=10, choices=LinkPurpose.choices)
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the secret in the address."""
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Invariants: a known purpose; used or revoked, not both."""

        constraints = (
            models.CheckConstraint(name="link_purpose_known", condition=models.Q(purpose__in=LinkPurpose.values)),
            models.CheckConstraint(
                name="link_used_or_revoked",
                condition=models.Q(used_at__isnull=True) | models.Q(revoked_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"link {self.pk}"
