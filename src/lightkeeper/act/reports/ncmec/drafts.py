"""A draft from a case: everything that is known, each value with where it is from; nothing is made up.

What a person graded decides which files are reported and as what; what people confirmed, who is reported and who may
be a victim; what platforms said gives addresses and times; the view log says what was viewed. Who drafts can change
what they know better, but not what was viewed, nor what is written down of a possible victim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from lightkeeper.act.account_names import account_index
from lightkeeper.act.reports.drafting import Draft, DraftFile
from lightkeeper.act.reports.ncmec import talks
from lightkeeper.act.reports.ncmec.common import IpCapture
from lightkeeper.act.reports.ncmec.file_details import REPORTED, FileDetails, OriginalHash
from lightkeeper.act.reports.ncmec.parts import ENTICEMENT, MATERIAL, Built, past, reporter
from lightkeeper.act.reports.ncmec.report import InternetDetails, Report, Summary, WebPage
from lightkeeper.act.reports.ncmec.schemas import NAME, newest_schema
from lightkeeper.act.reports.ncmec.storing import dump
from lightkeeper.act.reports.ncmec.who import NOBODY, Asked, Mention, people_of, sharing
from lightkeeper.act.reports.ncmec.xsd import ReportSchema, unofficial_schema
from lightkeeper.act.reports.states import Mode
from lightkeeper.act.reports.viewed import viewed
from lightkeeper.record.services import read_object
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import Case, CaseItem, Grade, Media
from lightkeeper.review.queries import GradeState, ItemState, outcome_of
from lightkeeper.review.services import context_of
from lightkeeper.review.types import MediaKind


@dataclass(frozen=True, slots=True)
class _Known:
    """One sighting as a report needs it."""

    uploader: str
    account: bytes
    url: str
    at: datetime
    told: bool
    address: str
    port: int | None
    file_name: str
    public: bool | None
    digests: Mapping[str, str]


def from_case(case: Case, mode: Mode, asked: Asked = NOBODY) -> Built:
    """A draft of everything that is known of a case now; that of a conversation needs no file.

    Raises SealError; ReportRefused where the suspect that was asked for is none. What is known of possible victims goes
    in where the reader may see it, whose look is committed before: RuntimeError inside a transaction.
    """
    schema = newest_schema(NAME, mode) or unofficial_schema()
    items = [(item, grade) for item in _items(case) if (grade := _illegal(item)) is not None]
    if items and all(item.item.kind == ItemKind.CONVERSATION for item, _grade in items):
        return talks.from_conversations(case, [item for item, _grade in items], schema, asked)
    sources = {"report/reporter": "settings"}
    known = [_known(one) for item in case.items.all() for one in _contexts(item)]
    senders = _senders(known)
    people = people_of(case, senders, (), asked)
    report = Report(
        summary=_summary(case, items, known, sources),
        internet_details=_places(known, sources),
        reporter=reporter(),
        reported=people.reported,
        victims=people.victims,
    )
    kept = []
    for item, grade in items:
        file = _file(item, grade, schema)
        if file is not None:
            kept.append(file)
            sources |= _sources_of_file(len(kept))
    draft = Draft(
        report=dump(report), files=tuple(kept), sources={**sources, **people.sources}, named=people.named
    )  # fmt: skip
    accounts, named = sharing(case, senders)
    return Built(draft, accounts, named)


def _items(case: Case) -> Iterable[CaseItem]:
    return case.items.select_related("item").order_by("position")


def _illegal(item: CaseItem) -> Grade | None:
    """The grade by which a settled item is to be reported: the last that stands, if it says that it is illegal."""
    if item.state != ItemState.SETTLED:
        return None
    grade = item.grades.filter(state=GradeState.STANDING).order_by("-pk").first()
    if grade is None:
        return None
    outcome = outcome_of(grade)
    return grade if outcome is not None and outcome.illegal else None


def _contexts(item: CaseItem) -> Iterable[Mapping[str, Any]]:
    for sighting in item.sightings.order_by("pk"):
        found = context_of(sighting)
        if found is not None:
            yield {**found, "client_id": sighting.client_id or found.get("client_id")}


def _known(context: Mapping[str, Any]) -> _Known:
    said = context.get("context") or {}
    uploader = str(context.get("uploader") or "")
    told = said.get("uploaded_at") or ""
    at = told or context.get("received_at") or ""
    visibility = said.get("visibility")
    return _Known(
        uploader=uploader,
        account=account_index(context["client_id"], uploader) if uploader and context["client_id"] else b"",
        url=str(context.get("url") or ""),
        at=past(datetime.fromisoformat(at) if at else now()),
        told=bool(told),
        address=str(said.get("address") or ""),
        port=said.get("port"),
        file_name=str(said.get("file_name") or ""),
        public=None if visibility is None else visibility == "public",
        digests=context.get("digests") or {},
    )


def _summary(case: Case, items: list[tuple[CaseItem, Grade]], known: list[_Known], sources: dict[str, str]) -> Summary:
    first = min(known, key=lambda one: one.at, default=None)
    path = "report/incidentSummary"
    sources[f"{path}/incidentDateTime"] = "platform" if first is not None and first.told else "received"
    sources[f"{path}/incidentType"] = "grade" if items else "reason"
    extorted = any("coerced_extortion" in grade.creation for _item, grade in items)
    if extorted:
        sources[f"{path}/reportAnnotations"] = "grade"
    return Summary(
        incident_type=MATERIAL if items else ENTICEMENT,
        platform=settings.LIGHTKEEPER["report_service"] or None,
        annotations=frozenset({"sextortion"}) if extorted else frozenset(),
        incident_date_time=first.at if first is not None else past(case.opened_at),
    )


def _places(known: list[_Known], sources: dict[str, str]) -> tuple[InternetDetails, ...]:
    urls = tuple(dict.fromkeys(one.url for one in known if one.url))
    if not urls:
        return ()
    sources["report/internetDetails[1]/webPageIncident/url"] = "platform"
    return (InternetDetails(web_page=WebPage(urls=urls)),)


def _senders(known: list[_Known]) -> list[Mention]:
    """The accounts from which something came, each with the addresses on the Internet from which it came."""
    found: dict[tuple[bytes, str], list[IpCapture]] = {}
    for one in known:
        found.setdefault((one.account, one.uploader), []).extend([_capture(one)] if one.address else [])
    return [Mention(index, name, tuple(dict.fromkeys(captures))) for (index, name), captures in found.items() if name]


def _capture(one: _Known) -> IpCapture:
    return IpCapture(ip_address=one.address, event_name="Upload", date_time=one.at if one.told else None, port=one.port)


def _file(item: CaseItem, grade: Grade, schema: ReportSchema) -> DraftFile | None:
    """A file with all that is known of it; None where its bytes are not kept."""
    media = Media.objects.filter(case_item=item, kind=MediaKind.ORIGINAL).select_related("vault_object").first()
    if media is None or item.item.kind == ItemKind.URL or media.vault_object.destroyed_at is not None:
        return None
    known = [_known(one) for one in _contexts(item)]
    first = min(known, key=lambda one: one.at, default=None)
    seen = viewed(item.item, before=now())
    graded = _graded(grade, schema)
    details = FileDetails(
        report_id=0, file_id="0",
        original_file_name=first.file_name if first is not None and first.file_name else None,
        uploaded_to_esp_timestamp=first.at if first is not None and first.told else None,
        location_of_file=first.url if first is not None and first.url else None,
        file_viewed_by_esp=seen.whole, exif_viewed_by_esp=seen.exif,
        publicly_available=first.public if first is not None else None,
        file_relevance=REPORTED, annotations=graded.flags,
        industry_classification=graded.industry or None,
        original_file_hashes=_hashes(first),
        ip_capture=_capture(first) if first is not None and first.address else None,
    )  # fmt: skip
    return DraftFile(
        vault_object=media.vault_object_id, md5=_md5(media, first), details=dump(details), case_item=item.pk
    )


@dataclass(frozen=True, slots=True)
class Graded:
    """What people graded a file as, where a report can say it: its class, "" where none, and flags."""

    industry: str = ""
    flags: frozenset[str] = frozenset()


def graded_as(file: DraftFile, schema: ReportSchema) -> Graded:
    """What the grade of a draft's file says that stands now."""
    item = CaseItem.objects.filter(pk=file.case_item or 0).first()
    grade = _illegal(item) if item is not None else None
    return Graded() if grade is None else _graded(grade, schema)


def _graded(grade: Grade, schema: ReportSchema) -> Graded:
    marked = frozenset(grade.annotations) & set(schema.flags("fileAnnotations"))
    return Graded(grade.industry_class if grade.industry_class in {"A1", "A2", "B1", "B2"} else "", marked)


def _sources_of_file(number: int) -> dict[str, str]:
    path = f"fileDetails[{number}]"
    views = dict.fromkeys((f"{path}/fileViewedByEsp", f"{path}/exifViewedByEsp"), "views")
    graded = dict.fromkeys(
        (f"{path}/fileRelevance", f"{path}/industryClassification", f"{path}/fileAnnotations"), "grade"
    )
    return {path: "platform", **views, **graded}


def _hashes(first: _Known | None) -> tuple[OriginalHash, ...]:
    names = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256"}
    given = first.digests if first is not None else {}
    return tuple(OriginalHash(text=given[name], hash_type=kind) for name, kind in names.items() if given.get(name))


def _md5(media: Media, first: _Known | None) -> str:
    """The MD5 of what is sent, by which the authority's answer is compared."""
    given = first.digests.get("md5") if first is not None else None
    return given or hashlib.md5(read_object(media.vault_object), usedforsecurity=False).hexdigest()
