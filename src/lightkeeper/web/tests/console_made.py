"""A console with something on every page, made of drawings: for walks through all pages, and for their pictures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.act.services import propose_decision
from lightkeeper.demo import drawings, edits
from lightkeeper.intake.services import correct_entry
from lightkeeper.lists.models import Entry
from lightkeeper.lists.services import create_list
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.lists.types import EntryState
from lightkeeper.people.models import Person
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.proofs import write_proof
from lightkeeper.record.services import (
    Cause,
    Destroyed,
    ExtensionBasis,
    incoming,
    keep,
    keep_longer,
    start_clocks,
)
from lightkeeper.record.types import Actor, ObjectKind, Subject
from lightkeeper.review.models import CaseItem, Grade, Lease
from lightkeeper.review.services import keep_derivative
from lightkeeper.review.tests.grades_made import graded, harmless, illegal, minute_over, policy, reviewer
from lightkeeper.review.tests.making import finding, opened, original
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.review.types import CaseReason, MediaKind
from lightkeeper.web.tests.oversight_made import looked_closer, some_days

NAMES: Final = {Role.SUPERVISOR: "Sofia Lead", Role.ADMINISTRATOR: "Ada Keeper", Role.LIST_MANAGER: "Lin Lists"}
SIDES: Final = {MediaKind.TILE: 64, MediaKind.GREY: 240, MediaKind.FULL: 480}


class Stop(NamedTuple):
    """One page of the walk: what its picture is called, who looks, and where; ``item`` is leased to them first."""

    name: str
    person: Person
    path: str
    item: CaseItem | None = None


def someone(name: str, role: Role = Role.ANALYST) -> Person:
    """A reviewer with a name that a picture may show."""
    person = reviewer(role)
    Person.objects.filter(pk=person.pk).update(name=name)
    person.refresh_from_db()
    return person


def lead(role: Role) -> Person:
    """Somebody who answers for the work, with a name that a picture may show."""
    person = make_person(role, granted=True)
    Person.objects.filter(pk=person.pk).update(name=NAMES[role])
    person.refresh_from_db()
    return person


def drawn(number: int, *, with_pictures: bool = True, **more: object) -> CaseItem:
    """A case of a drawing, found by two lists, with its three levels in the vault."""
    picture = drawings.drawing(number, (640, 480))
    data = edits.as_jpeg(picture)
    near = dataclasses.replace(
        finding(number), list_name="A hotline's list", radius=31, distance=7 + number % 20, category="B",
        variant="mirrored", label="", list_version="2026-11-01",
    )  # fmt: skip
    asked = {"findings": [near], "original": original(data) if with_pictures else None, **more}
    ref = opened(data, number, **asked)
    item = CaseItem.objects.select_related("case", "item").filter(case_id=ref.id).order_by("-position")[0]
    for kind, side in SIDES.items() if with_pictures else ():
        small = picture.resize((side, side * 3 // 4))
        if kind is not MediaKind.FULL:
            small = small.convert("L").convert("RGB")
        with incoming(1 << 20) as writer:
            writer.write(edits.as_jpeg(small))
            stored = writer.commit()
        with transaction.atomic():
            keep_derivative(case_item_id=item.pk, kind=kind, made=keep(stored, kind=ObjectKind.DERIVATIVE))
    return item


def judged(item: CaseItem, person: Person, judgement: object, *, stands: bool = True) -> Grade:
    """A grade with its decision; the case is given back afterwards."""
    grade = graded(item, person, judgement)  # type: ignore[arg-type]
    propose_decision(grade=grade, person=person)
    if stands:
        minute_over(grade)
    free()
    return grade


def free() -> None:
    """Nobody has a case."""
    Lease.objects.filter(ended_at=None).update(ended_at=now(), ended="released")


def hash_only_stop(person: Person) -> Stop:
    """The page of a case of which nothing is kept: before anybody answers for keeping."""
    item = drawn(90, with_pictures=False)
    return Stop("case-hash-only", person, _case(item), item)


def stops(ann: Person) -> Iterator[Stop]:
    """Make everything, and give the pages of reviewers in all their states."""
    answered_for()
    policy(second_high_stakes=True, second_random_percent=0)
    ben, sen = someone("Ben Second"), someone("Sena Senior", Role.SENIOR_ANALYST)
    platform = create_client(name="Example platform", actor=Actor.operator())
    known = {"callers_id": "photo-2291", "uploader": "user-77", "surface": "public posts", "context": {"album": "12"}}
    said = {**known, "report": {"reason": "child_safety", "note": "What somebody wrote."}}
    waiting = drawn(1, client_id=platform.pk, context=known, person=b"p" * 32)
    second, disagreed, settled, pending, undone = (drawn(number, client_id=platform.pk) for number in range(2, 7))
    reported = drawn(8, client_id=platform.pk, context=said, reason=CaseReason.USER_REPORT, findings=[])
    opened(b"words alone", 20, client_id=platform.pk, context=said, reason=CaseReason.USER_REPORT, findings=[])
    judged(second, ben, illegal(uk_category="A"))
    judged(disagreed, ben, illegal(uk_category="A", note="Compare the list's category."))
    judged(disagreed, ann, harmless(proposed="no_action"))
    looked_closer(settled, ben)
    judged(settled, ben, harmless(proposed="no_action"))
    some_days(ann)
    judged(undone, sen, illegal(), stands=False)
    queue = reverse("review:queue")
    yield from (
        Stop("queue", ann, queue),
        Stop("case-to-take", ann, _case(waiting)),
        Stop("case-waiting", ann, _case(waiting), waiting),
        Stop("case-report", ann, _case(reported), reported),
        Stop("case-second", ann, _case(second), second),
        Stop("case-disagreed", ann, _case(disagreed), disagreed),
        Stop("case-settled", ann, _case(settled)),
        Stop("case-graded-by-another", ann, _case(undone)),
        Stop("case-senior", sen, _case(disagreed), disagreed),
        Stop("my-protection", ann, reverse("review:my_protection")),
        Stop("my-load", ann, reverse("load:mine")),
    )
    judged(pending, ann, illegal(), stands=False)
    yield Stop("case-to-undo", ann, _case(pending))


def pages_of_leads(supervisor: Person, settled: CaseItem) -> list[Stop]:
    """Pages that stand in no navigation."""
    found = [Stop("case-supervisor", supervisor, _case(settled))]
    further = ("transparency:matching", "transparency:trends", "transparency:tools")
    names = ("record:change_policy", "record:place_hold", "people:rota", *further)
    found += [Stop(name.split(":")[1].replace("_", "-"), supervisor, reverse(name)) for name in names]
    seen_by = Grade.objects.filter(case_item=settled)[0].person_id
    found += corrections_made(supervisor)
    found += retained(supervisor, settled)
    found += [
        Stop("whole-case", supervisor, reverse("case:whole", args=[settled.case.public])),
        Stop("views-of-a-case", supervisor, reverse("oversight:views_of", args=[settled.case.public])),
        Stop("views-by-a-person", supervisor, reverse("oversight:views") + f"?person={seen_by}&days=30"),
    ]
    return found


def retained(supervisor: Person, settled: CaseItem) -> list[Stop]:
    """A case that is kept longer than its day, and the proof of something that was destroyed on its own."""
    case, at = settled.case_id, now()
    start_clocks(Subject("case", str(case)), Cause.FOUNDED)
    keep_longer(
        case=case, until=at + timedelta(days=400), basis=ExtensionBasis.APPEAL, note="A 7/26", by=supervisor.actor
    )
    with transaction.atomic():
        proof = write_proof(
            Subject("case", str(case + 1)), Destroyed({"media": 2, "contexts": 1}, (("11" * 16, "ab" * 32),)),
            clock=None, rule="tos_min", policy=0, due_at=at, at=at, actor=Actor.system(),
        )  # fmt: skip
    return [
        Stop("keep-longer", supervisor, reverse("retention:extend", args=[settled.case.public])),
        Stop("proof", supervisor, reverse("retention:proof", args=[proof.public])),
        Stop("retention-lists", supervisor, reverse("retention:clocks")),
    ]


def corrections_made(supervisor: Person) -> list[Stop]:
    """An entry on which cases rest: before anybody says that it is wrong, after it, and a case that says so."""
    senior = someone("Sena Senior", Role.SENIOR_ANALYST)
    imported(csv(row("a", "sha256"), row("b", "sha256")), name="A hotline's digests")
    wrong, right = Entry.objects.filter(list__name="A hotline's digests").order_by("pk").values_list("pk", flat=True)
    create_list(name="Our own", actor=Actor.operator())
    same = dataclasses.replace(finding(), list_name="A hotline's digests", algorithm="sha256", distance=0, radius=None)
    confirmed, waiting = (
        drawn(number, findings=[dataclasses.replace(same, entry=of)]) for number, of in ((40, right), (41, wrong))
    )
    judged(confirmed, senior, illegal())
    policy(second_high_stakes=False)
    judged(drawn(42, findings=[dataclasses.replace(same, entry=right)]), senior, illegal())
    reason = "The source listed a picture that a shop sells."
    made = correct_entry(wrong, EntryState.DISPUTED, reason=reason, person=supervisor)
    settled = CaseItem.objects.filter(state="settled", findings__entry=right).select_related("case").latest("pk")
    return [
        Stop("corrections", supervisor, reverse("correction:corrections")),
        Stop("correction-preview", supervisor, reverse("correction:entry", args=[right])),
        Stop("correction", supervisor, reverse("correction:correction", args=[made.pk])),
        Stop("case-entry-wrong", supervisor, _case(waiting)),
        Stop("case-add-to-list", supervisor, _case(settled)),
    ]


def _case(item: CaseItem) -> str:
    return f"/cases/{item.case.public}/"
