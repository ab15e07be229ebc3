"""Approved reports, each about a case of its own, and what became of them: a process of the installation runs it."""

from __future__ import annotations

import json
from pathlib import Path

from lightkeeper.act.reports.drafting import approve, make_draft
from lightkeeper.act.reports.models import Receipt, Report
from lightkeeper.act.reports.ncmec.schemas import fetch
from lightkeeper.act.reports.ncmec.tests.authority_server import PASSWORD, USER
from lightkeeper.act.reports.ncmec.transport import Account
from lightkeeper.act.reports.states import Mode
from lightkeeper.act.reports.submitting import RECEIPT
from lightkeeper.act.reports.tests.filing import draft
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor
from lightkeeper.review.models import Case
from lightkeeper.review.tests.making import opened
from lightkeeper.runtime.services import unseal
from soak.reports import name_of


def main(address: str, count: int) -> None:
    """Fetch the authority's schema, and approve so many reports of two files; each says its number to the authority."""
    fetch(Account(address, USER, PASSWORD), Mode.TEST, Actor.system())
    first, second = make_person(Role.ANALYST, granted=True), make_person(Role.SUPERVISOR, granted=True)
    for number in range(count):
        case = Case.objects.get(pk=opened(b"drawing of case %d" % number, number=number).id)
        told = draft(additional_info=name_of(number))
        approve(make_draft(case=case, authority="ncmec", draft=told, person=first), second, "TEST")


def ended(file: str) -> None:
    """Write how each report stands, in the order in which they were made: state, number, problem, receipt."""
    receipts = {
        receipt.report_id: unseal(RECEIPT, bytes(receipt.body), context=receipt.report.public.bytes).decode()
        for receipt in Receipt.objects.select_related("report")
    }
    rows = [
        [report.state, report.external_id, report.problem, receipts.get(report.pk, "")]
        for report in Report.objects.order_by("pk")
    ]
    Path(file).write_text(json.dumps(rows))
