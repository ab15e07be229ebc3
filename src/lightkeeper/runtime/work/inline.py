"""Work that a process does itself at once: the row is there, leased, in case the process dies on the way."""

from __future__ import annotations

import secrets
from typing import Final

from django.utils import timezone

from lightkeeper.runtime.models import Work
from lightkeeper.runtime.work import leases, waking
from lightkeeper.runtime.work.leases import Claim
from lightkeeper.runtime.work.registry import job_of
from lightkeeper.runtime.work.states import WorkState

_NAME: Final = f"inline-{secrets.token_hex(8)}"
"""This process, as the holder of leases; a process that was forked has the same, which only its own rows can tell."""


def claim_inline(kind: str, subject: int | None) -> int:
    """Add a row that this process holds already, in the caller's transaction. Gives its id. LookupError.

    If it is not finished within its lease (30 s unless the job says otherwise), a worker takes it up.
    """
    now = timezone.now()
    row = Work.objects.create(
        kind=kind,
        subject=subject,
        state=WorkState.LEASED,
        due_at=now,
        created_at=now,
        attempts=1,
        leased_by=_NAME,
        lease_until=now + job_of(kind).lease,
    )
    return row.pk


def finish(work_id: int) -> None:
    """The work that this process held is done; in the transaction of its outcome. LeaseLostError: roll that back."""
    leases.finish(_claim(work_id))


def give_back(work_id: int) -> None:
    """Leave the work that this process held to the workers, at once. LeaseLostError: one has it already."""
    leases.give_back(_claim(work_id), begun=True)
    waking.wake_on_commit()


def _claim(work_id: int) -> Claim:
    return Claim(work_id, "", None, attempt=1, holder=_NAME)
