"""What is offered next: the order, what suits somebody, the share drawn at random, and why nothing does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.review.leasing import release
from lightkeeper.review.models import Case, DayExposure, Lease, Shift
from lightkeeper.review.picking import NothingNow, suits_nobody, take_next, why_nothing
from lightkeeper.review.protection import change_protection
from lightkeeper.review.tests.grades_made import reviewer
from lightkeeper.review.tests.making import opened, original
from lightkeeper.review.types import LeaseEnd

pytestmark = pytest.mark.django_db


def a_case(number: int, **changes: object) -> Case:
    """A case that was not drawn for the random share, whose turn comes out of order, unless it is to be."""
    ref = opened(b"case %d" % number, number)
    Case.objects.filter(pk=ref.id).update(**{"sampled": False, **changes})
    return Case.objects.get(pk=ref.id)


def in_order(person: Person) -> list[int]:
    got = []
    while case := take_next(person):
        got.append(case.pk)
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now())
        release(person, LeaseEnd.DONE)
    return got


def test_danger_then_due_then_severity() -> None:
    at = now()
    later = a_case(1, due_at=at + timedelta(hours=9), severity=4)
    soon = a_case(2, due_at=at + timedelta(hours=1), severity=1)
    graver = a_case(3, due_at=at + timedelta(hours=1), severity=3)
    danger = a_case(4, due_at=at + timedelta(hours=99), imminent=True)
    assert in_order(reviewer()) == [danger.pk, graver.pk, soon.pk, later.pk]


def test_one_who_has_a_case_gets_that_one() -> None:
    first = a_case(1)
    a_case(2, imminent=True)
    ada = reviewer()
    Case.objects.filter(pk=first.pk).update(due_at=now() - timedelta(days=1), imminent=True)
    assert take_next(ada) == take_next(ada)
    assert Lease.objects.count() == 1


def test_every_fifth_is_the_oldest_drawn_at_random_unless_there_is_danger() -> None:
    at = now()
    drawn = [a_case(n, sampled=True, due_at=at + timedelta(days=n), opened_at=at - timedelta(days=n)) for n in (1, 2)]
    for number in range(10, 22):
        a_case(number, due_at=at - timedelta(days=1))
    got = in_order(reviewer())
    numbers = list(Lease.objects.order_by("pk").values_list("pk", "case_id"))
    # Without the first: before it there is no lease to count on from, whatever number PostgreSQL gives it.
    fifths = [case for pk, case in numbers[1:] if pk % 5 == 0]
    assert fifths[:2] == [drawn[1].pk, drawn[0].pk]
    assert len(got) == 14
    waiting = a_case(40, sampled=True)
    danger = [a_case(number, imminent=True) for number in range(50, 56)]
    assert set(in_order(reviewer())[:6]) == {case.pk for case in danger}
    waiting.refresh_from_db()
    assert waiting.state == "closed"


def test_what_somebody_opted_out_of_is_not_offered_and_they_are_told() -> None:
    opened(b"still", 1, original=original(b"still"))
    a_case(2, severity=4)
    ada = reviewer()
    change_protection(ada, {"opt_outs": ["still", "critical"]})
    assert take_next(ada) is None
    assert why_nothing(ada) == ["2 cases wait that you opted out of."]


def test_with_a_cap_reached_only_what_needs_no_view_is_left() -> None:
    opened(b"still", 1, original=original(b"still"))
    text = a_case(2, exposure="text", due_at=now() + timedelta(days=9))
    ada = reviewer()
    DayExposure.objects.create(person=ada, day=now().date(), level="full", count=10_000, seconds=0)
    assert take_next(ada) == text
    Case.objects.filter(pk=text.pk).update(state="closed", closed_at=now())
    release(ada, LeaseEnd.DONE)
    assert take_next(ada) is None
    assert why_nothing(ada) == ["1 case waits, and you have seen as much today as you may."]


def test_who_must_rest_gets_nothing_and_is_told_until_when() -> None:
    a_case(1)
    ada, at = reviewer(), now()
    Shift.objects.create(person=ada, looking_since=at - timedelta(hours=2), last_looked_at=at)
    with pytest.raises(NothingNow, match="rest until"):
        take_next(ada)


def test_what_was_handed_over_is_not_offered_to_the_same_person_again_today() -> None:
    case, ada, bea = a_case(1), reviewer(), reviewer()
    assert take_next(ada) == case
    release(ada, LeaseEnd.HANDED_OVER)
    assert take_next(ada) is None
    assert why_nothing(ada) == ["1 case is with somebody, or you handed it over today."]
    assert take_next(bea) == case
    release(bea, LeaseEnd.RELEASED)
    Lease.objects.filter(person=ada).update(ended_at=now() - timedelta(days=1))
    assert take_next(ada) == case


def test_leads_see_what_is_late_and_with_nobody() -> None:
    late, taken = a_case(1, due_at=now() - timedelta(hours=1)), a_case(2, due_at=now() - timedelta(hours=2))
    a_case(3)
    assert take_next(reviewer()) == taken
    assert list(suits_nobody()) == [late]
    assert why_nothing(reviewer()) != ["No case waits."]


def test_an_empty_queue_says_so() -> None:
    assert why_nothing(reviewer()) == ["No case waits."]
