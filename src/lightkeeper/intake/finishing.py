"""What a worker does with a submission that waits: read it from the vault, search it, write the outcome once."""

from __future__ import annotations

from django.db import transaction

from lightkeeper.detect.findings import Outcome
from lightkeeper.intake import outcomes
from lightkeeper.intake.answers import FOUND
from lightkeeper.intake.drafts import Arrival, opened
from lightkeeper.intake.models import Submission
from lightkeeper.intake.scanning import ScanInterruptedError, search_bytes
from lightkeeper.intake.states import State
from lightkeeper.intake.types import Kind, Reason, Verdict
from lightkeeper.intake.uploads import DECODABLE
from lightkeeper.record.errors import VaultObjectDamagedError, VaultObjectDestroyedError
from lightkeeper.record.services import hash_only, let_go, read_object, write_events
from lightkeeper.record.types import Actor, DestructionReason, Subject
from lightkeeper.runtime.services import Retry, finish_current


def scan(submission: int) -> None:
    """Search a received submission and write its outcome; one that is in another state is left alone.

    Raises Retry where decoding was interrupted from outside; after the last attempt a person sees it as dead work.
    """
    row = Submission.objects.select_related("vault_object").filter(pk=submission, state=State.RECEIVED).first()
    if row is None or row.arrival is None:
        return
    arrival = opened(row.arrival, row.reference_index)
    try:
        verdict = _verdict(row, arrival)
    except ScanInterruptedError:
        raise Retry(code="scan_interrupted") from None
    _finish(submission, verdict, arrival)


def _verdict(row: Submission, arrival: Arrival) -> Verdict:
    digests = {name: bytes.fromhex(value) for name, value in arrival.digests.items()}
    if row.vault_object is None:
        return Verdict(Outcome.UNREADABLE.value, Reason.VAULT_DAMAGED)
    if Kind(row.kind) == Kind.VIDEO or row.vault_object.size > DECODABLE:
        return search_bytes(Kind(row.kind), None, digests)
    try:
        data = read_object(row.vault_object)
    except (VaultObjectDamagedError, VaultObjectDestroyedError):
        # The vault has reported it. The digests, taken as it arrived, can still be looked up.
        found = search_bytes(Kind.PICTURE, None, digests)
        if found.outcome in FOUND:
            return found
        return Verdict(Outcome.UNREADABLE.value, Reason.VAULT_DAMAGED, as_of=found.as_of, degraded=found.degraded)
    return search_bytes(Kind.PICTURE, data, digests)


@transaction.atomic
def _finish(submission: int, verdict: Verdict, arrival: Arrival) -> None:
    row = Submission.objects.select_for_update().get(pk=submission)
    if row.state != State.RECEIVED:
        return
    original, row.vault_object = row.vault_object, None
    found = verdict.outcome in FOUND
    only_hashes = hash_only()
    outcomes.conclude(row, verdict, arrival, original=lambda: None if only_hashes else original, actor=Actor.system())
    row.save()
    if original is not None and (only_hashes or not found):
        reason = DestructionReason.HASH_ONLY if only_hashes and found else DestructionReason.SCAN_FINISHED
        let_go(original, reason=reason, subject=Subject("submission", str(submission)))
    write_events([outcomes.told_of(row, Actor.system())])
    outcomes.call_back(row, arrival.callers_id)
    finish_current()
