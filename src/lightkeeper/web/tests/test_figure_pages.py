"""Whoever may read figures finds every year's report on one page, as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils.timezone import now

from lightkeeper.cli.main import main
from lightkeeper.figures.rendering.pages import html
from lightkeeper.figures.rendering.tests.made import made_year
from lightkeeper.figures.rendering.tidy import COLUMNS
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.web.tests.browser import CHROMIUM, chromium, findings, schemes

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[4]
THIS_YEAR = now().year
BEGINS = {"html": b"<!doctype html>", "pdf": b"%PDF-", "csv": b"year,document,", "dictionary": b"what,name,of,"}


@pytest.mark.django_db
def test_the_page_has_every_file_of_this_year_and_each_is_one() -> None:
    browser = signed_in(make_person(Role.AUDITOR))
    page = browser.get("/figures/").content.decode()
    for name, begins in BEGINS.items():
        assert f'href="/figures/{THIS_YEAR}/{name}/"' in page
        answer = browser.get(f"/figures/{THIS_YEAR}/{name}/")
        assert answer.content.startswith(begins)
        assert answer["Content-Disposition"].startswith('attachment; filename="yearly-report-')
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("path", ["1", "1989/html", f"{THIS_YEAR + 1}/html", f"{THIS_YEAR}/exe", "999999999999/pdf"])
def test_what_there_is_no_report_of_is_not_found(path: str) -> None:
    assert signed_in(make_person(Role.SUPERVISOR)).get(f"/figures/{path}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.once
def test_an_analyst_does_not_read_a_report_that_is_not_published() -> None:
    analyst = signed_in(make_person(Role.ANALYST, granted=True))
    assert analyst.get("/figures/").status_code == 403
    assert analyst.get(f"/figures/{THIS_YEAR}/pdf/").status_code == 403


@pytest.mark.django_db
def test_one_command_writes_all_files_and_overwrites_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "reports"
    make_person(Role.AUDITOR)
    ask = ["figures", "report", str(THIS_YEAR), "--output", str(folder)]
    assert main(ask) == 0
    said = capsys.readouterr().out
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        f"yearly-report-{THIS_YEAR}{end}" for end in ("-dictionary.csv", ".csv", ".html", ".pdf")
    ]  # fmt: skip
    assert all(str(folder / name) in said for name in names)
    assert "is not closed" in said
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert main([*ask, "--format", "pdf"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*ask, "--format", "pdf", "--format", "html", "--replace"]) == 0
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("year", ["1", "1989", str(THIS_YEAR + 1), "-5"])
def test_a_year_without_records_is_refused_in_a_sentence(year: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "report", "--output", "/nonexistent/x", "--", year]) == 2
    assert "there are no figures of" in capsys.readouterr().err


def test_the_columns_of_the_csv_are_described() -> None:
    text = (ROOT / "docs" / "figures-report.md").read_text("utf-8")
    for name, (kind, words) in COLUMNS.items():
        assert f"| `{name}` | {kind} | {words} |" in text


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)")
@pytest.mark.parametrize("closed_at", [datetime(2024, 2, 1, tzinfo=UTC), None])
def test_the_html_is_open_to_everybody_and_fits_a_telephone(tmp_path: Path, closed_at: datetime | None) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(html(made_year(closed_at=closed_at)))
    wrong: list[Iterable[str]] = []
    with chromium(java_script_enabled=True, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        for _scheme, rules in schemes(page):
            wrong += findings(page, rules)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert wrong == []
