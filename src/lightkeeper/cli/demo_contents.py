"""What a demonstration is filled with: drawings, a list of some of them, a client, and one person per role."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lightkeeper.review.types import NewSignal

LISTED: Final = 12
STRANGERS: Final = 4
CLIENT: Final = "Example platform"
EDITS: Final = ("mirrored", "framed", "captioned")
CATEGORIES: Final = ("A1", "A2", "B1", "B2", "drawing")
"""What the list says of its drawings in turn, so that cases differ in gravity; it describes nothing."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the person at the terminal needs: the API key, and a one-time link for each role."""

    key: str
    links: dict[str, str]


def draw(folder: Path) -> list[bytes]:
    """Draw the pictures to send and ``list.csv`` beside them, and give the SHA-256 of each picture.

    ``listed-*`` are equal to listed ones byte by byte, the edits of the same number are found by PDQ, ``stranger-*``
    are not found.
    """
    from lightkeeper.cli.demo import hash_drawing
    from lightkeeper.demo import drawings, edits

    digests, rows = [], []
    for number in range(LISTED):
        picture = drawings.drawing(number)
        original = edits.as_png(picture)
        digests.append(_write(folder / f"listed-{number}.png", original))
        category = CATEGORIES[number % len(CATEGORIES)]
        rows.append(("pdq", hash_drawing(picture).hex(), f"drawing-{number}", category))
        rows.append(("sha256", digests[-1].hex(), f"drawing-{number}", category))
        name = EDITS[number % len(EDITS)]
        edited = edits.as_jpeg(edits.EDITS[name](picture))
        digests.append(_write(folder / f"{name}-{number}.jpg", edited))
    digests += [
        _write(folder / f"stranger-{number}.jpg", edits.as_jpeg(drawings.drawing(number)))
        for number in range(LISTED, LISTED + STRANGERS)
    ]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("algorithm", "value", "id", "category"))
    writer.writerows(rows)
    (folder / "list.csv").write_text(text.getvalue(), "utf-8")
    return digests


def _write(file: Path, content: bytes) -> bytes:
    file.write_bytes(content)
    return hashlib.sha256(content).digest()


def fill(folder: Path, digests: list[bytes]) -> Access:
    """Fill a new installation (Django is ready, the tables are made) through the services that everybody uses."""
    from lightkeeper.intake.services import demo_allow
    from lightkeeper.lists.services import import_list
    from lightkeeper.lists.types import ListStatus
    from lightkeeper.people.client_types import Scope
    from lightkeeper.people.services import create_client, create_key
    from lightkeeper.record.services import record_authority
    from lightkeeper.record.types import Actor

    operator = Actor.operator()
    record_authority(
        organisation="A demonstration", person_name="Whoever started it", role="operator", country="GB",
        basis="Everything here was drawn by code; a demonstration takes nothing else.", actor=operator,
    )  # fmt: skip
    with (folder / "list.csv").open("rb") as file:
        import_list(file, name="Demonstration drawings", status=ListStatus.VETTED, radius=31, actor=operator)
    demo_allow(digests)
    client = create_client(name=CLIENT, actor=operator)
    scopes = {Scope.SUBMIT, Scope.DETAIL, Scope.ERASE, Scope.STATUS}
    key = create_key(client_id=client.pk, scopes=scopes, actor=operator)
    talk(client.pk)
    return Access(key.text, dict(_links()))


TALKS: Final = (
    (("adult", "13-15", "stranger"), False, (("secrecy_request", "phrase", 1.2, 2), ("alone_probe", "phrase", 0.9, 1),
     ("multi_minor_fanout", "contact", 1.5, 6), ("age_gap_minor_contact", "metadata", 1.0, 0))),
    (("unknown", "u13", "unknown"), False, (("gift_offer", "contact", 0.6, 3), ("call_request", "contact", 0.9, 2),
     ("late_hours_contact", "temporal", 0.3, 9), ("low_acceptance", "contact", 0.8, 0))),
    (("13-15", "13-15", "school"), True, (("pressure_or_threat", "phrase", 1.5, 1),
     ("persistence_after_refusal", "temporal", 0.9, 4), ("peers", "metadata", -1.0, 0))),
)  # fmt: skip
"""Three made-up conversations: ages and what the two are to one another, whether both are children, and the signals
with their family, weight and number of messages. Nobody wrote them: there are no words to be asked for."""


def talk(client_id: int) -> None:
    """Open a case for each of ``TALKS``, as the engine of conversations does."""
    from django.utils.timezone import now

    from lightkeeper.record.services import keyed, pair_index
    from lightkeeper.record.types import Actor
    from lightkeeper.review.services import open_conversation_case

    begin, end = now() - timedelta(days=9), now() - timedelta(hours=3)
    for number, ((one, other, relation), peers, signals) in enumerate(TALKS, start=1):
        people = [f"demo-{number}-{letter}" for letter in "ab"]
        open_conversation_case(
            client_id=client_id,
            pair=pair_index(client_id, *(keyed(client_id, "person", name) for name in people)),
            context={
                "conversation_id": f"demo-{number}", "sender_id": people[0], "recipient_id": people[1],
                "sender_age": one, "sender_age_source": "declared", "recipient_age": other,
                "recipient_age_source": "estimated", "relation": relation, "surface": "direct messages",
                "from": begin.isoformat(), "to": end.isoformat(),
            },
            band="review", score=2.5, imminent=False, fast=False, peers=peers, degraded=["no_scorer", "no_text"],
            signals=[_signal(client_id, number, begin + timedelta(days=place), end, signal)
                     for place, signal in enumerate(signals)],
            engine="demonstration", actor=Actor.operator(),
        )  # fmt: skip


def _signal(
    client_id: int, number: int, first: datetime, last: datetime, signal: tuple[str, str, float, int]
) -> NewSignal:
    from lightkeeper.record.services import keyed
    from lightkeeper.review.types import NewSignal

    name, family, weight, count = signal
    ids = tuple(keyed(client_id, "message", f"demo-{number}-{name}-{place}") for place in range(count))
    return NewSignal(signal=name, family=family, contribution=weight, evidence=ids, first_at=first, last_at=last)


def _links() -> Iterator[tuple[str, str]]:
    """Make a person for each role and a link that signs them in once; those who may see content get a grant."""
    from lightkeeper.people.services import PeopleError, give_content_grant, invite_person, make_link
    from lightkeeper.people.types import Role
    from lightkeeper.record.types import Actor

    operator = Actor.operator()
    for role in Role:
        address = f"{role.value.replace('_', '-')}@lightkeeper.example"
        person = invite_person(email=address, name=f"Demo {role.label}", role=role, by=operator)
        with contextlib.suppress(PeopleError):  # of a role that never sees content
            give_content_grant(person, reason="A demonstration with drawings alone.", by=operator)
        yield str(role.label), make_link(person, purpose="demo", by=operator)
