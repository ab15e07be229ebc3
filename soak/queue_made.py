"""A full queue and the people who work it off, written straight into the tables: a process of the installation runs it.

Ten thousand submissions would take minutes and are measured elsewhere (``load``); here it is the queue that matters.
"""

from __future__ import annotations

import hashlib
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Final

from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, transaction
from django.test import Client
from django.utils.timezone import now

from lightkeeper.people import second_factor, sessions
from lightkeeper.people.models import ContentGrant, Person
from lightkeeper.people.types import Role
from lightkeeper.record.models import Item
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import Case, CaseItem, Finding, Sighting
from lightkeeper.review.types import CaseReason, FindingKind, Severity
from lightkeeper.runtime.services import seal

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
SENIORS: Final = 5
"""Every fifth reviewer may also resolve."""
DUE_HOURS: Final = {Severity.CRITICAL: 4, Severity.HIGH: 24, Severity.MEDIUM: 72, Severity.LOW: 168}
CHUNK: Final = 1000


def main(file: str, cases: int, people: int, seed: int) -> None:
    """Make cases and people, and write the people's sessions, ``{session key: person}``, into a file."""
    drawn = random.Random(seed)
    for first in range(0, cases, CHUNK):
        with transaction.atomic():
            _cases(range(first, min(first + CHUNK, cases)), drawn)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # rows that come one by one over days are known to the planner too
    lead = Person.objects.create(email="lead@soak.example", name="Lead", role=Role.SUPERVISOR)
    Path(file).write_text(json.dumps(dict(_person(number, lead) for number in range(people))))


def _cases(numbers: range, drawn: random.Random) -> None:
    at = now()
    items = Item.objects.bulk_create(
        Item(kind=ItemKind.PICTURE, sha256=hashlib.sha256(b"soak %d" % number).digest(), size=1) for number in numbers
    )
    cases = Case.objects.bulk_create(_case(drawn) for _ in numbers)
    rows = CaseItem.objects.bulk_create(
        CaseItem(case=case, item=item, position=1, added_at=at) for case, item in zip(cases, items, strict=True)
    )
    sources = [hashlib.sha256(b"source %d" % number).digest() for number in numbers]
    Sighting.objects.bulk_create(
        Sighting(case=row.case, case_item=row, source=source, reason=CaseReason.LIST_MATCH, seen_at=at,
                 context=seal("review:context", b'{"callers_id": "made"}', context=source))
        for row, source in zip(rows, sources, strict=True)
    )  # fmt: skip
    Finding.objects.bulk_create(
        Finding(case=row.case, case_item=row, kind=FindingKind.HASH, list_name="soak-known", list_version="1",
                entry=row.pk, sealed=seal("review:finding", b'["label", null]'), algorithm="pdq", distance=40,
                tier="possible", sampled=row.case.sampled, found_at=at)
        for row in rows
    )  # fmt: skip


def _case(drawn: random.Random) -> Case:
    severity = drawn.choice(list(Severity))
    opened = now() - timedelta(minutes=drawn.randrange(60 * 24 * 3))
    return Case(
        reason=CaseReason.LIST_MATCH, severity=severity, sampled=drawn.random() < 0.05, opened_at=opened,
        due_at=opened + timedelta(hours=DUE_HOURS[severity]), imminent=drawn.random() < 0.002,
    )  # fmt: skip


def _person(number: int, lead: Person) -> tuple[str, int]:
    role = Role.SENIOR_ANALYST if number % SENIORS == SENIORS - 1 else Role.ANALYST
    person = Person(email=f"reviewer-{number}@soak.example", name=f"Reviewer {number}", role=role)
    person.set_unusable_password()
    person.save()
    ContentGrant.objects.create(person=person, granted_by=lead, reason="soak")
    with second_factor.secrets_of(person):
        TOTP.activate(person, second_factor.new_secret())
    browser = Client()
    browser.force_login(person, backend=BACKEND)
    session = browser.session
    session[sessions.SECOND_FACTOR] = True
    session.save()
    return str(session.session_key), person.pk
