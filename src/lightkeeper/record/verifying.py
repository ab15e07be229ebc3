"""Verifying the trail: walks the whole chain in bounded memory, and names the first thing that is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef
from django.utils import timezone

from lightkeeper.record.append_only import missing_triggers
from lightkeeper.record.chain import EVENT_FIELDS, GENESIS, event_digest, next_link
from lightkeeper.record.checkpoints import SignedCheckpoint, key_is_ours, signed
from lightkeeper.record.models import AuditEvent, Checkpoint, Seal, SigningKey, Unsealed

PAGE: Final = 2000
LATE: Final = timedelta(minutes=1)
"""An event without a seal for longer than this means that no sealer works."""


class BreakKind(StrEnum):
    """What can be wrong."""

    EVENT_ALTERED = "event_altered"
    EVENT_MISSING = "event_missing"
    SEAL_MISSING = "seal_missing"
    SEAL_ALTERED = "seal_altered"
    OUT_OF_ORDER = "out_of_order"
    SIGNATURE_WRONG = "checkpoint_signature_wrong"
    CONTRADICTED = "checkpoint_contradicted"
    CUT_SHORT = "chain_cut_short"
    KEY_FORGED = "signing_key_forged"


SAYS: Final = {
    BreakKind.EVENT_ALTERED: "the event is not as it was when it was sealed: altered",
    BreakKind.EVENT_MISSING: "the event was written, and is missing",
    BreakKind.SEAL_MISSING: "no seal stands at this position: missing",
    BreakKind.SEAL_ALTERED: "the seal itself was altered",
    BreakKind.OUT_OF_ORDER: "the seal does not follow on the one before: out of order",
    BreakKind.SIGNATURE_WRONG: "the signature of a checkpoint is wrong",
    BreakKind.CONTRADICTED: "a signed checkpoint says otherwise: the chain was written anew",
    BreakKind.CUT_SHORT: "a signed checkpoint reaches further: the end of the chain was cut off",
    BreakKind.KEY_FORGED: "a stored signing key is not one that this service made, or its master key is not there",
}


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong: what, at which position of the chain, and about which event if it is known."""

    kind: BreakKind
    position: int | None = None
    event_id: int | None = None
    checkpoint: str = ""

    def __str__(self) -> str:
        where = [f"event {self.event_id}"] if self.event_id is not None else []
        where += [f"position {self.position}"] if self.position is not None else []
        where += [self.checkpoint] if self.checkpoint else []
        return f"{', '.join(where) or 'the trail'}: {SAYS[self.kind]}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying showed: how many sealed events are sound (up to the break, where there is one), and the tail."""

    events: int
    head: bytes
    first_break: Break | None
    checkpoints: int = 0
    unsealed: int = 0
    unsealed_since: datetime | None = None
    missing_triggers: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with the chain; see also ``late`` and ``missing_triggers``."""
        return self.first_break is None

    @property
    def unsealed_age(self) -> timedelta:
        """How long the oldest unsealed event has waited."""
        since = self.unsealed_since
        return max(timezone.now() - since, timedelta(0)) if since else timedelta(0)

    @property
    def late(self) -> bool:
        """Whether events wait longer for a seal than they should."""
        return self.unsealed_age > LATE


def verify(*, against: SignedCheckpoint | None = None, tell: Callable[[int], None] | None = None) -> Verification:
    """Walk the whole chain. ``against`` is a checkpoint kept elsewhere: with it a chain written anew is found out too.

    Memory is bounded by one page. What is sealed while it runs is left for the next time. ``tell`` is called with the
    number of events seen so far.
    """
    walk = _Walk(against)
    found = walk.check_keys() or walk.check_given()
    for page in pages() if found is None else ():
        found = walk.check_page(page)
        if tell:
            tell(walk.events)
        if found is not None:
            break
    found = found or walk.check_end()
    result = Verification(walk.events, walk.head, found, walk.checkpoints)
    tail = AuditEvent.objects.filter(seal=None).aggregate(count=Count("id"), since=Min("at"))
    missing = tuple(missing_triggers(connection))
    return replace(result, unsealed=tail["count"], unsealed_since=tail["since"], missing_triggers=missing)


def pages() -> Iterator[list[Seal]]:
    """Give all seals in order, in pages that memory holds."""
    last = 0
    while page := list(Seal.objects.filter(position__gt=last).order_by("position")[:PAGE]):
        yield page
        last = page[-1].position


class _Walk:
    """Where the walk stands: sound events so far, and the link of the last."""

    def __init__(self, against: SignedCheckpoint | None) -> None:
        self.events = 0
        self.checkpoints = 0
        self.head = GENESIS
        self._against = against

    def check_keys(self) -> Break | None:
        forged = (key for key in SigningKey.objects.order_by("id").iterator() if not key_is_ours(key))
        return next((Break(BreakKind.KEY_FORGED, checkpoint=f"key {key.key_id}") for key in forged), None)

    def check_given(self) -> Break | None:
        if self._against is None:
            return None
        known = SigningKey.objects.filter(key_id=self._against.key_id, public=self._against.public).exists()
        sound = known and self._against.genuine
        return None if sound else Break(BreakKind.SIGNATURE_WRONG, checkpoint="the given checkpoint")

    def check_page(self, page: list[Seal]) -> Break | None:
        ids = [seal.event_id for seal in page]
        events = {event["id"]: event for event in AuditEvent.objects.filter(id__in=ids).values(*EVENT_FIELDS)}
        checkpoints: dict[int, list[Checkpoint]] = defaultdict(list)
        for row in Checkpoint.objects.filter(position__gt=self.events, position__lte=page[-1].position).order_by("id"):
            checkpoints[row.position].append(row)
        for seal in page:
            found = self._check_seal(seal, events.get(seal.event_id))
            if found is not None:
                return found
            self.events, self.head = seal.position, bytes(seal.link)
            found = self._check_checkpoints(checkpoints.get(seal.position, []))
            if found is not None:
                return found
        return None

    def _check_seal(self, seal: Seal, event: dict[str, Any] | None) -> Break | None:
        if seal.position != self.events + 1:
            follows = bytes(seal.previous) == self.head  # then it is the missing one, moved
            return Break(BreakKind.SEAL_MISSING, self.events + 1, seal.event_id if follows else None)
        previous, digest = bytes(seal.previous), bytes(seal.event_digest)
        link = next_link(previous, event_id=seal.event_id, digest=digest, sealed_at=seal.sealed_at)
        if link != bytes(seal.link):
            return Break(BreakKind.SEAL_ALTERED, seal.position, seal.event_id)
        if previous != self.head:
            return Break(BreakKind.OUT_OF_ORDER, seal.position, seal.event_id)
        if event is None:
            return Break(BreakKind.EVENT_MISSING, seal.position, seal.event_id)
        if event_digest(event) != digest:
            return Break(BreakKind.EVENT_ALTERED, seal.position, seal.event_id)
        return None

    def _check_checkpoints(self, rows: list[Checkpoint]) -> Break | None:
        for row in rows:
            found = self._check_checkpoint(signed(row), f"checkpoint {row.pk}")
            if found is not None:
                return found
        if self._against is not None and self._against.position == self.events:
            return self._check_checkpoint(self._against, "the given checkpoint")
        return None

    def _check_checkpoint(self, checkpoint: SignedCheckpoint, name: str) -> Break | None:
        if not checkpoint.genuine:
            return Break(BreakKind.SIGNATURE_WRONG, self.events, checkpoint=name)
        if checkpoint.link != self.head:
            return Break(BreakKind.CONTRADICTED, self.events, checkpoint=name)
        self.checkpoints += 1
        return None

    def check_end(self) -> Break | None:
        """What only the end of the walk shows: checkpoints beyond it, and events that vanished before their seal."""
        last = Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0
        beyond = Checkpoint.objects.exclude(position__range=(1, max(last, self.events))).order_by("position", "id")
        for row in beyond:
            kind = BreakKind.CUT_SHORT if signed(row).genuine else BreakKind.SIGNATURE_WRONG
            return Break(kind, self.events + 1, checkpoint=f"checkpoint {row.pk}")
        if self._against is not None and self._against.position > max(last, self.events):
            return Break(BreakKind.CUT_SHORT, self.events + 1, checkpoint="the given checkpoint")
        there = Exists(AuditEvent.objects.filter(id=OuterRef("event_id")))
        gone = Unsealed.objects.filter(~there).order_by("event_id").first()
        return None if gone is None else Break(BreakKind.EVENT_MISSING, None, gone.event_id)
