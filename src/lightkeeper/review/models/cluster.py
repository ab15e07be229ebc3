"""Clusters: items that are near-duplicates of one another, graded once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lightkeeper.record.models import Item


class Cluster(models.Model):
    """Items whose PDQ lies within a radius of the first one's, which is kept sealed (32 bytes)."""

    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"cluster {self.pk}"


class ClusterBand(models.Model):
    """One of the 16 bands of a cluster's PDQ, as a keyed index: near ones are found without the hash in clear."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="bands")
    key = models.BigIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["key"], name="clusterband_by_key")]

    def __str__(self) -> str:
        return f"band of cluster {self.cluster_id}"


class ClusterMember(models.Model):
    """An item of a cluster, and its distance in bits from the first one."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="cluster_member")
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="members")
    distance = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"member of cluster {self.cluster_id}"
