"""Which case an item comes to, how grave it is and when it is due, and what is drawn for measuring."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import change_policy
from lightkeeper.record.types import Actor
from lightkeeper.review import opening, sampling
from lightkeeper.review.evidence import evidence, links_of, sightings
from lightkeeper.review.models import Case, CaseItem, CaseLink, ClusterMember, Finding
from lightkeeper.review.states import CaseState
from lightkeeper.review.tests.making import finding, opened, original
from lightkeeper.review.types import CaseReason, NewFinding, Severity

pytestmark = pytest.mark.django_db
ONE = bytes(range(32))
NEAR = bytes([ONE[0] ^ 0b1011, *ONE[1:]])
FAR = bytes(255 - value for value in ONE)
ADA, BEA = b"a" * 32, b"b" * 32


def found(**changes: object) -> NewFinding:
    made = finding()
    values = {name: getattr(made, name) for name in made.__slots__}
    return NewFinding(**{**values, **changes})


def test_a_near_duplicate_joins_the_case_that_waits_and_is_linked_to_the_others() -> None:
    first = opened(b"one", pdq=ONE)
    near = opened(b"two", 2, pdq=NEAR)
    far = opened(b"three", 3, pdq=FAR)
    assert (near.id, near.opened, far.opened) == (first.id, False, True)
    assert [row.position for row in CaseItem.objects.filter(case_id=first.id).order_by("pk")] == [1, 2]
    assert sorted(ClusterMember.objects.values_list("distance", flat=True)) == [0, 0, 3]
    Case.objects.filter(pk=first.id).update(state=CaseState.SECOND)
    later = opened(b"four", 4, pdq=ONE)
    assert later.opened
    assert {(link.public, link.kind) for link in links_of(Case.objects.get(pk=later.id))} == {(first.public, "cluster")}


def test_the_same_person_joins_their_case_until_it_is_full() -> None:
    change_policy({"case_items": 2}, reason="a small table", actor=Actor.operator())
    first = opened(b"one", 1, person=ADA)
    assert opened(b"two", 2, person=ADA).id == first.id
    third = opened(b"three", 3, person=ADA)
    assert third.opened
    assert opened(b"four", 4, person=BEA).id not in {first.id, third.id}
    assert CaseLink.objects.filter(kind="person").count() == 1


def test_a_cluster_comes_before_a_person() -> None:
    of_ada = opened(b"one", 1, person=ADA)
    of_cluster = opened(b"two", 2, person=BEA, pdq=ONE)
    joined = opened(b"three", 3, person=ADA, pdq=NEAR)
    assert joined.id == of_cluster.id != of_ada.id


def test_a_settled_item_that_comes_again_opens_a_case_that_is_linked() -> None:
    first = opened(b"one")
    CaseItem.objects.update(state="settled", settled_at=now())
    Case.objects.update(state="closed", closed_at=now())
    again = opened(b"one", 2)
    assert again.opened
    assert [(link.public, link.kind) for link in links_of(Case.objects.get(pk=again.id))] == [(first.public, "item")]


@pytest.mark.parametrize(
    ("category", "tier", "expected"),
    [
        ("A", "match", Severity.CRITICAL), ("a1", "match", Severity.CRITICAL), ("B", "match", Severity.HIGH),
        ("C", "match", Severity.MEDIUM), ("strange", "match", Severity.MEDIUM), (None, "match", Severity.MEDIUM),
        ("A", "possible", Severity.HIGH), (None, "possible", Severity.LOW),
    ],
)  # fmt: skip
def test_severity_comes_from_the_lists_category(category: str | None, tier: str, expected: Severity) -> None:
    opened(findings=[found(category=category, tier=tier)])
    case = Case.objects.get()
    assert case.severity == expected
    hours = {4: 4, 3: 24, 2: 72, 1: 168}[expected]
    assert abs(case.due_at - case.opened_at - timedelta(hours=hours)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("why", "expected"),
    [("contact_abuse", Severity.CRITICAL), ("abuse_material", Severity.HIGH), ("unknown", Severity.MEDIUM)],
)
def test_severity_of_a_user_report_comes_from_its_reason(why: str, expected: Severity) -> None:
    opened(reason=CaseReason.USER_REPORT, findings=[], context={"report": {"reason": why}})
    assert Case.objects.get().severity == expected


def test_what_joins_makes_a_case_graver_and_sooner_due_and_never_less() -> None:
    opened(findings=[found(category="C")])
    before = Case.objects.get()
    opened(number=2, findings=[found(category="A", entry=2)])
    graver = Case.objects.get()
    assert (graver.severity, graver.due_at < before.due_at) == (Severity.CRITICAL, True)
    opened(number=3, findings=[found(category="C", entry=3)])
    assert Case.objects.get().due_at == graver.due_at
    opened(number=4, reason=CaseReason.USER_REPORT, findings=[], imminent=True)
    assert Case.objects.get().due_at <= now() + timedelta(hours=current_policy().due_hours_imminent)


def test_exposure_is_what_is_kept() -> None:
    opened(b"one")
    assert Case.objects.get().exposure == "none"
    opened(b"one", 2, reason=CaseReason.USER_REPORT, context={"report": {"reason": "other", "note": "look at it"}})
    assert Case.objects.get().exposure == "text"
    opened(b"one", 3, original=original(b"one"))
    assert Case.objects.get().exposure == "still"


def test_each_new_finding_is_drawn_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([False, True])
    monkeypatch.setattr(opening, "drawn", lambda _: next(drawn))
    opened(findings=[found(entry=1)])
    assert not Case.objects.get().sampled
    monkeypatch.setattr(opening, "drawn", lambda _: True)
    opened(number=2, findings=[found(entry=1), found(entry=2)])
    assert dict(Finding.objects.values_list("entry", "sampled")) == {1: False, 2: True}
    assert Case.objects.get().sampled


def test_the_share_that_is_drawn_is_the_policys_and_never_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    rolls = [number / 1000 for number in range(1000)]
    policy = current_policy()
    assert policy.sample_percent == 5
    monkeypatch.setattr(sampling._random, "random", iter(rolls).__next__)
    assert sum(sampling.drawn(policy) for _ in rolls) == 50


def test_evidence_is_opened_and_a_reporters_words_are_not_among_the_facts() -> None:
    said = {"callers_id": "x-1", "uploader": "u-1", "context": {"account_age_days": 3},
            "report": {"reason": "other", "note": "planted words"}}  # fmt: skip
    opened(context=said, reason=CaseReason.USER_REPORT, findings=[found(tier="possible", entry=2), found(radius=31)])
    row = CaseItem.objects.get()
    first, second = evidence(row)
    assert (first.tier, first.category, first.radius, second.tier) == ("match", "A1", 31, "possible")
    (facts,) = sightings(row)
    assert (facts.callers_id, facts.uploader, facts.has_note) == ("x-1", "u-1", True)
    assert facts.facts == {"account_age_days": "3"}
    assert "planted" not in repr(facts)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_open_one_case_for_one_item() -> None:
    ids: list[int] = []

    def go(number: int) -> None:
        try:
            ids.append(opened(b"same", number, pdq=ONE, person=ADA).id)
        finally:
            connection.close()

    opened(b"warm up", 99)
    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1
    assert CaseItem.objects.filter(case_id=ids[0]).get().sightings.count() == 6
