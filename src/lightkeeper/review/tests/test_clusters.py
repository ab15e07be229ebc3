"""Clusters: what is within the radius is found whatever bits differ, in any orientation; and nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lightkeeper.detect.matching.orientations import Orientation, oriented
from lightkeeper.record.services import change_policy
from lightkeeper.record.types import Actor
from lightkeeper.review.clusters import cluster_of, cluster_size
from lightkeeper.review.models import Cluster, ClusterBand
from lightkeeper.review.tests.making import item

hashes = st.binary(min_size=32, max_size=32)


def turned(value: bytes, bits: set[int]) -> bytes:
    return (int.from_bytes(value) ^ sum(1 << bit for bit in bits)).to_bytes(32)


def in_orientation(value: bytes, kind: int) -> bytes:
    return oriented(np.frombuffer(value, np.uint8).reshape(1, 32), kind).tobytes()


def distance(one: bytes, other: bytes) -> int:
    forms = [in_orientation(other, kind) for kind in Orientation]
    return min((int.from_bytes(one) ^ int.from_bytes(form)).bit_count() for form in forms)


class TestClusters(TestCase):
    @given(hashes, st.sets(st.integers(0, 255), max_size=40), st.sampled_from(list(Orientation)), st.integers(0, 31))
    def test_near_ones_are_one_cluster_and_others_are_not(
        self, first: bytes, bits: set[int], kind: Orientation, radius: int
    ) -> None:
        change_policy({"cluster_radius": radius}, reason="another radius", actor=Actor.operator())
        second = in_orientation(turned(first, bits), kind)
        made = cluster_of(item(b"one").pk, first)
        same = cluster_of(item(b"two").pk, second).pk == made.pk
        assert same == (distance(first, second) <= radius)
        assert cluster_size(made.pk) == 1 + same


@pytest.mark.django_db
def test_an_item_stays_in_its_cluster() -> None:
    first = cluster_of(item(b"one").pk, bytes(32))
    again = cluster_of(item(b"one").pk, b"\xff" * 32)
    assert again.pk == first.pk
    assert cluster_size(None) == 1


@pytest.mark.django_db
def test_the_nearest_of_many_is_found() -> None:
    values = [hashlib.sha256(b"%d" % number).digest() for number in range(40)]
    made = [cluster_of(item(b"leader %d" % number).pk, value).pk for number, value in enumerate(values)]
    assert len(set(made)) == 40
    for number, value in enumerate(values):
        near = turned(value, set(range(number % 32)))
        assert cluster_of(item(b"near %d" % number).pk, near).pk == made[number]


@pytest.mark.django_db
def test_no_hash_lies_in_clear() -> None:
    value = bytes(range(32))
    cluster_of(item(b"one").pk, value)
    assert value not in bytes(Cluster.objects.get().sealed)
    bands = {int.from_bytes(value[2 * number : 2 * number + 2]) for number in range(16)}
    assert not bands & set(ClusterBand.objects.values_list("key", flat=True))
    assert ClusterBand.objects.count() == 16
