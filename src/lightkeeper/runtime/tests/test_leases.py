"""Claims: no row is claimed twice, none is lost, and who lost a lease can change nothing."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import (
    LeaseLostError,
    add_work,
    add_works,
    claim_inline,
    finish,
    give_back,
    job,
    retry_dead,
    retry_dead_kind,
)
from lightkeeper.runtime.tests.threads import all_at_once
from lightkeeper.runtime.work import leases
from lightkeeper.runtime.work.leases import Claim
from lightkeeper.runtime.work.states import WorkState

KIND = "tests:work"


@pytest.fixture(autouse=True)
def _a_job(jobs: None) -> None:
    job(KIND)(print)


def claim(worker: str = "one", limit: int = 10, seconds: float = 0) -> list[Claim]:
    """What a worker gets some seconds from now: first what is overdue, then what is due."""
    now = timezone.now() + timedelta(seconds=seconds)
    overdue = leases.take_over(worker, limit=limit, kinds=[KIND], now=now)
    return [*overdue, *leases.claim(worker, limit=limit - len(overdue), kinds=[KIND], now=now)]


@pytest.mark.django_db
def test_the_longest_due_is_claimed_first_and_what_is_not_due_is_left() -> None:
    now = timezone.now()
    late = add_work(KIND, subject=1, due_at=now - timedelta(minutes=1))
    later = add_work(KIND, subject=2, due_at=now - timedelta(minutes=2))
    add_work(KIND, subject=3, due_at=now + timedelta(minutes=2))
    assert [one.work_id for one in claim(limit=1)] == [later]
    assert [one.work_id for one in claim()] == [late]
    assert claim() == []


@pytest.mark.django_db
def test_a_kind_that_this_worker_does_not_know_is_left_to_others() -> None:
    add_work(KIND)
    assert leases.claim("old", limit=5, kinds=["tests:other"]) == []
    assert leases.next_due(["tests:other"]) is None


@pytest.mark.django_db
def test_a_key_is_taken_once() -> None:
    assert add_work(KIND, key="a") is not None
    assert add_work(KIND, key="a") is None
    assert add_work(KIND) is not None
    assert add_work(KIND) is not None


@pytest.mark.django_db
def test_work_that_nobody_does_is_refused_when_it_is_added() -> None:
    with pytest.raises(LookupError):
        add_work("tests:misspelt")


@pytest.mark.django_db
def test_work_is_there_only_if_its_transaction_commits() -> None:
    with transaction.atomic():
        add_work(KIND)
        transaction.set_rollback(True)
    assert claim() == []


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_claim_each_row_once_and_leave_none() -> None:
    add_works(KIND, range(300))
    done: Counter[int] = Counter()
    lock = threading.Lock()

    def work(worker: str) -> None:
        while claims := claim(worker, limit=7):
            for one in claims:
                leases.finish(one)
            with lock:
                done.update(one.subject for one in claims if one.subject is not None)

    # Under SKIP LOCKED a worker may see nothing while others hold the last rows; who holds them finishes them.
    all_at_once(*[lambda name=f"worker-{number}": work(name) for number in range(6)])
    work("the-last")
    assert done == Counter(range(300))
    assert set(Work.objects.values_list("state", flat=True)) == {WorkState.DONE}


@pytest.mark.django_db(transaction=True)
def test_a_key_is_taken_once_by_many_at_once() -> None:
    got: list[int | None] = []
    all_at_once(*[lambda: got.append(add_work(KIND, key="only")) for _ in range(6)])
    assert len([one for one in got if one is not None]) == 1
    assert Work.objects.count() == 1


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_taken_over_and_its_late_holder_can_change_nothing() -> None:
    add_work(KIND, subject=7)
    [lost] = claim("dies")
    assert claim("too-early", seconds=29) == []
    [taken] = claim("takes-over", seconds=31)
    assert (taken.work_id, taken.attempt) == (lost.work_id, 2)
    with pytest.raises(LeaseLostError):
        leases.finish(lost)
    with pytest.raises(LeaseLostError):
        leases.put_off(lost, until=timezone.now(), code="late")
    with pytest.raises(LeaseLostError):
        leases.bury(lost, code="late")
    with pytest.raises(LeaseLostError):
        leases.give_back(lost, begun=True)
    assert leases.extend([lost]) == set()
    leases.finish(taken)
    with pytest.raises(LeaseLostError):
        leases.finish(taken)
    assert Work.objects.get().state == WorkState.DONE


@pytest.mark.django_db
def test_an_extended_lease_is_not_taken_over() -> None:
    add_works(KIND, range(3))
    held = claim("long")
    assert leases.extend(held, now=timezone.now() + timedelta(seconds=25)) == {one.work_id for one in held}
    assert claim("other", seconds=40) == []
    assert len(claim("other", seconds=56)) == 3


@pytest.mark.django_db
def test_a_worker_that_takes_over_from_itself_holds_only_the_new_claim() -> None:
    add_work(KIND)
    [old] = claim("same")
    leases.bury(old, code="broken")
    assert retry_dead(old.work_id) == KIND
    [new] = claim("same")
    assert new.attempt == old.attempt  # retried by a person: counted from the beginning
    with pytest.raises(LeaseLostError):
        leases.finish(old)
    leases.finish(new)


@pytest.mark.django_db
def test_what_is_given_back_unbegun_costs_no_attempt() -> None:
    add_work(KIND)
    [first] = claim()
    leases.give_back(first, begun=False)
    [second] = claim()
    leases.give_back(second, begun=True)
    [third] = claim()
    assert (first.attempt, second.attempt, third.attempt) == (1, 1, 2)


@pytest.mark.django_db
def test_dead_rows_are_tried_again_one_or_all_and_others_are_not_touched() -> None:
    add_works(KIND, range(4))
    first, *others = claim()
    leases.finish(first)
    for one in others:
        leases.bury(one, code="broken")
    assert retry_dead(first.work_id) is None
    assert retry_dead(10**9) is None
    assert retry_dead(others[0].work_id) == KIND
    assert retry_dead_kind(KIND) == 2
    assert retry_dead_kind(KIND) == 0
    assert [one.attempt for one in claim()] == [1, 1, 1]


@pytest.mark.django_db
def test_what_a_process_does_itself_is_taken_over_if_it_dies_and_not_if_it_finishes() -> None:
    ended, died, left = (claim_inline(KIND, subject) for subject in range(3))
    finish(ended)
    give_back(left)
    assert [one.work_id for one in claim("worker")] == [left]
    assert [one.work_id for one in claim("worker", seconds=29)] == []
    assert died in [one.work_id for one in claim("worker", seconds=31)]
    with pytest.raises(LeaseLostError):
        finish(died)
