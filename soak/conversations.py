"""The bars of conversations: events durable through the API, one and a thousand at a time, and what a pair takes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from soak import client, material
from soak.client import MARK, Plan, Template, closed_loop
from soak.measures import percentile
from soak.scene import Scene, scene
from soak.service import KEY, RATE

PATH: Final = "/api/v1/conversations/events"
BATCH: Final = 1000
WARM_SECONDS: Final = 4.0
LEAST_A_SECOND: Final = 500.0
MOST_MS: Final = 50.0
PAIRS: Final = 1_000_000
MOST_BYTES: Final = 64 << 30
"""What a million pairs may take on one machine, with their people, events' ids and indexes."""
_SET_UP: Final = """
from datetime import date, timedelta
from lightkeeper.intake.services import set_surface
from lightkeeper.intake.types import LegalBasis
from lightkeeper.record.services import change_policy
from lightkeeper.record.types import Actor
change_policy({"conversations": True, "moments": True}, reason="a soak", actor=Actor.operator())
set_surface(name="chat", private=True, legal_basis=LegalBasis.CONSENT, basis_until=date.today() + timedelta(days=90),
            detection=True, actor=Actor.operator())
"""
_TALK: Final = (
    "did you get the maths homework", "see you at training tomorrow", "haha that was so funny", "what level are you on",
    "are you home alone?", "add me on another app", "don't tell your mum", "my cat is asleep on the keyboard",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """What the tables of conversations take, in bytes, and how many pairs they have."""

    taken: int
    pairs: int

    @property
    def of_a_million(self) -> int:
        """Bytes of a million pairs like these."""
        return self.taken * PAIRS // max(1, self.pairs)


def events(count: int, *, people: int, seed: int) -> list[dict[str, object]]:
    """Messages between people, each an id with room for a request's number."""
    drawn = random.Random(seed)
    made: list[dict[str, object]] = []
    for number in range(count):
        sender, recipient = drawn.sample(range(people), 2)
        made.append(
            {
                "type": "message",
                "id": f"{MARK}-{number}",
                "ts": f"2024-11-20T18:{number // 60 % 60:02}:{number % 60:02}Z",
                "surface": "chat",
                "conversation": f"c-{min(sender, recipient)}-{max(sender, recipient)}",
                "sender": f"u-{sender}",
                "recipients": [f"u-{recipient}"],
                "text": drawn.choice(_TALK),
                "language": "en",
            }
        )
    return made


def batches(key: str) -> list[Template]:
    """Requests of 1,000 messages among 2,000 people."""
    return [
        Template.cut(client.json_request(PATH, {"events": events(BATCH, people=2000, seed=seed)}, key=key))
        for seed in range(8)
    ]


def singles(key: str) -> list[Template]:
    """Requests of one message."""
    return [Template.cut(client.json_request(PATH, event, key=key)) for event in events(500, people=2000, seed=99)]


def size_of(made: Scene) -> Size:
    """What the tables take now."""
    database = made.installation.database
    pairs = database.number("SELECT COUNT(*) FROM intake_conversationstate WHERE LENGTH(key) = 33")
    if made.cluster is None:
        taken = database.number(
            "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE '%conversationstate%' OR name LIKE '%conversationevent%'"
            " OR name LIKE 'conversation_%'"
        )
    else:
        taken = database.number(
            "SELECT pg_total_relation_size('intake_conversationstate')"
            " + pg_total_relation_size('intake_conversationevent')"
        )
    return Size(taken, pairs)


def talker(made: Scene) -> str:
    """Switch conversations and moments on, and give the key of a client that may send them."""
    said = made.installation.run("client", "create", "soak-talker", "--scope", "conversations", "--rate", RATE)
    made.installation.python(f"exec({_SET_UP!r})")
    return str(KEY.findall(said)[0])


def run(database: str, *, seconds: float = 20.0) -> list[str]:
    """Measure the bars on one database and print them; the bars that were missed."""
    missed = []
    with scene(database, material.random_rows(100)) as made:
        key = talker(made)
        made.start()
        print(f"\n{database}, {seconds:.0f} s each")
        for name, templates, items, concurrency in (
            ("events, 1,000 a request", batches(key), BATCH, 2),
            ("events, one a request", singles(key), 1, 1),
        ):
            closed_loop(made.ports(), templates, Plan(concurrency, min(WARM_SECONDS, seconds), first=10**11))
            timings = closed_loop(made.ports(), templates, Plan(concurrency, seconds))
            print(f"{name:26} {timings.line(items)}")
            slow = items == 1 and 1000 * percentile(timings.latencies, 0.99) > MOST_MS
            few = items > 1 and timings.rate * items < LEAST_A_SECOND
            if slow or few or set(timings.statuses) - {200}:
                missed.append(f"{database}: {name}: {timings.line(items)}")
        size = size_of(made)
        gigabytes = size.of_a_million / 2**30
        print(f"{size.pairs:,} pairs take {size.taken / 2**20:.1f} MiB with all else: {gigabytes:.1f} GiB a million")
        if size.of_a_million > MOST_BYTES:
            missed.append(f"{database}: a million pairs would take {gigabytes:.1f} GiB")
    return missed
