"""Addresses that people of this installation found by their own search: they come before a person as any other."""

from __future__ import annotations

import uuid
from typing import Final

from django.core.exceptions import PermissionDenied
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.detect import links
from lightkeeper.intake import demo
from lightkeeper.intake.identity import url_index
from lightkeeper.intake.types import Refused
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.services import get_or_create_item
from lightkeeper.record.types import ItemKind
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.types import CaseReason, CaseRef
from lightkeeper.runtime.services import blind_index

LONGEST_ADDRESS: Final = 4096
LONGEST_NOTE: Final = 1000
SOURCE: Final = "analyst_proactive"
"""Who reports, by the names of ``detection_method``."""


class AddressRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """An address cannot be taken; the message is a sentence that repeats nothing of it."""


def open_found_address(*, url: str, note: str, imminent: bool, person: Person) -> CaseRef:
    """Open a case for an address, or join the one that waits; recorded as found by our own search.

    ``note`` is kept sealed. One transaction, one audit event, both of ``open_or_join_case``. Raises PermissionDenied,
    and AddressRefused.
    """
    if not may(person, Permission.CASE_GRADE):
        raise PermissionDenied(Permission.CASE_GRADE.value)
    url, note = url.strip(), note.strip()
    if len(url) > LONGEST_ADDRESS or links.canonical(url).url is None:
        raise AddressRefused(_("This cannot be assessed as an address of the Web: it needs a host, and http or https."))
    if len(note) > LONGEST_NOTE:
        raise AddressRefused(_("The note is longer than %(most)d characters.") % {"most": LONGEST_NOTE})
    try:
        demo.refuse_other_urls(url)
    except Refused as refused:
        raise AddressRefused(refused.detail) from None
    return open_or_join_case(
        item_id=get_or_create_item(kind=ItemKind.URL, url_index=url_index(url)).pk,
        source=blind_index("intake:found", uuid.uuid4().bytes),
        reason=CaseReason.PROACTIVE,
        context={
            "url": url,
            "received_at": now().isoformat(),
            "report": {"source": SOURCE, "note": note, "child_in_danger": imminent},
        },
        findings=[],
        original=None,
        actor=person.actor,
        imminent=imminent,
    )
