"""What tests of filing share: an authority on loopback, people, a case with bytes, and a draft that can be sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from lightkeeper.act.reports import submitting
from lightkeeper.act.reports.drafting import Draft, DraftFile, approve, make_draft
from lightkeeper.act.reports.models import Report, ReportStep
from lightkeeper.act.reports.ncmec import transport
from lightkeeper.act.reports.ncmec.common import Email, Person
from lightkeeper.act.reports.ncmec.file_details import FileDetails
from lightkeeper.act.reports.ncmec.report import Report as Document
from lightkeeper.act.reports.ncmec.report import Reporter, Summary
from lightkeeper.act.reports.ncmec.schemas import fetch
from lightkeeper.act.reports.ncmec.storing import dump
from lightkeeper.act.reports.ncmec.tests.authority_server import PASSWORD, USER, CyberTiplineServer, cybertipline
from lightkeeper.act.reports.states import SENDING, Mode
from lightkeeper.lists.exchanges.tests.servers.serving import Server
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor
from lightkeeper.review.models import Case
from lightkeeper.review.tests.making import opened, original
from lightkeeper.runtime.services import Retry

CONTENT = b"drawing one", b"drawing two"


@dataclass
class Scene:
    """An authority, and the server that it answers by."""

    authority: CyberTiplineServer
    server: Server


@contextmanager
def scene(settings: Any, mode: Mode = Mode.TEST) -> Iterator[Scene]:
    """An authority whose schema was fetched, and an installation that files with it."""
    with cybertipline() as (app, server):
        values = {
            "outbound_allow": ("127.0.0.1",), "ncmec": str(mode), "ncmec_user": USER, "ncmec_password": PASSWORD,
            "ncmec_url": f"{server.address}/ispws", "report_email": "desk@platform.example",
        }  # fmt: skip
        settings.LIGHTKEEPER = {**dict(settings.LIGHTKEEPER.values), **values}
        fetch(transport.Account(f"{server.address}/ispws", USER, PASSWORD), mode, Actor.system())
        server.asked.clear()
        yield Scene(app, server)


def document(**changes: Any) -> Document:
    """The smallest report."""
    summary = Summary(
        incident_type="Online Enticement of Children for Sexual Acts", incident_date_time=now() - timedelta(hours=1)
    )
    reporter = Reporter(reporting_person=Person(emails=(Email(text="desk@platform.example"),)))
    return Document(**{"summary": summary, "reporter": reporter, **changes})


def draft(files: int = 2, **changes: Any) -> Draft:
    """A draft with so many files, whose bytes are in the vault."""
    made = []
    for content in CONTENT[:files]:
        details = dump(FileDetails(report_id=0, file_id="0", file_viewed_by_esp=False))
        md5 = hashlib.md5(content).hexdigest()  # noqa: S324  # the authority's
        made.append(DraftFile(vault_object=original(content).pk, md5=md5, details=details))
    return Draft(report=dump(document(**changes)), files=tuple(made))


def approved(files: int = 2, **changes: Any) -> Report:
    """A report that is about to be sent, approved by a second person."""
    case = Case.objects.get(pk=opened(b"drawing of a case").id)
    first, second = make_person(Role.ANALYST, granted=True), make_person(Role.SUPERVISOR, granted=True)
    report = make_draft(case=case, authority="ncmec", draft=draft(files, **changes), person=first)
    return approve(report, second, {"test": "TEST", "live": "LIVE"}[report.mode])


def sent(report: Report, *, most: int = 100) -> Report:
    """Send a report as workers do, again and again, until it is filed or a person must look."""
    for _ in range(most):
        report.refresh_from_db()
        if report.state not in SENDING:
            return report
        try:
            submitting.send(report.pk)
        except Retry:
            continue
    raise AssertionError("it goes on for ever")


def steps(report: Report) -> list[tuple[str, int, str]]:
    """The requests that were made: kind, file, and what came of each."""
    return list(ReportStep.objects.filter(report=report).order_by("pk").values_list("kind", "position", "end"))
