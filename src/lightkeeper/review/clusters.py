"""Clusters of near-duplicates: found by keyed bands of their hash, so that no hash lies in the database in clear.

A cluster is the pictures within a radius of the first one's PDQ, in any of the eight orientations. Each cluster has
16 bands of 16 bits as keyed indexes. Of two hashes that differ by at most 31 bits, one band at least differs by at
most one bit (the pigeonhole principle: 16 bands with two each would make 32). So the near ones of a hash are among the
clusters that have one of its 16 bands, as it is or with one bit turned: 16 x 17 keys an orientation, compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.record.policy import current_policy
from lightkeeper.review.models import Cluster, ClusterBand, ClusterMember
from lightkeeper.runtime.services import derived_key, seal, unseal_many

PURPOSE: Final = "review:cluster"
WIDEST: Final = 31
"""Bits: what the bands can find."""
_BANDS: Final = 16
_ASKED: Final = 500
"""Keys in one query; a database takes only so many parameters."""
_PLAIN: Final = 0


@transaction.atomic
def cluster_of(item_id: int, pdq: bytes) -> Cluster:
    """Give the cluster of an item: its own, the nearest one within the policy's radius, or a new one.

    ``pdq`` has 32 bytes. Two near-duplicates that arrive in the same moment may make two clusters; each is graded.
    """
    member = ClusterMember.objects.select_related("cluster").filter(item_id=item_id).first()
    if member is not None:
        return member.cluster
    found = _nearest(pdq, current_policy().cluster_radius)
    cluster, distance = found or (_new_cluster(pdq), 0)
    rows = [ClusterMember(item_id=item_id, cluster=cluster, distance=distance)]
    ClusterMember.objects.bulk_create(rows, ignore_conflicts=True)  # somebody else may be quicker
    return ClusterMember.objects.select_related("cluster").get(item_id=item_id).cluster


def cluster_size(cluster_id: int | None) -> int:
    """How many items a cluster has, 1 for an item without one."""
    return 1 if cluster_id is None else ClusterMember.objects.filter(cluster_id=cluster_id).count()


def _nearest(pdq: bytes, radius: int) -> tuple[Cluster, int] | None:
    forms = _orientations(pdq)
    numbers = set(_candidates({key for form in forms for key in _near_keys(form)}))
    rows = list(Cluster.objects.filter(pk__in=numbers).order_by("pk"))
    leaders = unseal_many(PURPOSE, [bytes(row.sealed) for row in rows], context=[b""] * len(rows))
    near = [
        (min((int.from_bytes(leader) ^ int.from_bytes(form)).bit_count() for form in forms), row.pk, row)
        for row, leader in zip(rows, leaders, strict=True)
    ]
    distance, _, cluster = min(near, default=(WIDEST + 1, 0, None))
    return (cluster, distance) if cluster is not None and distance <= min(radius, WIDEST) else None


def _candidates(keys: set[int]) -> Iterator[int]:
    asked = sorted(keys)
    for start in range(0, len(asked), _ASKED):
        rows = ClusterBand.objects.filter(key__in=asked[start : start + _ASKED])
        yield from rows.values_list("cluster_id", flat=True).distinct()


def _new_cluster(pdq: bytes) -> Cluster:
    cluster = Cluster.objects.create(sealed=seal(PURPOSE, pdq, context=b""), made_at=now())
    keys = _keys([(number, _band(pdq, number)) for number in range(_BANDS)])
    ClusterBand.objects.bulk_create([ClusterBand(cluster=cluster, key=key) for key in keys])
    return cluster


def _orientations(pdq: bytes) -> list[bytes]:
    import numpy as np  # loads when it is needed, not with every command

    from lightkeeper.detect.matching.orientations import Orientation, oriented

    value = np.frombuffer(pdq, np.uint8).reshape(1, 32)
    return [oriented(value, kind).tobytes() for kind in Orientation]


def _near_keys(pdq: bytes) -> list[int]:
    turned = (0, *(1 << bit for bit in range(16)))
    return _keys([(number, _band(pdq, number) ^ mask) for number in range(_BANDS) for mask in turned])


def _band(pdq: bytes, number: int) -> int:
    return int.from_bytes(pdq[2 * number : 2 * number + 2])


def _keys(bands: Sequence[tuple[int, int]]) -> list[int]:
    """Signed numbers of 64 bits that stand for bands: BLAKE2b with a key that the database does not hold in clear."""
    import hashlib

    key = derived_key(PURPOSE)
    return [
        int.from_bytes(
            hashlib.blake2b(bytes((number, *value.to_bytes(2))), key=key, digest_size=8).digest(), signed=True
        )
        for number, value in bands
    ]
