"""The cases that are known of an account of a platform: of what it sent, and of the conversations that it was in."""

from __future__ import annotations

from django.db.models import Q

from lightkeeper.intake.conversations.models import ConversationCase
from lightkeeper.intake.identity import uploader_key
from lightkeeper.record.services import keyed
from lightkeeper.record.types import Named
from lightkeeper.review.models import Case


def cases_of_account(client_id: int, name: str) -> set[int]:
    """Their numbers. A case that the account only joined, with what others had sent before, is not among them."""
    person = keyed(client_id, Named.PERSON, name)
    sent = Case.objects.filter(person=uploader_key(client_id, name)).values_list("pk", flat=True)
    wrote = ConversationCase.objects.filter(Q(sender=person) | Q(recipient=person)).values_list("case_id", flat=True)
    return {*sent, *wrote}
