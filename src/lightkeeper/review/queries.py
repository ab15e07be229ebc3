"""What the room is asked."""

from __future__ import annotations

import uuid

from lightkeeper.review.models import Case
from lightkeeper.review.states import CaseState


def public_id(case_id: int) -> uuid.UUID:
    """The name of a case outside the database."""
    public: uuid.UUID = Case.objects.values_list("public", flat=True).get(pk=case_id)
    return public


def waiting() -> int:
    """How many cases wait for a person."""
    return Case.objects.filter(state=CaseState.WAITING).count()
