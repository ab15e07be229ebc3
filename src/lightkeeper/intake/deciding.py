"""What a person's decision about an item does to the submissions that brought it: whether they are withheld.

Called in the transaction that carries the decision out, so no answer says anything else than the callback does.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import now

from lightkeeper.act.models import Action, Decision
from lightkeeper.act.types import WITHHOLDING
from lightkeeper.intake.identity import reference_index, url_index
from lightkeeper.intake.models import Submission
from lightkeeper.intake.outcomes import kept_for
from lightkeeper.intake.retained import unsealed
from lightkeeper.intake.states import State
from lightkeeper.record.models import Item
from lightkeeper.record.types import EventRow
from lightkeeper.review.models import Sighting
from lightkeeper.review.services import context_of
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.services import SealError

_logger = logging.getLogger(__name__)


def decision_carried_out(event: EventRow) -> None:
    """Have the submissions of a decided item follow the decision; in the transaction of the event."""
    if event.subject is None:
        raise ValueError("a decision was carried out, but not said which")
    decision = Decision.objects.select_related("case_item__item").get(pk=int(event.subject.id))
    _follow_all(decision, Action.objects.filter(decision=decision, reversal=None), decision.kind, decision.label)


def decision_reversed(event: EventRow) -> None:
    """Have the submissions of an item follow the reversal of its decision; in the transaction of the event."""
    if event.subject is None:
        raise ValueError("a decision was reversed, but not said which")
    decision = Decision.objects.select_related("case_item__item").get(pk=int(event.subject.id))
    actions = Action.objects.filter(decision=decision, reversal__isnull=False)
    kind = actions.values_list("kind", flat=True).first()
    if kind is not None:
        _follow_all(decision, actions, kind, "")


def _follow_all(decision: Decision, actions: QuerySet[Action], kind: str, label: str) -> None:
    numbers: set[int] = set()
    for action in actions.select_related("sighting"):
        numbers |= _brought_by(action.sighting)
        numbers |= _reported_by(action.sighting, decision.case_item.item)
    rows = Submission.objects.select_for_update().filter(pk__in=numbers).exclude(state=State.ERASED)
    for row in rows.exclude(state=State.WITHDRAWN).order_by("pk"):
        _follow(row, kind, label, now())


def _follow(row: Submission, kind: str, label: str, at: datetime) -> None:
    before, row.withheld = row.withheld, kind in WITHHOLDING
    row.decision, row.label = kind, label
    if (before or row.withheld) and row.purge_at is not None:
        # Whoever was told that it is withheld can ask for as long as before what became of it. Of one that was never
        # withheld nothing changes: a longer life of its id would say that somebody had looked at it.
        row.purge_at = max(row.purge_at, at + kept_for())
    row.save(update_fields=["withheld", "decision", "label", "purge_at"])


def _brought_by(sighting: Sighting) -> set[int]:
    """The submission of a sighting. An id can stand for another one later: only the one of this case is meant."""
    same = Submission.objects.filter(case_id=sighting.case_id, reference_index=bytes(sighting.source))
    return set(same.values_list("pk", flat=True))


def _reported_by(sighting: Sighting, item: Item) -> set[int]:
    """The submission that a user's report was about, if its id stands for the same content still."""
    if sighting.reason != CaseReason.USER_REPORT:
        return set()
    try:
        context = context_of(sighting) or {}
    except SealError:
        return set()  # act has said so in the log
    report, client_id = context.get("report"), context.get("client_id")
    name = report.get("submission") if isinstance(report, dict) else None
    if not isinstance(name, str) or not isinstance(client_id, int):
        return set()
    rows = Submission.objects.filter(client_id=client_id, reference_index=reference_index(client_id, name))
    return {row.pk for row in rows.filter(state=State.FINISHED) if _is_of(row, item)}


def _is_of(row: Submission, item: Item) -> bool:
    if row.item_id is not None or row.retained is None:
        return row.item_id == item.pk
    try:
        kept = unsealed(row.retained, row.reference_index)
    except SealError:
        _logger.error("what is kept of submission %s cannot be opened", row.pk)  # noqa: TRY400  # no traceback
        return False
    if kept.url is not None:
        return item.url_index is not None and url_index(kept.url) == bytes(item.url_index)
    return kept.sha256 is not None and item.sha256 is not None and kept.sha256 == bytes(item.sha256)
