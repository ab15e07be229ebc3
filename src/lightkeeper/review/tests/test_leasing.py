"""Leases: one person has a case, one case a person; who is silent loses it; whoever signs out gives it back."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Subject
from lightkeeper.review.leasing import (
    NotYours,
    beat,
    lease_held_by,
    lease_of,
    pause,
    release,
    require_lease,
    take,
    take_over,
)
from lightkeeper.review.models import Case, Lease, Shift
from lightkeeper.review.picking import take_next
from lightkeeper.review.tests.grades_made import reviewer
from lightkeeper.review.tests.making import opened
from lightkeeper.review.types import LeaseEnd

pytestmark = pytest.mark.django_db


def a_case(data: bytes = b"drawing", number: int = 1) -> Case:
    return Case.objects.get(pk=opened(data, number).id)


def be_silent(lease: Lease, seconds: int) -> None:
    Lease.objects.filter(pk=lease.pk).update(beat_at=now() - timedelta(seconds=seconds))


def test_a_silent_holder_loses_the_lease_within_60_s() -> None:
    case, ada, bea = a_case(), reviewer(), reviewer()
    lease = take(case, ada)
    be_silent(lease, 59)
    with pytest.raises(NotYours, match=ada.name):
        take(case, bea)
    assert take_next(bea) is None
    be_silent(lease, 61)
    assert take_next(bea) == case
    lease.refresh_from_db()
    assert lease.ended == LeaseEnd.SILENT
    assert not beat(case, ada)
    with transaction.atomic(), pytest.raises(NotYours, match=bea.name):
        require_lease(case, ada)


def test_who_is_heard_of_keeps_it() -> None:
    case, ada, bea = a_case(), reviewer(), reviewer()
    be_silent(take(case, ada), 300)
    assert beat(case, ada)
    with pytest.raises(NotYours):
        take(case, bea)
    with transaction.atomic():
        assert require_lease(case, ada).person == ada


def test_who_takes_another_case_gives_back_the_first() -> None:
    one, two, ada = a_case(), a_case(b"two", 2), reviewer()
    take(one, ada)
    take(two, ada)
    assert lease_of(one) is None
    held = lease_held_by(ada)
    assert held is not None
    assert held.case == two
    assert take(two, ada).pk == held.pk


def test_a_lead_takes_over_and_an_analyst_does_not() -> None:
    case, ada, lead = a_case(), reviewer(), reviewer(Role.SUPERVISOR)
    lease = take(case, ada)
    with pytest.raises(PermissionDenied):
        take_over(case, reviewer())
    assert take_over(case, lead).person == lead
    lease.refresh_from_db()
    assert lease.ended == LeaseEnd.TAKEN_OVER
    assert take_over(case, lead).person == lead


def test_a_closed_case_is_nobodys() -> None:
    case = a_case()
    Case.objects.update(state="closed", closed_at=now())
    with pytest.raises(NotYours, match="closed"):
        take(case, reviewer())
    with pytest.raises(NotYours, match="closed"):
        take_over(case, reviewer(Role.SUPERVISOR))


def test_without_a_grant_nothing_is_taken() -> None:
    with pytest.raises(PermissionDenied):
        take(a_case(), make_person(Role.ANALYST))


def test_a_pause_gives_back_and_the_next_case_ends_it() -> None:
    case, ada = a_case(), reviewer()
    take(case, ada)
    assert pause(ada) == case
    assert Lease.objects.get().ended == LeaseEnd.PAUSED
    assert Shift.objects.get(person=ada).paused_at is not None
    assert take_next(ada) == case
    assert Shift.objects.get(person=ada).paused_at is None


def test_signing_out_gives_back() -> None:
    case, ada = a_case(), reviewer()
    take(case, ada)
    with transaction.atomic():
        subject = Subject("person", str(ada.pk))
        write_event(Event.PEOPLE_SIGN_OUT_DONE, actor=ada.actor, subject=subject, details={"cause": "asked"})
    assert Lease.objects.get().ended == LeaseEnd.SIGNED_OUT


def test_each_act_writes_one_event() -> None:
    case, ada = a_case(), reviewer()
    before = AuditEvent.objects.count()
    take(case, ada)
    beat(case, ada)
    release(ada, LeaseEnd.RELEASED)
    assert release(ada, LeaseEnd.RELEASED) is None
    written = AuditEvent.objects.order_by("pk").values_list("event", flat=True)[before:]
    assert list(written) == ["review:lease:taken", "review:lease:ended"]


@pytest.mark.parametrize("which", ["case", "person"])
def test_the_database_lets_one_lease_be_open(which: str) -> None:
    case, ada = a_case(), reviewer()
    take(case, ada)
    other, bea = a_case(b"two", 2), reviewer()
    values = {"case": case, "person": bea} if which == "case" else {"case": other, "person": ada}
    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.create(taken_at=now(), beat_at=now(), **values)


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_claims_one_wins_the_other_is_told_who() -> None:
    case, people = a_case(), [reviewer() for _ in range(5)]
    start, won, told = threading.Barrier(len(people)), [], []

    def claim(person: Person) -> None:
        try:
            start.wait(10)
            won.append(take(case, person).person_id)
        except NotYours as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = Person.objects.get(pk=won[0])
    assert (len(won), told) == (1, [f"{winner.name} has this case now."] * (len(people) - 1))


@pytest.mark.django_db(transaction=True)
def test_many_who_take_the_next_get_different_cases() -> None:
    cases = [a_case(b"%d" % number, number) for number in range(6)]
    people, got = [reviewer() for _ in cases], []

    def go(person: Person) -> None:
        try:
            got.append(take_next(person))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(case.pk for case in got if case) == sorted(case.pk for case in cases)
