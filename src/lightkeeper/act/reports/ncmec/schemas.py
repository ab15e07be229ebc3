"""The schemas that were fetched: keeping the newest, and saying what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from lightkeeper.act.reports.models import FetchedSchema
from lightkeeper.act.reports.ncmec.coverage import Drift, drift
from lightkeeper.act.reports.ncmec.transport import Account, account_of, fetch_schema
from lightkeeper.act.reports.ncmec.xsd import LARGEST, BadSchema, ReportSchema, read_schema
from lightkeeper.act.reports.states import Mode
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.runtime.services import OutboundFailed, OutboundRefused, Retry

NAME = "ncmec"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What fetching a schema came to. ``new``: it is another than the one before; ``drift``: from what we can write."""

    digest: str
    new: bool
    drift: Drift


def fetch(account: Account, mode: Mode, actor: Actor) -> Fetched:
    """Fetch the schema of a mode and keep it if it is a new one.

    Raises BadSchema, OutboundRefused, OutboundFailed, and ValueError with a code for a status that is no success.
    """
    content = fetch_schema(account, most=LARGEST)
    schema = read_schema(content)
    return keep(content, schema, mode, actor)


@transaction.atomic
def keep(content: bytes, schema: ReportSchema, mode: Mode, actor: Actor) -> Fetched:
    """Keep a schema as the newest of its mode."""
    row, new = FetchedSchema.objects.update_or_create(
        authority=NAME, mode=mode, digest=schema.digest, defaults={"content": content, "fetched_at": now()}
    )
    found = drift(schema)
    if new:
        write_event(
            Event.ACT_REPORT_SCHEMA_FETCHED,
            actor=actor,
            subject=Subject("schema", str(row.pk)),
            details={"mode": mode.value, "unknown": len(found.unknown), "missing": len(found.missing)},
        )
    return Fetched(schema.digest, new, found)


def watch() -> None:
    """Fetch the schema where reports are filed; tell whoever is on call of one that differs from the one before.

    Raises Retry where it could not be fetched: the next try may reach it.
    """
    mode = Mode(settings.LIGHTKEEPER["ncmec"])
    account = account_of(mode)
    if account is None:
        return
    try:
        fetched = fetch(account, mode, Actor.system())
    except (BadSchema, OutboundRefused, OutboundFailed, ValueError):
        raise Retry(code="schema_not_fetched") from None
    if fetched.new:
        with transaction.atomic():
            raise_alert(
                AlertKind.REPORT_SCHEMA_CHANGED,
                key=f"report_schema:{mode}:{fetched.digest[:16]}",
                urgent=False,
                path="/reports/",
                details={"unknown": len(fetched.drift.unknown), "missing": len(fetched.drift.missing)},
            )


def newest_schema(authority: str, mode: Mode) -> ReportSchema | None:
    """The schema by which reports of a mode are checked; None where none was fetched."""
    rows = FetchedSchema.objects.filter(authority=authority, mode=mode).order_by("-fetched_at", "-pk")
    digest = rows.values_list("digest", flat=True).first()
    return None if digest is None else _compiled(authority, str(mode), digest)


@lru_cache(maxsize=4)
def _compiled(authority: str, mode: str, digest: str) -> ReportSchema:
    row = FetchedSchema.objects.get(authority=authority, mode=mode, digest=digest)
    return read_schema(bytes(row.content))
