"""What all drafts share: who reports, two kinds of incident, a time that the authority takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.timezone import now

from lightkeeper.act.reports.drafting import Draft
from lightkeeper.act.reports.named import NOBODY_NAMED, Named
from lightkeeper.act.reports.ncmec.common import Email, Person
from lightkeeper.act.reports.ncmec.report import Reporter

MATERIAL: Final = "Child Pornography (possession, manufacture, and distribution)"
ENTICEMENT: Final = "Online Enticement of Children for Sexual Acts"
"""Two of the schema's kinds of incident, in the words of the statute."""


@dataclass(frozen=True, slots=True)
class Built:
    """A draft of a case. ``accounts``: those that a batched report of it would name, each once, and on whose word."""

    draft: Draft
    accounts: tuple[str, ...] = ()
    sharing: Named = NOBODY_NAMED


def reporter() -> Reporter:
    """Who reports, as the settings say; without an address of theirs no report can be approved."""
    said = settings.LIGHTKEEPER
    address = (Email(text=said["report_email"], kind="Work"),) if said["report_email"] else ()
    person = Person(
        first_name=said["report_first_name"] or None, last_name=said["report_last_name"] or None, emails=address
    )
    return Reporter(reporting_person=person, legal_url=said["report_legal_url"] or None)


def past(at: datetime) -> datetime:
    """A moment, or the last second if clocks differ: the authority takes none that is to come."""
    return min(at, now() - timedelta(seconds=1))
