"""What the authority asks beyond its schema (``standards`` 1.1 and 1.4 to 1.7), a sentence for each fault.

Each rule is a function from a report, or from what is said of its files, to faults; ``report_faults`` and
``file_faults`` ask them all.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from lightkeeper.act.reports.ncmec.building import value_faults
from lightkeeper.act.reports.ncmec.common import AssociatedAccount, Email, Phone
from lightkeeper.act.reports.ncmec.fields import name_of
from lightkeeper.act.reports.ncmec.file_details import REPORTED, SUPPLEMENTAL, FileDetails
from lightkeeper.act.reports.ncmec.report import MEME, InternetDetails, Report
from lightkeeper.act.reports.protocol import Fault

_PAST: Final = frozenset({
    "incident_date_time", "date_time", "verification_date", "disabled_date", "user_notified_date", "reenabled_date",
    "uploaded_to_esp_timestamp", "timestamp",
})  # fmt: skip
"""Fields whose time must be over."""
_NOT_IN_ADDRESS: Final = re.compile(r"[\s\x00-\x1f\x7f]")
_ADDRESSES: Final = frozenset({"url", "profileUrl", "locationOfFile", "legalURL"})
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+")
IN_MEME: Final = frozenset({"viral", "potentialMeme"})
"""The flags of which the file of a batched report has one or both."""


def report_faults(report: Report, *, at: datetime) -> list[Fault]:
    """What is wrong with a report, apart from what a schema says; ``at`` is now."""
    found = value_faults("report", report)
    for path, value in walk("report", report):
        found += _of_part(path, value, at)
    if not report.reporter.reporting_person.emails:
        found.append(Fault("report/reporter/reportingPerson/email", "the reporter needs an e-mail address"))
    found += _unknown_addresses(report)
    found += _batch(report) if report.batched else _single(report)
    return found


def file_faults(details: FileDetails, *, at: datetime, batched: bool = False) -> list[Fault]:
    """What is wrong with what is said of a file, apart from what a schema says."""
    found = value_faults("fileDetails", details)
    for path, value in walk("fileDetails", details):
        found += _of_part(path, value, at)
    if details.exif_viewed_by_esp and not details.file_viewed_by_esp:
        found.append(Fault("fileDetails/exifViewedByEsp", "its data were viewed, so the file must be said to be too"))
    if details.potential_meme is not None and details.annotations:
        found.append(Fault("fileDetails/potentialMeme", "it stands beside annotations, which replace it"))
    for number, one in enumerate(details.details, start=1):
        if not one.pairs:
            found.append(Fault(f"fileDetails/details[{number}]", "it has no names and values"))
    if details.file_relevance == SUPPLEMENTAL:
        found += _supplemental(details)
    if batched:
        found += _batched_file(details)
    return found


def walk(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A part of a report and all that it holds, with the path of each."""
    yield path, value
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        several = isinstance(held, tuple)
        for number, one in enumerate(held if several else (held,), start=1):
            if dataclasses.is_dataclass(one):
                yield from walk(f"{path}/{name_of(field)}" + (f"[{number}]" if several else ""), one)


def _of_part(path: str, part: Any, at: datetime) -> Iterator[Fault]:
    for field in dataclasses.fields(part):
        held, name = getattr(part, field.name), name_of(field)
        if field.name in _PAST and isinstance(held, datetime) and held.tzinfo is not None and held >= at:
            yield Fault(f"{path}/{name}", "it must be in the past")
        addresses = held if isinstance(held, tuple) else (held,)
        if name in _ADDRESSES and any(_NOT_IN_ADDRESS.search(address) for address in addresses if address):
            yield Fault(f"{path}/{name}", "an address has a space or a control character in it")
    if isinstance(part, Email | Phone):
        yield from _contact(path, part)
    elif isinstance(part, AssociatedAccount) and None not in (part.approximate_age, part.date_of_birth):
        yield Fault(path, "give an age or a date of birth, not both")
    elif isinstance(part, InternetDetails) and len(_said(part)) != 1:
        yield Fault(path, "say where it happened once: exactly one kind of incident")


def _contact(path: str, part: Email | Phone) -> Iterator[Fault]:
    if part.verification_date is not None and not part.verified:
        yield Fault(f"{path}/@verificationDate", "it needs verified to be true")
    if isinstance(part, Email) and not _EMAIL.fullmatch(part.text):
        yield Fault(path, "it is no e-mail address: one @, and 1 to 64 characters before it")


def _said(part: Any) -> list[str]:
    """The fields of a part that say something."""
    return [
        field.name for field in dataclasses.fields(part) if getattr(part, field.name) not in (None, (), frozenset())
    ]


def _unknown_addresses(report: Report) -> Iterator[Fault]:
    """E-mail addresses of incidents that belong to nobody of the report."""
    people = [*report.reported, *report.intended_recipients, *report.victims]
    known = {one.text.lower() for who in people for _, one in walk("", who) if isinstance(one, Email)}
    for number, where in enumerate(report.internet_details, start=1):
        if where.email is not None and {address.lower() for address in where.email.email_addresses} - known:
            path = f"report/internetDetails[{number}]/emailIncident/emailAddress"
            yield Fault(path, "each address must also belong to a person of the report")


def _single(report: Report) -> Iterator[Fault]:
    if len(report.reported) > 1:
        yield Fault("report/personOrUserReported", "only a batched report names more than one")


def _batch(report: Report) -> Iterator[Fault]:
    forbidden: dict[str, object] = {
        "incidentSummary/escalateToHighPriority": report.summary.escalate_to_high_priority,
        "internetDetails": report.internet_details,
        "lawEnforcement": report.law_enforcement,
        "intendedRecipient": report.intended_recipients,
        "victim": report.victims,
        "additionalInfo": report.additional_info,
    }
    for path, held in forbidden.items():
        if held:
            yield Fault(f"report/{path}", "a batched report must not have it")
    if report.batched is not None and report.batched.reason != MEME:
        yield Fault("report/batchedReport/reason", f"the only reason for a batch is {MEME}")
    if not report.reported:
        yield Fault("report/personOrUserReported", "a batch names the accounts that shared the file")
    for number, who in enumerate(report.reported, start=1):
        if _said(who) != ["esp_identifier"]:
            yield Fault(f"report/personOrUserReported[{number}]", "in a batch it has an espIdentifier and nothing else")


def _supplemental(details: FileDetails) -> Iterator[Fault]:
    if details.potential_meme is not None or details.annotations & {"potentialMeme"}:
        yield Fault("fileDetails/potentialMeme", "a supplemental file is not said to be a meme")
    if details.industry_classification is not None:
        yield Fault("fileDetails/industryClassification", "a supplemental file is not classified")


def _batched_file(details: FileDetails) -> Iterator[Fault]:
    forbidden: dict[str, object] = {
        "originalFileName": details.original_file_name,
        "locationOfFile": details.location_of_file,
        "originalFileHash": details.original_file_hashes,
        "ipCaptureEvent": details.ip_capture,
        "deviceId": details.devices,
        "details": details.details,
        "additionalInfo": details.additional_info,
    }
    for name, held in forbidden.items():
        if held:
            yield Fault(f"fileDetails/{name}", "the file of a batch must not have it")
    if not details.annotations or details.annotations - IN_MEME:
        yield Fault("fileDetails/fileAnnotations", "the file of a batch is viral, a potential meme, or both; no more")
    if details.file_relevance not in {None, REPORTED}:
        yield Fault("fileDetails/fileRelevance", "the file of a batch is reported, not supplemental")


def batch_faults(files: Sequence[FileDetails]) -> list[Fault]:
    """What is wrong with how many files a batched report has."""
    return [] if len(files) == 1 else [Fault("fileDetails", "a batched report has exactly one file")]
