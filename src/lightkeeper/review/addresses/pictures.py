"""A picture from an address that is being assessed becomes an item of its case: kept, shown under its veil, graded."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.events import Event
from lightkeeper.record.models import Item, VaultObject
from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import write_event
from lightkeeper.record.types import ItemKind, Subject
from lightkeeper.review.case_state import refresh_locked
from lightkeeper.review.clusters import cluster_of
from lightkeeper.review.leasing import require_lease
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.opening import add_findings, add_original, add_sighting, weigh
from lightkeeper.review.severity import exposure_of, severity_of
from lightkeeper.review.states import ItemState
from lightkeeper.review.types import CaseReason, Context, NewFinding
from lightkeeper.runtime.services import blind_index, seal


class PictureRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """A picture cannot be added; the message is a sentence, with nothing of the picture in it."""


@transaction.atomic
def add_picture_to_case(
    *, case_item: CaseItem, item_id: int, context: Context, findings: Sequence[NewFinding], original: VaultObject,
    pdq: bytes | None, person: Person,
) -> CaseItem:  # fmt: skip
    """Make a picture from an address an item of its case, which waits for a first grade; gives the item in the case.

    ``original`` is what the vault keeps of it; ``pdq`` its hash (32 bytes; None where there is none). Raises
    PermissionDenied, NotYours without the lease, and PictureRefused.
    """
    if not may(person, Permission.PICTURE_ADD):
        raise PermissionDenied(Permission.PICTURE_ADD.value)
    case = Case.objects.select_for_update().get(pk=case_item.case_id)
    require_lease(case, person)
    if case_item.item.kind != ItemKind.URL:
        raise PictureRefused(_("Pictures are added to the case of an address only."))
    item = Item.objects.get(pk=item_id)
    row = _placed(case, item, pdq)
    sealed_for = blind_index("review:found-picture", uuid.uuid4().bytes)
    sealed = seal("review:context", json.dumps(dict(context)).encode("utf-8"), context=sealed_for)
    add_sighting(row, sealed_for, context=sealed, reason=CaseReason.PROACTIVE)
    sampled = add_findings(row, findings)
    add_original(row, original)
    severity = severity_of(list(findings), reason=CaseReason.PROACTIVE, imminent=False, context=context)
    weigh(case, severity, exposure_of(item, context, kept=True), imminent=False, sampled=sampled)
    write_event(
        Event.REVIEW_ITEM_ADDED,
        actor=person.actor,
        subject=Subject("case_item", str(row.pk)),
        details={"case": case.pk, "findings": len(findings)},
    )
    refresh_locked(case)
    return row


def _placed(case: Case, item: Item, pdq: bytes | None) -> CaseItem:
    """A new item at the end of the case. Raises PictureRefused where it waits already, or the case is full."""
    waits = CaseItem.objects.filter(item=item).exclude(state=ItemState.SETTLED).first()
    if waits is not None:
        raise PictureRefused(_already(waits, case))
    if case.items.count() >= current_policy().case_items:
        raise PictureRefused(_("This case has as many items as a case may have."))
    cluster = cluster_of(item.pk, pdq) if pdq is not None else None
    place = (case.items.aggregate(last=Max("position"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return CaseItem.objects.create(case=case, item=item, cluster=cluster, position=place, added_at=now())
    except IntegrityError:  # somebody brought the same picture at this moment
        raise PictureRefused(_("This picture waits for a judgement in another case.")) from None


def _already(waits: CaseItem, case: Case) -> str:
    if waits.case_id == case.pk:
        return _("This picture is an item of this case already.")
    return _("This picture waits for a judgement in another case.")
