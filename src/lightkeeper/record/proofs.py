"""Proofs of dated destruction: how one is written, checked against the audit trail, and given out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from lightkeeper.canonical import canonical_json
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, DestructionProof, RetentionClock, Seal
from lightkeeper.record.retention_types import ClockSubject, Destroyed
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, Subject

FORMAT: Final = "lightkeeper destruction proof 1"


def write_proof(
    subject: Subject, done: Destroyed, *, clock: RetentionClock | None, rule: str, policy: int, due_at: datetime,
    at: datetime, actor: Actor,
) -> DestructionProof:  # fmt: skip
    """Write what was destroyed, in the transaction that destroys it, with the audit event that binds it."""
    proof = DestructionProof(
        clock=clock, subject_kind=ClockSubject(subject.kind), subject_id=subject.id, rule=rule, policy=policy,
        due_at=due_at, destroyed_at=at, counts=canonical_json(dict(done.counts)),
        objects_destroyed=canonical_json(sorted(done.objects)),
    )  # fmt: skip
    proof.digest = digest_of(proof)
    proof.save(force_insert=True)
    details = {
        "clock": None if clock is None else clock.pk, "proof": proof.pk, "rule": rule, "policy": policy,
        "objects": len(done.objects), "things": sum(done.counts.values()), "digest": proof.digest,
    }  # fmt: skip
    write_event(Event.RECORD_CASE_DESTROYED, actor=actor, subject=subject, details=details)
    return proof


def said(proof: DestructionProof) -> dict[str, Any]:
    """What a proof says, as plain values."""
    return {
        "format": FORMAT,
        "proof": str(proof.public),
        "subject": [proof.subject_kind, proof.subject_id],
        "rule": proof.rule,
        "policy": proof.policy,
        "clock": proof.clock_id,
        "due_at": _time(proof.due_at),
        "destroyed_at": _time(proof.destroyed_at),
        "counts": json.loads(proof.counts),
        "objects": json.loads(proof.objects_destroyed),
    }


def digest_of(proof: DestructionProof) -> str:
    """The SHA-256 (hex) of what a proof says."""
    return hashlib.sha256(canonical_json(said(proof)).encode("ascii")).hexdigest()


def event_of(proof: DestructionProof) -> AuditEvent | None:
    """The audit event that was written with a proof, None where there is none that says the same."""
    events = AuditEvent.objects.filter(
        event=Event.RECORD_CASE_DESTROYED, subject_kind=proof.subject_kind, subject_id=proof.subject_id
    )
    if digest_of(proof) != proof.digest:
        return None
    return next((event for event in events if json.loads(event.details).get("digest") == proof.digest), None)


def exported(proof: DestructionProof) -> dict[str, Any]:
    """A proof for somebody outside: what it says, its digest, and the place in the audit trail that binds it.

    ``audit`` is None where the trail does not say the same: then the proof is not one.
    """
    event = event_of(proof)
    seal = None if event is None else Seal.objects.filter(event=event).first()
    where = None
    if event is not None:
        where = {
            "event": event.pk,
            "at": _time(event.at),
            "position": None if seal is None else seal.position,
            "link": None if seal is None else bytes(seal.link).hex(),
        }
    return {**said(proof), "digest": proof.digest, "audit": where}


def export_proofs(*, actor: Actor) -> Iterator[str]:
    """All proofs as JSON, one a line, the first first. That they leave is written down before the first one does."""
    last = DestructionProof.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    proofs = DestructionProof.objects.filter(pk__lte=last)
    with transaction.atomic():
        write_event(Event.RECORD_PROOFS_EXPORTED, actor=actor, details={"proofs": proofs.count()})
    return (canonical_json(exported(proof)) + "\n" for proof in proofs.order_by("pk").iterator(chunk_size=500))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
