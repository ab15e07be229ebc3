"""A small run of the killed filing: whatever moment a worker dies at, a report is filed once."""

from __future__ import annotations

import pytest

from lightkeeper.act.reports.ncmec.tests.authority_server import CyberTiplineServer, Opened
from soak import reports


@pytest.mark.long
def test_a_worker_that_dies_files_nothing_twice_and_loses_nothing() -> None:
    assert reports.run("sqlite", blows=4, seed=2) == []


def test_a_report_that_was_filed_twice_is_noticed() -> None:
    document = f"<report><additionalInfo>{reports.name_of(0)}</additionalInfo></report>".encode()
    books = CyberTiplineServer()
    deadly = reports.Deadly(books, {})
    books.reports = {number: Opened(document, finished=True) for number in ("1", "2")}
    assert reports._compared([["finished", "1", "", ""]], deadly) == [f"{reports.name_of(0)} was filed 2 times"]
    books.reports = {}
    assert reports._compared([["held", "", "", ""]], deadly) == [f"{reports.name_of(0)} is held and nothing says why"]
    assert "it is []" in reports._compared([["finished", "1", "", ""]], deadly)[0]
