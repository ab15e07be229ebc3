"""Clusters: items that are near-duplicates of one another, graded once."""

from __future__ import annotations

from django.db import models

from lightkeeper.record.models import Item


class Cluster(models.Model):
    """Items whose PDQ lies within a radius of the first one's, which is kept sealed (32 bytes).

    None is deleted: whoever searches them has them in memory (``leaders.py``).
    """

    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"cluster {self.pk}"


class ClusterMember(models.Model):
    """An item of a cluster, and its distance in bits from the first one."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="cluster_member")
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="members")
    distance = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"member of cluster {self.cluster_id}"
