"""What submissions keep for a case is destroyed with it, on its day; their state and what was decided stay."""

from __future__ import annotations

import logging

from lightkeeper.intake.models import Submission
from lightkeeper.intake.retained import unsealed
from lightkeeper.intake.states import State
from lightkeeper.record.services import Destroyed, Keeper, Related
from lightkeeper.record.types import DestructionReason, Subject
from lightkeeper.runtime.services import SealError

_logger = logging.getLogger(__name__)


def related(number: int) -> Related:
    """The submissions that brought a case."""
    rows = Submission.objects.select_for_update().filter(case_id=number).order_by("pk")
    return Related(tuple(Subject("submission", str(pk)) for pk in rows.values_list("pk", flat=True)))


def destroy_of_case(number: int, reason: DestructionReason) -> Destroyed:
    """Destroy what is kept of a case's submissions. Nothing, done twice.

    While an id stands for its submission, what tells a repeated request from another one stays.
    """
    del reason  # it is of the vault, and what is in a case is that room's
    destroyed = 0
    for row in Submission.objects.filter(case_id=number, retained__isnull=False).exclude(state=State.ERASED):
        kept = None if row.former else _only_body(row)
        if kept is not None and bytes(row.retained or b"") == kept:
            continue
        row.retained, row.uploader_day = kept, None
        row.save(update_fields=["retained", "uploader_day"])
        destroyed += 1
    return Destroyed({"submissions": destroyed})


def _only_body(row: Submission) -> bytes | None:
    try:
        kept = unsealed(row.retained, row.reference_index)
    except SealError:
        _logger.error("what is kept of submission %s cannot be opened", row.pk)  # noqa: TRY400  # no traceback
        return None
    if kept == kept.only_body():
        return bytes(row.retained or b"")
    return kept.only_body().seal(bytes(row.reference_index))


KEEPER = Keeper(related, destroy_of_case)
