"""NCMEC's CyberTipline behind the one protocol: which request comes next, and what is sent with it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils.timezone import now
from lxml import etree

from lightkeeper.act.reports.ncmec import transport
from lightkeeper.act.reports.ncmec.building import build_file_details, build_report
from lightkeeper.act.reports.ncmec.file_details import FileDetails
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.ncmec.rules import batch_faults, file_faults, report_faults
from lightkeeper.act.reports.ncmec.schemas import newest_schema
from lightkeeper.act.reports.ncmec.storing import NotStored, dump, load
from lightkeeper.act.reports.ncmec.transport import account_of
from lightkeeper.act.reports.protocol import Answer, Came, Fault, FiledFile, Filing, Prepared, Step
from lightkeeper.act.reports.states import Mode, StepKind
from lightkeeper.act.reports.viewed import Viewed

NAME: Final = "ncmec"
_NOT_SENT: Final = {"report_id": 0, "file_id": "0"}
"""What stands for the two ids while a file was not sent."""


class CyberTipline:
    """Reports to the National Center for Missing and Exploited Children."""

    name = NAME

    def mode(self) -> Mode:
        """The setting ``ncmec``."""
        return Mode(settings.LIGHTKEEPER["ncmec"])

    def prepare(self, report: Mapping[str, Any], files: Sequence[Mapping[str, Any]], mode: Mode) -> Prepared:
        """A draft, checked and written as XML; what is said of a file gets its two ids when it is sent."""
        try:
            read = load(Report, report)
            details = [load(FileDetails, {**_NOT_SENT, **one}) for one in files]
        except NotStored:
            return Prepared([Fault("report", "the draft is damaged, or of another version: discard it")])
        if found := self.validate(read, details, mode):
            return Prepared(found)
        said = tuple(json.dumps(dump(one)).encode() for one in details)
        return Prepared([], build_report(read), said)

    def with_views(self, details: Mapping[str, Any], seen: Viewed) -> Mapping[str, Any]:
        """``fileViewedByEsp`` and ``exifViewedByEsp``, from the view log alone."""
        return {**details, "file_viewed_by_esp": seen.whole, "exif_viewed_by_esp": seen.exif}

    def validate(self, report: Report, files: Sequence[FileDetails], mode: Mode) -> list[Fault]:
        """What is wrong, by the rules beyond the schema, and then by the schema that was fetched for this mode."""
        at, batched = now(), report.batched is not None
        found = report_faults(report, at=at) + (batch_faults(files) if batched else [])
        for number, details in enumerate(files, start=1):
            found += _numbered(number, file_faults(details, at=at, batched=batched))
        schema = newest_schema(NAME, mode)
        if schema is None:
            return [*found, Fault("report", "the authority's schema was not fetched yet: lightkeeper ncmec fetch-xsd")]
        if found:
            return found
        found = schema.faults(build_report(report))
        for number, details in enumerate(files, start=1):
            found += _numbered(number, schema.faults(build_file_details(details)))
        return found

    def next_step(self, filing: Filing) -> Step | None:
        """Open, send each file, describe each file, finish."""
        if not filing.external_id:
            return Step(StepKind.OPEN)
        for file in filing.files:
            if not file.file_id:
                return Step(StepKind.UPLOAD, file.position)
        for file in filing.files:
            if not file.described:
                return Step(StepKind.DESCRIBE, file.position)
        return Step(StepKind.FINISH)

    def perform(self, step: Step, filing: Filing, content: bytes) -> Answer:
        """Make one request. A file whose MD5 comes back as another is not there as it should be: begin anew."""
        account = account_of(filing.mode)
        if account is None:
            return Answer(Came.HOLD, "no_credentials")
        if step.kind is StepKind.OPEN:
            return transport.post_document(account, step.kind, filing.document)
        if step.kind is StepKind.DESCRIBE:
            return transport.post_document(account, step.kind, _details(step, filing))
        if step.kind is StepKind.UPLOAD:
            answer = transport.post_form(account, step.kind, filing.external_id, content)
            return _compared(answer, _file(step, filing))
        return transport.post_form(account, step.kind, filing.external_id)

    def receipt(self, body: bytes) -> Mapping[str, str]:
        """The report's number, the code, and how many files it names."""
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        except (etree.LxmlError, ValueError):
            return {}
        said = {name: str(root.findtext(name) or "") for name in ("responseCode", "reportId")}
        return {**said, "files": str(len(root.findall("files/fileId")))}


def _numbered(number: int, faults: Sequence[Fault]) -> list[Fault]:
    return [Fault(one.path.replace("fileDetails", f"fileDetails[{number}]", 1), one.why) for one in faults]


def _file(step: Step, filing: Filing) -> FiledFile:
    return next(file for file in filing.files if file.position == step.position)


def _details(step: Step, filing: Filing) -> bytes:
    file = _file(step, filing)
    said = load(FileDetails, json.loads(file.details))
    return build_file_details(dataclasses.replace(said, report_id=int(filing.external_id), file_id=file.file_id))


def _compared(answer: Answer, file: FiledFile) -> Answer:
    if answer.came is Came.DONE and answer.md5.lower() != file.md5:
        return dataclasses.replace(answer, came=Came.UNKNOWN, code="md5_differs")
    return answer
