"""User reports: somebody on the platform says that a thing is abuse material. It always goes before a person."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from lightkeeper.detect.findings import Outcome
from lightkeeper.intake import demo
from lightkeeper.intake.drafts import Arrival
from lightkeeper.intake.identity import body_digest, reference_index, url_index
from lightkeeper.intake.lifecycle import find, free_ids, gone
from lightkeeper.intake.models import Submission
from lightkeeper.intake.outcomes import actor_of, call_back, told_of
from lightkeeper.intake.retained import Retained, unsealed
from lightkeeper.intake.schemas import UserReport
from lightkeeper.intake.states import State
from lightkeeper.intake.types import Caller, Kind, Reason, Refused
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.models import Item
from lightkeeper.record.services import get_or_create_item, write_events
from lightkeeper.record.types import ItemKind
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.types import CaseReason

_UNKNOWN: Final = frozenset({"no-submission", "erased", "not-identified"})
_TOLD: Final = (
    "Whoever is on call has been told that this report says a child is in danger, but not about what: nothing of the"
    " report was kept. Be ready to be asked, and tell the police."
)


def report(caller: Caller, said: UserReport) -> Submission:
    """Open a case for what is reported, or join the one that waits; the same report again gives the same answer.

    Raises Refused: 404 or 410 for a submission that is not there, 409 for another body under the same id, 422 for what
    cannot be identified any more. Where such a report says that a child is in danger, whoever is on call has been told.
    """
    try:
        return _report(caller, said)
    except Refused as refused:
        if not said.child_in_danger or refused.code not in _UNKNOWN:
            raise
        _call_for_help(caller)
        raise Refused(refused.status, refused.code, f"{refused.detail} {_TOLD}", headers=refused.headers) from None


def _report(caller: Caller, said: UserReport) -> Submission:
    if said.url is not None:
        demo.refuse_other_urls(said.url)
    reference = reference_index(caller.client_id, said.id)
    body = body_digest(said.model_dump_json(exclude_unset=True), None)
    for _ in range(3):
        row = Submission.objects.filter(client_id=caller.client_id, reference_index=reference, former=False).first()
        if row is not None and gone(row):
            free_ids([row])
        elif row is not None:
            return _again(row, reference, body)
        try:
            return _take(caller, said, reference, body)
        except IntegrityError:
            continue
    raise Refused(503, "busy", "Others are submitting the same id in this moment. Try again.")


def _call_for_help(caller: Caller) -> None:
    """Tell whoever is on call that a report of danger has no item to open a case for: the client has to be asked."""
    raise_alert(
        AlertKind.DANGER_REPORT,
        key=f"danger_report:{caller.client_id}:{now().date()}",
        urgent=True,
        path=f"/clients/{caller.client_id}/",
        details={"client": caller.client_id},
    )


def _again(row: Submission, reference: bytes, body: bytes) -> Submission:
    if row.state == State.ERASED or row.retained is None:
        raise Refused(410, "erased", "A submission with this id was erased. Use another id.")
    if unsealed(row.retained, reference).body != body:
        raise Refused(409, "id-in-use", "This id stands for a submission with another body. Use a new id.")
    return row


@transaction.atomic
def _take(caller: Caller, said: UserReport, reference: bytes, body: bytes) -> Submission:
    about = find(caller, said.submission) if said.submission is not None else None
    kept = unsealed(about.retained, about.reference_index) if about is not None and about.retained else None
    item = _item(about, kept, said.url)
    actor = actor_of(caller.client_id)
    at = now()
    arrival = Arrival(
        callers_id=said.id,
        kind=Kind.USER_REPORT,
        client_id=caller.client_id,
        surface="",
        uploader=None,
        url=said.url,
        received_at=at.isoformat(),
        body=body.hex(),
        detail=caller.detail,
        report={
            "reason": said.reason,
            "source": said.source,
            "reporter": said.reporter,
            "note": said.note,
            "submission": said.submission,
            "child_in_danger": said.child_in_danger,
        },
    )
    row = Submission(
        client_id=caller.client_id,
        reference_index=reference,
        kind=Kind.USER_REPORT,
        state=State.FINISHED,
        outcome=Outcome.POSSIBLE.value,
        reason=Reason.USER_REPORT,
        detail=caller.detail,
        retained=arrival.retained(None).seal(reference),
        item=item,
        received_at=at,
        finished_at=at,
    )
    row.case_id = open_or_join_case(
        item_id=item.pk,
        source=reference,
        reason=CaseReason.USER_REPORT,
        context=arrival.frozen(),
        findings=[],
        original=None,
        actor=actor,
        client_id=caller.client_id,
        person=kept.uploader if kept is not None else None,
        pdq=kept.pdq if kept is not None else None,
        imminent=said.child_in_danger,
    ).id
    row.save(force_insert=True)
    write_events([told_of(row, actor)])
    call_back(row, said.id)
    return row


def _item(about: Submission | None, kept: Retained | None, url: str | None) -> Item:
    if url is not None:
        return get_or_create_item(kind=ItemKind.URL, url_index=url_index(url))
    if about is not None and about.item is not None:
        return about.item
    if about is not None and kept is not None and kept.sha256 is not None and kept.size is not None:
        kind = ItemKind.VIDEO if about.kind == Kind.VIDEO else ItemKind.PICTURE
        return get_or_create_item(kind=kind, sha256=kept.sha256, size=kept.size)
    if kept is not None and kept.url is not None:
        return get_or_create_item(kind=ItemKind.URL, url_index=url_index(kept.url))
    raise Refused(
        422, "not-identified", "Nothing is kept any more by which this submission could be found. Submit it again."
    )
