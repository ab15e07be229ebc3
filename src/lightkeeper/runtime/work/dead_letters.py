"""Dead letters: rows that nobody tries again until a person says so."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from lightkeeper.runtime.models import Work
from lightkeeper.runtime.work import waking
from lightkeeper.runtime.work.registry import KIND
from lightkeeper.runtime.work.states import WorkState


def retry_dead(work_id: int) -> str | None:
    """Try a dead row again, with all its attempts. Gives its kind; None where it is not dead.

    The caller writes the audit event, in the same transaction: the audit trail lies above this room.
    """
    row = Work.objects.filter(pk=work_id).first()
    return row.kind if row is not None and _retry(Work.objects.filter(pk=work_id)) else None


def retry_dead_kind(kind: str) -> int:
    """Try all dead rows of a kind again. Gives their number. The caller writes the audit event."""
    return _retry(Work.objects.filter(kind=kind)) if KIND.fullmatch(kind) else 0


def _retry(rows: QuerySet[Work]) -> int:
    changed = rows.filter(state=WorkState.DEAD).update(
        state=WorkState.WAITING, due_at=timezone.now(), attempts=0, finished_at=None
    )
    if changed:
        waking.wake_on_commit()
    return changed
