"""Lists with something to say: fetched, judged, flooded, stale, allowing; and the pages that say it."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.lists import services
from lightkeeper.lists.models import Entry, Exchange, Feedback, HashList, SetAside, SyncRun
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.lists.types import EntryState, ListPurpose, ListStatus, NewHit
from lightkeeper.people.models import Person
from lightkeeper.review.models import Finding
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, policy, reviewer, stood
from lightkeeper.review.tests.making import finding
from lightkeeper.web.tests.console_made import Stop

NAME = "A hotline's list"
FOUND = ((0, 0), (2, 0), (3, 0), (5, 0), (5, 0), (8, 0), (9, 0), (11, 1), (12, 0), (14, 0), (17, 1), (18, 0), (22, 1),
         (24, 1), (25, 0), (28, 1), (29, 1), (30, 1))  # fmt: skip
"""How far, and whether it was wrong."""


def lists_made(manager: Person) -> list[Stop]:
    """Make them, and give the pages that a list manager has of them."""
    policy()
    made = imported(csv(*(row(n) for n in range(40)), *(row(n, "sha256") for n in range(25))), NAME).list_id
    imported(csv(*(row(f"own {n}") for n in range(6))), "Our own", ListStatus.TRIAL)
    imported(csv(*(row(f"fine {n}") for n in range(9))), "Harmless look-alikes", purpose=ListPurpose.ALLOW)
    HashList.objects.filter(name="Our own").update(imported_at=now() - timedelta(days=45), stale_days=30)
    HashList.objects.filter(purpose=ListPurpose.ALLOW).update(allowed_matches=3)
    HashList.objects.filter(pk=made).update(source="A hotline", categories={"baseline": "A1", "other": "B2"})
    services.set_owner(made, manager.pk, actor=manager.actor)
    services.set_radius(made, 26, reason="Beyond 26 bits nearly all was wrong.", actor=manager.actor)
    flooded, disputed = _entries(made, manager)
    _judged(made, flooded)
    run = _fetched(made, disputed)
    return [
        Stop("list-all", manager, reverse("lists:lists")),
        Stop("list-one", manager, reverse("lists:list", args=[made])),
        Stop("list-what-if", manager, reverse("lists:what_if", args=[made])),
        Stop("list-quarantine", manager, reverse("lists:quarantine")),
        Stop("list-entry", manager, reverse("lists:entry", args=[disputed])),
        Stop("list-add", manager, reverse("lists:add", args=[made])),
        Stop("list-find", manager, reverse("lists:find", args=[made])),
        Stop("list-move", manager, reverse("lists:move", args=[flooded])),
        Stop("list-radius", manager, reverse("lists:change_radius", args=[made])),
        Stop("list-status", manager, reverse("lists:change_status", args=[made])),
        Stop("list-owner", manager, reverse("lists:change_owner", args=[made])),
        Stop("list-alarms", manager, reverse("lists:change_alarms", args=[made])),
        Stop("list-categories", manager, reverse("lists:change_categories", args=[made])),
        Stop("list-import", manager, reverse("lists:import")),
        Stop("list-new", manager, reverse("lists:new")),
        Stop("list-exchanges", manager, reverse("lists:exchanges")),
        Stop("list-exchange", manager, reverse("lists:exchange", args=[made])),
        Stop("list-exchange-kinds", manager, reverse("lists:exchange", args=[_other()])),
        Stop("list-feed", manager, reverse("lists:set_up", args=[_other(), "feed"])),
        Stop("list-credentials", manager, reverse("lists:credentials", args=[made])),
        Stop("list-anew", manager, reverse("lists:anew", args=[made])),
        Stop("list-run", manager, reverse("lists:run", args=[run])),
    ]


def _other() -> int:
    return HashList.objects.get(name="Our own").pk


def _entries(list_id: int, manager: Person) -> tuple[int, int]:
    """One that flooded, and one that somebody doubts."""
    flooded, disputed, gone = Entry.objects.filter(list=list_id, algorithm="pdq").order_by("pk")[:3]
    for number in range(20):
        item, uploader = (hashlib.sha256(b"%s %d" % (what, number)).digest() for what in (b"item", b"from"))
        services.note_hits([NewHit(flooded.pk, item, uploader, 4)])
        services.note_hits([NewHit(disputed.pk, item, hashlib.sha256(b"one").digest(), 9)] if number < 3 else [])
    services.move_entry(disputed.pk, EntryState.DISPUTED, reason="It is a logo, they say.", actor=manager.actor)
    services.move_entry(gone.pk, EntryState.WITHDRAWN, reason="Its source took it back.", actor=manager.actor)
    return flooded.pk, disputed.pk


def _judged(list_id: int, flooded: int) -> None:
    """Items that the list found, some drawn, most judged."""
    ann = reviewer()
    for number, (distance, wrong) in enumerate(FOUND):
        near = dataclasses.replace(
            finding(flooded if number < 4 else 10_000 + number), list_id=list_id, list_name=NAME, radius=31,
            distance=distance,
        )  # fmt: skip
        item = case_item(b"of a list %d" % number, 900 + number, findings=[near])
        Finding.objects.filter(case_item=item).update(sampled=number % 5 != 4)
        if number % 7 != 6:
            stood(item, ann, harmless(proposed="no_action") if wrong else illegal())


def _fetched(list_id: int, entry: int) -> int:
    """A source that failed once and gave a record that cannot be used; gives the number of the last run."""
    at = now()
    exchange = Exchange.objects.create(
        list_id=list_id, kind="stopncii", options={}, every_minutes=60, feedback=True, created_at=at, complete_at=at,
        due_at=at + timedelta(minutes=58), checkpoint={"start": 1}, credentials=b"sealed",
    )  # fmt: skip
    SyncRun.objects.create(
        exchange=exchange, outcome="failed", begun_at=at - timedelta(hours=2), ended_at=at - timedelta(hours=2),
        problem="The source answered 503; the next sync goes on at the checkpoint.",
    )  # fmt: skip
    run = SyncRun.objects.create(
        exchange=exchange, outcome="complete", begun_at=at - timedelta(minutes=2), ended_at=at, pages=9, records=812,
        added=65, changed=3, withdrawn=1, set_aside=1, unsearched=40,
    )  # fmt: skip
    SetAside.objects.create(run=run, page=4, position=17, record="r-4417", problem="its value is no PDQ hash")
    Feedback.objects.create(entry_id=entry, grade=1, opinion="down", reason="Mismatch", queued_at=at)
    return run.pk
