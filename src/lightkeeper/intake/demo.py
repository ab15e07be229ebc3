"""What a demo takes: its own abstract drawings, and addresses under reserved names."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from lightkeeper.intake.models import DemoDigest
from lightkeeper.intake.types import Refused
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor

_ENDINGS = (".test", ".example", ".invalid")


@transaction.atomic
def demo_allow(digests: Iterable[bytes]) -> int:
    """Let a demo take the pictures of these SHA-256 (32 bytes each). Gives how many are new to it."""
    before = DemoDigest.objects.count()
    rows = [DemoDigest(sha256=digest) for digest in digests]
    DemoDigest.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    added = DemoDigest.objects.count() - before
    write_event(Event.INTAKE_DEMO_ALLOWED, actor=Actor.operator(), details={"count": added})
    return added


def refuse_others(sha256: bytes) -> None:
    """In a demo, raise Refused (422) for bytes that are none of its drawings."""
    if settings.LIGHTKEEPER["demo"] and not DemoDigest.objects.filter(sha256=sha256).exists():
        raise Refused(
            422,
            "demo-only",
            "This is a demo: it takes only the drawings that it made itself, never real pictures.",
        )


def refuse_other_urls(url: str) -> None:
    """In a demo, raise Refused (422) for an address that is not under a reserved name."""
    if not settings.LIGHTKEEPER["demo"]:
        return
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not f".{host}".endswith(_ENDINGS):
        raise Refused(422, "demo-only", "This is a demo: it takes only addresses under .test, .example or .invalid.")
