"""Clusters: what is within the radius is found whatever bits differ, in any orientation; and nothing else."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterable
from typing import ClassVar

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from lightkeeper.detect.matching.orientations import Orientation, oriented
from lightkeeper.record.services import change_policy
from lightkeeper.record.types import Actor
from lightkeeper.review.clusters import cluster_of, cluster_size
from lightkeeper.review.leaders import Leaders
from lightkeeper.review.models import Cluster, ClusterMember
from lightkeeper.review.tests.making import item

hashes = st.binary(min_size=32, max_size=32)


def turned(value: bytes, bits: Iterable[int]) -> bytes:
    return (int.from_bytes(value) ^ sum(1 << bit for bit in bits)).to_bytes(32)


def in_orientation(value: bytes, kind: int) -> bytes:
    return oriented(np.frombuffer(value, np.uint8).reshape(1, 32), kind).tobytes()


def distance(one: bytes, other: bytes) -> int:
    forms = [in_orientation(other, kind) for kind in Orientation]
    return min((int.from_bytes(one) ^ int.from_bytes(form)).bit_count() for form in forms)


def drawn(seed: int, count: int) -> list[bytes]:
    return [hashlib.sha256(b"%d %d" % (seed, number)).digest() for number in range(count)]


def made(values: Iterable[bytes]) -> list[int]:
    return [cluster_of(item(value).pk, value).pk for value in values]


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


class TestMany(TestCase):
    """Among many, some of them close to one another, the answer is what comparing with all of them gives."""

    values: ClassVar[dict[int, bytes]]

    @classmethod
    def setUpTestData(cls) -> None:
        change_policy({"cluster_radius": 0}, reason="only the same", actor=Actor.operator())
        lone = drawn(1, 150)
        crowd = [turned(lone[0], random.Random(number).sample(range(256), 1 + number)) for number in range(60)]
        cls.values = dict(zip(made([*lone, *crowd]), [*lone, *crowd], strict=True))
        assert len(cls.values) == 210

    @given(st.integers(0, 209), st.integers(20, 40), st.randoms(use_true_random=False), st.integers(0, 63))
    def test_the_nearest_of_all_is_found(self, near: int, count: int, chance: random.Random, radius: int) -> None:
        value = turned(list(self.values.values())[near], chance.sample(range(256), count))
        asked = in_orientation(value, chance.randrange(8))
        least, number = min((distance(asked, leader), number) for number, leader in self.values.items())
        assert Leaders().nearest(asked, radius) == ((number, least) if least <= radius else None)


@pytest.mark.django_db
def test_an_item_stays_in_its_cluster() -> None:
    first = cluster_of(item(b"one").pk, bytes(32))
    again = cluster_of(item(b"one").pk, b"\xff" * 32)
    assert again.pk == first.pk
    assert cluster_size(None) == 1


@pytest.mark.django_db
def test_the_nearest_of_many_is_found() -> None:
    values = drawn(0, 40)
    numbers = made(values)
    assert len(set(numbers)) == 40
    for number, value in enumerate(values):
        near = turned(value, range(number % 32))
        assert cluster_of(item(b"near %d" % number).pk, near).pk == numbers[number]
        assert ClusterMember.objects.get(item=item(b"near %d" % number)).distance == number % 32


@pytest.mark.django_db
def test_no_hash_lies_in_clear() -> None:
    value = bytes(range(32))
    cluster_of(item(b"one").pk, value)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM review_cluster")
        columns = [bytes(column) for column in cursor.fetchone() if isinstance(column, bytes | memoryview)]
    assert len(columns) == 1
    assert not any(value[at : at + 4] in columns[0] for at in range(29))


@pytest.mark.django_db
@pytest.mark.parametrize("undone", [1, 5, 70])
def test_what_was_undone_is_not_found_and_what_came_in_its_place_is(undone: int) -> None:
    memory = Leaders()
    stays, gone, new = drawn(1, 80), drawn(2, undone), drawn(3, undone + 3)
    made(stays)
    with transaction.atomic():
        made(gone)
        assert memory.nearest(gone[-1], 0) is not None
        transaction.set_rollback(True)
    made(new[:undone])  # on SQLite they have the numbers that those had
    other = Leaders()
    for values in (stays, gone, new):
        assert [memory.nearest(value, 0) for value in values] == [other.nearest(value, 0) for value in values]
    assert memory.nearest(gone[0], 31) is None
    made(new[undone:])
    assert memory.nearest(new[-1], 0) is not None


@pytest.mark.django_db
def test_a_search_asks_the_database_once_however_many_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    memory = Leaders()
    values = drawn(1, 30)
    made(values)
    assert memory.nearest(values[0], 0)
    for value in values:
        with django_assert_num_queries(1):
            assert memory.nearest(value, 0)


@pytest.mark.django_db(transaction=True)
def test_near_ones_that_arrive_at_once_come_to_one_cluster() -> None:
    base = drawn(9, 1)[0]
    values = [in_orientation(turned(base, [number]), number % 8) for number in range(4)]
    numbers = [item(value).pk for value in values]
    looked, ids = threading.Barrier(len(values)), []
    made(drawn(8, 3))

    def go(number: int, value: bytes) -> None:
        try:
            looked.wait(10)
            with transaction.atomic():
                ids.append(cluster_of(number, value).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in zip(numbers, values, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == 1
    assert Cluster.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_who_found_nothing_near_looks_again_when_another_transaction_has_made_it() -> None:
    """On PostgreSQL a transaction sees nothing of another until that ends: then two clusters would be made."""
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    base = drawn(9, 1)[0]
    first, second = item(b"one").pk, item(b"two").pk
    ids: list[int] = []
    made_one = threading.Event()

    def go() -> None:
        try:
            made_one.wait(10)
            with transaction.atomic():
                ids.append(cluster_of(second, turned(base, [3])).pk)
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    with transaction.atomic():
        mine = cluster_of(first, base).pk
        made_one.set()
        _wait_for_a_waiting_lock()
        assert ids == []
    thread.join(30)
    assert ids == [mine]


def _wait_for_a_waiting_lock() -> None:
    with connection.cursor() as cursor:
        for _ in range(1000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits for the lock")
