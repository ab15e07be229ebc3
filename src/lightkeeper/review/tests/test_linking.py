"""A machine suggests links between cases; only a person's acceptance makes one count, and a rejected one stays so."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor
from lightkeeper.review.evidence import linked_cases, links_of
from lightkeeper.review.keeping import erase_from_case
from lightkeeper.review.linking import LinkRefused, judge_link, why_linked
from lightkeeper.review.models import Case, CaseItem, CaseLink, LinkJudgement, Sighting
from lightkeeper.review.tests.grades_made import reviewer
from lightkeeper.review.tests.making import opened

pytestmark = pytest.mark.django_db


def over() -> None:
    CaseItem.objects.update(state="settled", settled_at=now())
    Case.objects.update(state="closed", closed_at=now())


def twice() -> tuple[Case, Case]:
    """The same item came before and after it was settled: two cases."""
    first = opened(b"one")
    over()
    again = opened(b"one", 2)
    return Case.objects.get(pk=first.id), Case.objects.get(pk=again.id)


def test_a_suggestion_counts_only_once_a_person_accepted_it() -> None:
    _first, again = twice()
    link, ada = CaseLink.objects.get(), reviewer()
    assert (link.state, linked_cases(again), [one.kind for one in links_of(again)]) == ("suggested", [], ["item"])
    for why in ("", "  ", "x" * 281):
        with pytest.raises(LinkRefused, match="Write down why"):
            judge_link(link, accepted=True, why=why, person=ada)
    with pytest.raises(PermissionDenied):
        judge_link(link, accepted=True, why="The same.", person=make_person(Role.AUDITOR))
    assert not LinkJudgement.objects.exists()
    judge_link(link, accepted=True, why=" The same picture. ", person=ada)
    (found,) = linked_cases(again)
    assert found.judged is not None
    assert (why_linked(found.judged), found.judged.made_by) == ("The same picture.", ada)
    assert b"picture" not in bytes(LinkJudgement.objects.get().why or b"")
    event = AuditEvent.objects.get(event="review:link:accepted")
    assert json.loads(event.details) == {"other": link.earlier_id, "kind": "item"}
    assert (event.actor_id, event.subject_id) == (str(ada.pk), str(link.later_id))
    with pytest.raises(LinkRefused, match="already"):
        judge_link(link, accepted=True, why="Again.", person=ada)


def test_a_rejected_suggestion_does_not_come_back_and_a_change_of_mind_is_a_new_act() -> None:
    first, again = twice()
    link, ada = CaseLink.objects.get(), reviewer()
    judge_link(link, accepted=False, why="Passed around by thousands.", person=ada)
    over()
    opened(b"one", 3)
    link.refresh_from_db()
    assert link.state == "rejected"
    assert (linked_cases(first), linked_cases(again)) == ([], [])
    pairs = CaseLink.objects.values_list("earlier", "later")
    assert sorted(pairs).count((first.pk, again.pk)) == 1
    judge_link(link, accepted=True, why="The account says so itself.", person=ada)
    assert [row.accepted for row in link.judgements.all()] == [False, True]
    assert AuditEvent.objects.filter(event__startswith="review:link:").count() == 2


def test_the_same_address_is_suggested_by_a_blind_index_that_goes_with_an_erasure() -> None:
    said = {"context": {"address": "192.0.2.7"}}
    first = opened(b"one", 1, context=said)
    second = opened(b"two", 2, context=said)
    opened(b"three", 3, context={"context": {"address": "192.0.2.8"}})
    assert list(CaseLink.objects.values_list("earlier", "later", "kind")) == [(first.id, second.id, "address")]
    rows = Sighting.objects.order_by("pk")
    assert rows[0].address == rows[1].address != rows[2].address
    assert b"192.0.2" not in bytes(rows[0].address or b"")
    erase_from_case(case_id=first.id, source=bytes(rows[0].source), actor=Actor.system())
    assert Sighting.objects.get(case=first.id).address is None
    opened(b"four", 4, context=said)
    assert not CaseLink.objects.filter(earlier=first.id).exclude(later=second.id).exists()
