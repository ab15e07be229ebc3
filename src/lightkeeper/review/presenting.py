"""What is sent to a browser, made of what is kept: a marked part of a picture, or the words of user reports."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from lightkeeper.record.types import ItemKind
from lightkeeper.review.addresses.queries import url_addresses
from lightkeeper.review.addresses.writing import ADDRESS, defanged
from lightkeeper.review.conversations.texts import as_json, kept_text, messages_of
from lightkeeper.review.keeping import context_of
from lightkeeper.review.models import CaseItem, Sighting
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.services import SealError

_REPORTED: Final = (CaseReason.USER_REPORT, CaseReason.PUBLIC_REPORT, CaseReason.PROACTIVE)
"""What comes with words of whoever brought it."""


class Unpresentable(Exception):  # noqa: N818  # what it says
    """It cannot be made ready; nothing of it is in the message."""


def picture(derivative: bytes, part: str, mark: str) -> bytes:
    """Cut a part out of a derivative and mark it, in the locked-in process. Unpresentable if that fails."""
    from lightkeeper.review.derivatives import pool  # the decoder loads with the first picture

    made = pool().present(derivative, part=part, mark=mark)
    if made.picture is None:
        raise Unpresentable
    return made.picture.data


def has_text(case_item: CaseItem) -> bool:
    """Whether words are kept that can be shown: of a conversation, or of a user report that brought the item."""
    if case_item.item.kind == ItemKind.CONVERSATION:
        return kept_text(case_item) is not None
    try:
        return bool(_notes(case_item))
    except SealError:
        return True  # it was altered: whoever asks to see it is told


def has_address(case_item: CaseItem) -> bool:
    """Whether it is kept how an address is written, by anybody who brought it."""
    try:
        return bool(url_addresses(case_item))
    except SealError:
        return True  # it was altered: whoever asks to see it is told


def text(case_item: CaseItem, part: str, mark: str) -> bytes:  # noqa: ARG001  # as ``picture`` is called
    """The notes of the user reports that brought an item, each after an empty line, in UTF-8.

    Of a conversation: the messages of this part, as JSON. Of an address, if that is the part: how it is written by
    those who brought it, a line each.
    """
    try:
        if part == ADDRESS:
            return "\n".join(map(defanged, url_addresses(case_item))).encode()
        if case_item.item.kind == ItemKind.CONVERSATION:
            return as_json(messages_of(case_item, part))
        return "\n\n".join(_notes(case_item)).encode()
    except SealError:
        raise Unpresentable from None


def _notes(case_item: CaseItem) -> list[str]:
    reports = [(context_of(sighting) or {}).get("report") for sighting in _reports(case_item)]
    return [str(report["note"]) for report in reports if isinstance(report, dict) and report.get("note")]


def _reports(case_item: CaseItem) -> QuerySet[Sighting]:
    return case_item.sightings.filter(reason__in=_REPORTED, erased_at=None).order_by("pk")
