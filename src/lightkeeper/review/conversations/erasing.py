"""What erasure takes of a conversation: its words, which messages were evidence, and what was marked."""

from __future__ import annotations

from django.utils.timezone import now

from lightkeeper.record.services import refuse_if_held
from lightkeeper.record.types import Subject
from lightkeeper.review.models import CaseItem, ConversationText, EvidenceMark
from lightkeeper.review.types import TextState


def erase_conversation(row: CaseItem) -> None:
    """Erase them, in the caller's transaction; that a signal was found stays, as with any finding. Raises HeldError.

    An asking that is under way ends with nothing kept: its item is settled by then.
    """
    if not hasattr(row, "conversation"):
        return
    refuse_if_held(Subject("case", str(row.case_id)), Subject("item", str(row.item_id)))
    kept = ConversationText.objects.filter(case_item=row, state=TextState.KEPT)
    kept.update(state=TextState.PURGED, sealed=None, purged_at=now())
    row.signals.update(evidence=b"")
    EvidenceMark.objects.filter(case_item=row).delete()
