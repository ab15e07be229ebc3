"""Reports for tests: random ones that keep every rule, and one with everything in it. All that they say is made up."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from lightkeeper.act.reports.ncmec.common import AssociatedAccount, Email, Person, Phone
from lightkeeper.act.reports.ncmec.coverage import held_type, hints_of
from lightkeeper.act.reports.ncmec.fields import AT_LEAST, AT_MOST, LONGEST, metadata_of, name_of
from lightkeeper.act.reports.ncmec.file_details import FileDetails, OriginalHash
from lightkeeper.act.reports.ncmec.report import InternetDetails, Report, Reporter, Summary
from lightkeeper.act.reports.ncmec.xsd import unofficial_schema

SCHEMA = unofficial_schema()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPORTER = Reporter(reporting_person=Person(emails=(Email(text="desk@platform.example"),)))
MINIMAL = Report(
    summary=Summary(incident_type=SCHEMA.values("incidentType")[0], incident_date_time=NOW - timedelta(days=1)),
    reporter=REPORTER,
)

_words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=20)
_past = st.integers(946_684_800, 1_767_225_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_CHOICES: dict[tuple[type, str], tuple[str, ...]] = {
    (Email, "kind"): ("Home", "Work", "Business", "Recovery"),
    (Phone, "kind"): ("Mobile", "Home", "Business", "Work", "Fax", "Internet", "Recovery"),
    (AssociatedAccount, "kind"): ("Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other"),
}
_BY_NAME: dict[str, tuple[str, ...]] = {
    "type": ("Home", "Business", "Billing", "Shipping", "Technical"),
    "eventName": ("Login", "Registration", "Purchase", "Upload", "Other", "Unknown"),
    "country": ("DE", "GB", "US"),
    "countryCode": ("DE", "GB", "US"),
    "fleaCountry": ("DE", "GB"),
    "state": ("CA", "TX"),
    "countryCallingCode": ("+1", "+49"),
    "extension": ("1", "4711"),
    "ipAddress": ("192.0.2.7", "2001:db8::7"),
    "url": ("https://platform.example/a",),
    "profileUrl": ("https://platform.example/u/1",),
    "legalURL": ("https://platform.example/legal",),
    "locationOfFile": ("https://platform.example/f/1",),
    "emailAddress": ("who@platform.example",),
    "fileId": ("b0754af766b426f2928a02c651ed4b99",),
    "incidentType": SCHEMA.values("incidentType"),
    "industryClassification": ("A1", "A2", "B1", "B2"),
    "fileRelevance": ("Reported",),
    "reason": ("VIRAL_POTENTIAL_MEME",),
}


def made(kind: type[Any], *, whole: bool = False) -> st.SearchStrategy[Any]:
    """Values of a type of a report; ``whole``: with every field filled, one of each."""
    if kind is InternetDetails:
        return st.sampled_from([field.name for field in dataclasses.fields(kind)]).flatmap(
            lambda name: st.builds(kind, **{name: made(held_type(hints_of(kind)[name]), whole=whole)})
        )
    return st.builds(
        kind, **{field.name: _of_field(kind, field, whole=whole) for field in dataclasses.fields(kind)}
    ).map(_kept)


def _of_field(kind: type[Any], field: dataclasses.Field[Any], *, whole: bool) -> st.SearchStrategy[Any]:
    hint = hints_of(kind)[field.name]
    if hint == frozenset[str]:
        flags = SCHEMA.flags(name_of(field))
        return st.just(frozenset(flags)) if whole else st.frozensets(st.sampled_from(flags))
    values = _values(kind, field, held_type(hint), whole=whole)
    if field.default == ():
        least = 1 if field.name == "pairs" else 0
        return st.tuples(values) if whole else st.lists(values, min_size=least, max_size=2).map(tuple)
    if field.default is None and not whole:
        return st.none() | values
    return values


def _values(kind: type[Any], field: dataclasses.Field[Any], held: type[Any], *, whole: bool) -> st.SearchStrategy[Any]:
    if dataclasses.is_dataclass(held):
        return made(held, whole=whole)
    if kind is Email and field.name == "text":
        return st.sampled_from(["who@platform.example", "a.b+c@mail.test"])
    choices = _CHOICES.get((kind, field.name)) or _BY_NAME.get(name_of(field))
    if kind.__name__ == "Details" and field.name == "kind":
        choices = ("EXIF", "HASH")
    if choices:
        return st.sampled_from(choices)
    if held is bool:
        return st.booleans()
    if held is int:
        said = metadata_of(field)
        return st.integers(said.get(AT_LEAST) or 0, said.get(AT_MOST) or 2**40)
    if held is datetime:
        return _past
    if held is date:
        return st.dates(date(1920, 1, 1), date(2020, 1, 1))
    return _words.map(lambda text: text[: metadata_of(field).get(LONGEST) or 20])


def _kept(value: Any) -> Any:
    """What was drawn, with what must not be together taken apart."""
    if isinstance(value, Email | Phone) and value.verification_date is not None:
        return dataclasses.replace(value, verified=True)
    if isinstance(value, AssociatedAccount) and value.date_of_birth is not None:
        return dataclasses.replace(value, approximate_age=None)
    if isinstance(value, FileDetails):
        return dataclasses.replace(
            value,
            potential_meme=None if value.annotations else value.potential_meme,
            file_viewed_by_esp=True if value.exif_viewed_by_esp else value.file_viewed_by_esp,
        )
    if isinstance(value, OriginalHash):
        return dataclasses.replace(value, text="0" * 32, hash_type="MD5")
    if isinstance(value, Reporter):
        return dataclasses.replace(value, reporting_person=REPORTER.reporting_person)
    if isinstance(value, Report):
        return dataclasses.replace(value, batched=None, reported=value.reported[:1])
    return value
