"""A scene in which everything is at stake, and a walk through all addresses that notices what should not be.

A case has its pictures in the vault and a first grade that stands; a second person has it. Every request is undone
afterwards, so that each meets the same scene.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils.http import urlencode
from django.utils.timezone import now

from lightkeeper.act.models import Victim
from lightkeeper.act.parties.identity import Identity
from lightkeeper.act.parties.victims import note_victim
from lightkeeper.act.requests.tests.made import asked
from lightkeeper.act.services import propose_decision
from lightkeeper.act.takedowns.models import Takedown
from lightkeeper.act.takedowns.services import prepare
from lightkeeper.act.takedowns.tests.made import assessed, recipient
from lightkeeper.intake.public_reports.tests.made import reported as public_report
from lightkeeper.lists.models import Entry
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.alerts import raise_alert
from lightkeeper.people.client_types import Scope
from lightkeeper.people.models import Alert, Person
from lightkeeper.people.tests.clients_made import make_key
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent, Reveal, VaultObject
from lightkeeper.record.proofs import write_proof
from lightkeeper.record.services import Destroyed, read_object
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review.linking import suggest_links
from lightkeeper.review.models import Case, CaseItem, CaseLink, Grade, Lease
from lightkeeper.review.states import ItemState
from lightkeeper.review.tests.grades_made import graded, illegal, minute_over, policy
from lightkeeper.review.tests.reveals_made import answered_for, case_item, post, reported
from lightkeeper.review.types import LinkKind
from lightkeeper.web import list_pages
from lightkeeper.web.tests.effects import Effect, effects_since
from lightkeeper.web.tests.routes import Route

METHODS: Final = ("get", "post")
NOTE: Final = "first-note-quokka"
NAME: Final = "Zebulon Quillfeather"
LABEL: Final = "label-of-quokka"
FORM: Final = "application/x-www-form-urlencoded"
MEDIA: Final = ("image/", "video/", "audio/", "application/octet-stream")

POSTED: Final[dict[str, Any]] = {
    # what is asked to be shown
    "level": "tile", "part": "whole", "track": "picture", "purpose": "first", "seconds": "1", "how": "veiled",
    # a grade
    "outcome": "not_illegal", "confidence": "sure", "proposed": "no_action", "age_bracket": "", "reason": "checked",
    "note": "", "imminent": "", "label": "",
    # other forms of the console
    "name": "Somebody", "email": "somebody@platform.example", "role": "auditor", "password": "four other words here",
    "password1": "four other words here", "password2": "four other words here", "new_password": "four other words here",
    "again": "four other words here", "code": "000000", "login": "nobody@platform.example", "where": "up", "kind": "x",
    "address": "https://callbacks.platform.example/", "scopes": "submit", "days": "30", "rate_per_minute": "60",
    "lookup_per_day": "10", "subject_kind": "case", "subject_id": "1", "until": "", "authority": "a court",
    "reference": "R1", "status": "active", "radius": "20", "highest_level": "full", "hold_seconds": "20",
    "idle_seconds": "30", "channel": "email", "target": "call@platform.example", "legal_basis": "voluntary",
    "deadline_minutes": "5", "mode": "enforce", "hours": "1",
    "lines": "md5 " + "0" * 32, "state": "withdrawn", "path": "list.csv", "every_minutes": "60",
    "why_lists": "as vetted", "why_balance": "few", "why_share": "all",
    "sure": "on", "stale_days": "3", "flood_uploaders": "5",
    "first_name": "Somebody", "why": "Because of a test.", "verdict": "rejected",
}  # fmt: skip
"""A little of what each form asks: what an act does with it is looked at, not whether it likes it."""


_POSTED_TO: Final = {
    "case:grade": {"reason": ""},
    "lists:new": {"purpose": "allow", "status": "trial"},
    "lists:change_status": {"status": "quarantined"},
    "party:show": {"purpose": "report"},
}
"""Where a word means something else."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Who asks: a role or nobody, with or without a grant to see content, with or without the case."""

    role: Role | None
    granted: bool = True
    leased: bool = True

    def __str__(self) -> str:
        if self.role is None:
            return "nobody"
        return self.role + ("" if self.granted else " without a grant") + ("" if self.leased else " without the case")

    def asks(self, route: Route) -> bool:
        """Whether a walk sends this persona there: a grant and a case make a difference only to pages about cases."""
        return (self.granted and self.leased) or route.pattern.startswith(("/cases/", "/reveals/", "/planted/"))


PERSONAS: Final = (
    Persona(None),
    *(Persona(role) for role in Role),
    *(Persona(role, granted=False) for role in (Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR)),
    *(Persona(role, leased=False) for role in (Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR)),
)


@dataclass(slots=True)
class Told:
    """What one request was answered, what it left in the view log, and what the trail says that it did."""

    route: Route
    method: str
    status: int
    headers: dict[str, str]
    body: bytes
    reveals: int
    effects: list[Effect]

    @property
    def media(self) -> bool:
        """Whether it calls itself a picture or a film, or is one."""
        kind = self.headers.get("Content-Type", "")
        return kind.startswith(MEDIA) or b"\xff\xd8\xff" in self.body or b"\x89PNG\r\n" in self.body

    @property
    def everything(self) -> str:
        """All that reached the browser, as text."""
        return f"{self.status}\n{sorted(self.headers.items())}\n{self.body.decode('utf-8', 'replace')}"


@dataclass(slots=True)
class Scene:
    """What there is, and everybody's browser."""

    item: CaseItem
    first: Grade
    waiting: CaseItem
    people: dict[Persona, Person]
    browsers: dict[Persona, tuple[Browser, str]]
    traces: list[bytes]
    values: dict[str, dict[str, object]] = field(default_factory=dict)
    authorization: str = ""

    def __deepcopy__(self, _: object) -> Scene:
        """Django copies what tests share; browsers cannot be."""
        return self

    def ask(self, persona: Persona, route: Route, method: str, **changes: Any) -> Told:
        """Send one request as this persona does; all that it does is undone."""
        browser, cookies = self.browsers[persona]
        browser.cookies = SimpleCookie(cookies)
        case = changes.pop("case", self.item)
        path = route.path(self._values(route, case))
        with undone():
            cache.clear()
            if persona.role is not None and persona.leased:
                lease(case, self.people[persona])
            reveals, events = Reveal.objects.count(), _last_event()
            answer = self._send(
                browser, path, method, route.api, {**POSTED, **_POSTED_TO.get(route.name, {}), **changes}
            )
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            return Told(
                route=route,
                method=method,
                status=answer.status_code,
                headers=dict(answer.headers),
                body=body,
                reveals=Reveal.objects.count() - reveals,
                effects=effects_since(events),
            )

    def leaks(self, told: Told) -> bool:
        """Whether it holds bytes of something kept (as they are, in base64, or in hexadecimal), or any media."""
        return told.media or any(trace in told.body for trace in self.traces)

    def _send(self, browser: Browser, path: str, method: str, api: bool, data: dict[str, Any]) -> HttpResponse:
        if not api:
            if method == "get":
                return browser.get(path, data)  # type: ignore[return-value]
            # As browsers send what has no file in it; to take a body of many parts to pieces takes longer than a page.
            return browser.post(path, urlencode(data), content_type=FORM)  # type: ignore[return-value]
        headers = {"Authorization": self.authorization}
        if method == "get":
            return browser.get(path, headers=headers)  # type: ignore[return-value]
        asked = {
            "id": "x",
            "submission_id": "x",
            "reason": "other",
            "hashes": [{"algorithm": "md5", "value": "0" * 32}],
        }
        return browser.post(path, json.dumps(asked), content_type="application/json", headers=headers)  # type: ignore[return-value]

    def _values(self, route: Route, case: CaseItem) -> dict[str, object]:
        known: dict[str, object] = {"public": case.case.public, "position": case.position, "grade": self.first.public}
        return known | self.values.get(route.name, {}) | self.values.get(route.pattern.split("/")[1], {})


def made() -> Scene:
    """The scene: a second person is asked about an item that somebody graded, and another item waits."""
    answered_for()
    policy(second_high_stakes=True)
    grader = make_person(Role.ANALYST, granted=True)
    Person.objects.filter(pk=grader.pk).update(name=NAME)
    grader.refresh_from_db()
    item, waiting = case_item(), reported(2)
    lease(item, grader)
    assert post(signed_in(grader), item, level="tile").status_code == 200
    judgement = illegal(note=NOTE, proposed="label", label=LABEL, uk_category="A")
    with transaction.atomic():
        first = graded(item, grader, judgement)
        propose_decision(grade=first, person=grader)
    minute_over(first)
    Lease.objects.filter(ended_at=None).update(ended_at=now(), ended="done")
    item.refresh_from_db()
    assert item.state == ItemState.SECOND
    people = {one: make_person(one.role, granted=one.granted) for one in PERSONAS if one.role is not None}
    browsers = {one: signed_in(people[one]) if one in people else Browser() for one in PERSONAS}
    for browser in browsers.values():
        browser.raise_request_exception = False
    key = make_key(Scope.SUBMIT, Scope.DETAIL, Scope.ERASE, Scope.STATUS)
    raise_alert(next(iter(AlertKind)), key="x", urgent=False, path="/")
    stranger = make_person(Role.ANALYST)
    known = imported(csv(row(1))).list_id
    with transaction.atomic():
        proof = write_proof(
            Subject("case", "1"), Destroyed({"media": 1}), clock=None, rule="tos_min", policy=0, due_at=now(), at=now(),
            actor=Actor.system(),
        )  # fmt: skip
    of_lists: tuple[dict[str, object], ...] = {"kind": "file", "pk": known}, {"pk": Entry.objects.get().pk}
    return Scene(
        item=CaseItem.objects.select_related("case", "item").get(pk=item.pk),
        first=first,
        waiting=waiting,
        people=people,
        browsers={one: (browser, browser.cookies.output(header="", sep=";")) for one, browser in browsers.items()},
        traces=[trace for kept in VaultObject.objects.all() for trace in traces(read_object(kept))],
        values={
            "people": {"pk": stranger.pk},
            "clients": {"pk": key.client_id},
            "callbacks": {"pk": key.client_id},
            "public-reports": {"public": public_report(contact="x@mail.example", description="A forum").public},
            "takedowns": {"public": takedown_of(grader, people[Persona(Role.SUPERVISOR)]).public, "number": 1},
            "requests": {"public": asked(people[Persona(Role.SUPERVISOR)]).public},
            "retention": {"public": proof.public},
            "alerts": {"pk": Alert.objects.get().pk},
            "victims": {"public": victim_of(item.case, grader).public},
            "party:link": {"number": link_of(item.case, waiting.case).pk},
            "review:reveal_end": {"public": Reveal.objects.get().public},
            **{f"lists:{one.name}": of_lists["entries" in str(one.pattern)] for one in list_pages.urlpatterns},
        },
        authorization=f"Bearer {key.text}",
    )


def victim_of(case: Case, person: Person) -> Victim:
    """Somebody who may be a victim, written down when nothing of the case waited."""
    with transaction.atomic():
        return note_victim(case, Identity(first_name="Robin"), why="Seen.", person=person)


def takedown_of(grader: Person, by: Person) -> Takedown:
    """A notice about an address of a case of its own."""
    return prepare(assessed(grader, number=4711), recipient(by), by)


def link_of(case: Case, other: Case) -> CaseLink:
    """A link that a machine suggests."""
    suggest_links(case, LinkKind.ADDRESS, [other.pk])
    return CaseLink.objects.get(kind=LinkKind.ADDRESS)


def traces(data: bytes) -> list[bytes]:
    """Pieces of what is kept by which it would be known again, however it is written."""
    pieces = [data[start : start + 48] for start in (0, len(data) // 2, max(0, len(data) - 48))]
    written = [base64.b64encode(piece[shift:])[4:-4] for piece in pieces for shift in range(3)]
    return [*pieces, *written, *(piece.hex().encode() for piece in pieces)]


def lease(item: CaseItem, person: Person) -> None:
    """Give somebody the case of this item."""
    Lease.objects.create(case=item.case, person=person, taken_at=now(), beat_at=now())


@contextmanager
def undone() -> Iterator[None]:
    """What happens within leaves nothing behind; views may still insist on a transaction of their own."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as of the test's own transaction
    with block:
        yield
        transaction.set_rollback(True)


def _last_event() -> int:
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
