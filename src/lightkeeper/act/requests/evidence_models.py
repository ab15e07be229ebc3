"""Sealed exports: which originals go to an authority in an encrypted archive, who prepared and who released it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.people.models import Person
from lightkeeper.record.models import Item, VaultObject


class EvidenceState(TextChoices):
    """Where an export stands."""

    PREPARED = "prepared", _("Waits for a second person")
    RELEASED = "released", _("Released: it can be written")
    WRITTEN = "written", _("Written")
    DROPPED = "dropped", _("Dropped")


_S = EvidenceState


class EvidenceExport(models.Model):
    """One export, which takes two people, always. ``archive``: the SHA-256 (hex) of the file as written last."""

    public = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(AuthorityRequest, on_delete=models.PROTECT, related_name="exports")
    state = models.CharField(max_length=8, choices=EvidenceState.choices, default=EvidenceState.PREPARED)
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exports_prepared")
    prepared_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="exports_decided")
    decided_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    archive = models.CharField(max_length=64, blank=True)

    class Meta:
        """Nobody releases what they prepared."""

        app_label = "act"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=_S.values), name="evidence_state_known"),
            models.CheckConstraint(
                condition=Q(state=_S.PREPARED, decided_by=None, decided_at=None)
                | (~Q(state=_S.PREPARED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="evidence_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_S.RELEASED, _S.WRITTEN]) | ~Q(decided_by=F("prepared_by")),
                name="evidence_second_is_another",
            ),
            models.CheckConstraint(
                condition=(Q(state=_S.WRITTEN, written_at__isnull=False) & ~Q(archive=""))
                | (~Q(state=_S.WRITTEN) & Q(written_at=None, archive="")),
                name="evidence_written_whole",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=[_S.PREPARED, _S.RELEASED]), name="evidence_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.public}"


class EvidenceFile(models.Model):
    """One original of an export, by its place in the archive."""

    export = models.ForeignKey(EvidenceExport, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    vault_object = models.ForeignKey(VaultObject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Each original once."""

        app_label = "act"
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["export", "position"], name="evidencefile_position_once"),
            models.UniqueConstraint(fields=["export", "vault_object"], name="evidencefile_object_once"),
        ]

    def __str__(self) -> str:
        return f"file {self.position} of export {self.export_id}"
