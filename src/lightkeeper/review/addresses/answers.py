"""What is answered of an address with its grade: what is wrong with it, and keeping it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.detect import links
from lightkeeper.detect.suffixes import registered
from lightkeeper.record.services import COUNTRIES
from lightkeeper.record.types import ItemKind
from lightkeeper.review.addresses.hosting import UNKNOWN, HostingError, country_of, has_database, packed
from lightkeeper.review.addresses.kept import PURPOSE
from lightkeeper.review.addresses.queries import url_addresses
from lightkeeper.review.models import CaseItem, Grade, UrlGrade
from lightkeeper.review.types import HostingSource, UrlAnswers
from lightkeeper.runtime.services import SealError, blind_index, seal

ACTIONED: Final = "actioned"
DUPLICATE: Final = "duplicate"
OTHER_AGENCY: Final = "other_agency"
LONGEST_AGENCY: Final = 100
MOST_COUNTED: Final = 1_000_000

Fault = tuple[str, str]
"""The field that something is wrong with, and a sentence."""


def url_faults(case_item: CaseItem, outcome: str, answers: UrlAnswers) -> list[Fault]:
    """What is wrong with what is answered of an address beside the words of the vocabulary; none if it can be kept."""
    found = [*_country_faults(outcome, answers), *_count_faults(outcome, answers), *_agency_faults(outcome, answers)]
    found += _duplicate_faults(case_item, outcome, answers.duplicate_of)
    return found


def keep_url_answers(grade: Grade, answers: UrlAnswers) -> None:
    """Keep what was answered of an address with its grade; in the transaction that makes it."""
    country, source = hosting_of(answers)
    tld, domain = _name_of(grade.case_item)
    row = UrlGrade(
        grade=grade, setting=answers.setting, alone=answers.alone, site_type=answers.site_type, access=answers.access,
        commercial=answers.commercial, hosting_country=country, hosting_source=source, images=answers.images,
        videos=answers.videos, duplicate_of=answers.duplicate_of, agency=" ".join(answers.agency.split()), tld=tld,
        domain=domain,
    )  # fmt: skip
    if answers.host_ip:
        row.sealed = seal(PURPOSE, json.dumps({"ip": answers.host_ip}).encode("utf-8"), context=grade.public.bytes)
    row.save(force_insert=True)


def hosting_of(answers: UrlAnswers) -> tuple[str, str]:
    """In which country an address is hosted, and how that is known; ("", "") where nothing was said.

    What a person entered comes before what the operator's file says; where both say the same, it is the file's. Raises
    HostingError where nobody entered it and the file cannot be read.
    """
    said = answers.hosting_country.strip()
    said = UNKNOWN if said.lower() == UNKNOWN else said.upper()
    try:
        found = country_of(answers.host_ip) if answers.host_ip else None
    except HostingError:
        if not said:
            raise
        found = None
    if found and said in ("", found):
        return found, HostingSource.DATABASE.value
    return (said, HostingSource.ENTERED.value) if said else ("", "")


def _country_faults(outcome: str, answers: UrlAnswers) -> Iterator[Fault]:
    said = answers.hosting_country.strip()
    if outcome != ACTIONED:
        if said or answers.host_ip:
            yield "hosting_country", _("Where it is hosted is asked only of what is acted on; leave it open.")
        return
    if answers.host_ip and packed(answers.host_ip) is None:
        yield "host_ip", _("The host's number is no IP address; a name is not looked up.")
        return
    if said:
        if said.lower() != UNKNOWN and said.upper() not in COUNTRIES:
            yield "hosting_country", _("Give the country as two letters, such as DE or US, or write “unknown”.")
        return
    try:
        found = country_of(answers.host_ip) if answers.host_ip else None
    except HostingError as problem:
        yield "hosting_country", _("%(problem)s Enter the country.") % {"problem": problem}
        return
    if found is None:
        yield "hosting_country", _asked_for(answers)


def _asked_for(answers: UrlAnswers) -> str:
    if answers.host_ip and has_database():
        return _("The database of hosting countries does not have this number: enter the country, or “unknown”.")
    if has_database():
        return _("Enter the hosting country or the host's number, or write “unknown”.")
    return _("Enter the hosting country, or write “unknown”.")


def _count_faults(outcome: str, answers: UrlAnswers) -> Iterator[Fault]:
    for field, count in (("images", answers.images), ("videos", answers.videos)):
        if count is None:
            continue
        if outcome != ACTIONED:
            yield field, _("What is on the page is counted only where it is acted on; leave it open.")
        elif not 0 <= count <= MOST_COUNTED:
            yield field, _("A count is a whole number from 0 to %(most)d.") % {"most": MOST_COUNTED}
    if outcome == ACTIONED and answers.images == answers.videos == 0:
        yield "images", _("What is acted on has an image or a video; leave the counts open if nobody counted.")


def _agency_faults(outcome: str, answers: UrlAnswers) -> Iterator[Fault]:
    named = " ".join(answers.agency.split())
    if outcome != OTHER_AGENCY:
        if named:
            yield "agency", _("An agency is named only where the address is for it; leave it open.")
    elif not named or len(named) > LONGEST_AGENCY or not named.isprintable():
        yield "agency", _("Name the agency, in 1 to %(most)d characters.") % {"most": LONGEST_AGENCY}


def _duplicate_faults(case_item: CaseItem, outcome: str, other: uuid.UUID | None) -> Iterator[Fault]:
    if outcome != DUPLICATE:
        if other is not None:
            yield "duplicate_of", _("Another case is named only for a duplicate; leave it open.")
        return
    if other is None:
        yield "duplicate_of", _("Name the case in which the same was assessed, by its id.")
        return
    rows = CaseItem.objects.filter(case__public=other, item__kind=ItemKind.URL).exclude(case_id=case_item.case_id)
    if not rows.exists():
        yield "duplicate_of", _("There is no other case of an address with this id.")


def _name_of(case_item: CaseItem) -> tuple[str, bytes | None]:
    """The last label of the host, and an index of the name that somebody registered; ("", None) for a number."""
    try:
        written = url_addresses(case_item)
    except SealError:
        return "", None
    form = links.canonical(written[0]).url if written else None
    if form is None:
        return "", None
    host = form.removeprefix(links.SCHEME).partition("/")[0]
    if packed(host) is not None or packed(host.rpartition(":")[0]) is not None:
        return "", None
    name = host.partition(":")[0]
    return name.rpartition(".")[2], blind_index("review:domain", registered(name))
