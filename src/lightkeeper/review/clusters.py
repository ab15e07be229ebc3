"""Clusters of near-duplicates, which are graded once.

A cluster is the pictures within a radius of the first one's PDQ, in any of the eight orientations. A picture comes to
the nearest such cluster, to the oldest of equally near ones, or makes a new one.
"""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction
from django.utils.timezone import now

from lightkeeper.record.policy import current_policy
from lightkeeper.review.models import Cluster, ClusterMember
from lightkeeper.runtime.services import seal

PURPOSE: Final = "review:cluster"
"""Under which the PDQ of a cluster's first picture is sealed."""
LOCK: Final = 0x6C6B_636C_7573
"""The advisory lock of PostgreSQL of whoever makes a cluster, until the transaction ends."""


@transaction.atomic
def cluster_of(item_id: int, pdq: bytes) -> Cluster:
    """Give the cluster of an item: its own, the nearest one within the policy's radius, or a new one.

    ``pdq`` has 32 bytes. Of near-duplicates that arrive in the same moment one makes the cluster, and the others wait
    until it is there.
    """
    member = ClusterMember.objects.select_related("cluster").filter(item_id=item_id).first()
    if member is not None:
        return member.cluster
    number, distance = _nearest(pdq) or _made_alone(pdq)
    rows = [ClusterMember(item_id=item_id, cluster_id=number, distance=distance)]
    ClusterMember.objects.bulk_create(rows, ignore_conflicts=True)  # somebody else may be quicker
    return ClusterMember.objects.select_related("cluster").get(item_id=item_id).cluster


def cluster_size(cluster_id: int | None) -> int:
    """How many items a cluster has, 1 for an item without one."""
    return 1 if cluster_id is None else ClusterMember.objects.filter(cluster_id=cluster_id).count()


def _nearest(pdq: bytes) -> tuple[int, int] | None:
    """The number of the nearest cluster within the policy's radius, and its distance in bits."""
    from lightkeeper.review.leaders import LEADERS  # brings numpy, which not every command needs

    return LEADERS.nearest(pdq, current_policy().cluster_radius)


def _made_alone(pdq: bytes) -> tuple[int, int]:
    """A new cluster, unless somebody made a near one before it was our turn."""
    if connection.vendor == "postgresql":  # on SQLite a writing transaction is alone anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if found := _nearest(pdq):
            return found
    return Cluster.objects.create(sealed=seal(PURPOSE, pdq), made_at=now()).pk, 0
