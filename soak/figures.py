"""The yearly report of records drawn to published totals: the same sentences, soon enough, and the same bytes again."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from soak import material
from soak.figures_drawn import FULL, Totals
from soak.scene import scene
from soak.service import Installation

ROOT: Final = Path(__file__).resolve().parent.parent
SECONDS: Final = 60.0
YEAR: Final = 2023
SAYS: Final = (
    "392,665 reports were assessed in 2023, up 5 % on the year before.",
    "275,652 URLs were confirmed as child sexual abuse material in 2023, up 8 % on the year before.",
    "Category A: 62,652 URLs, almost one in four, up 22 % on the year before.",
    (
        "2,401 self-generated images showed three- to six-year-olds: almost one in seven of category A, "
        "just over one in four of category B, six in ten of category C."
    ),
)
_BYTES: Final[dict[str, bytes]] = {}


def run(
    database: str, *, totals: dict[int, Totals] = FULL, says: tuple[str, ...] = SAYS, timed: bool = True
) -> list[str]:  # fmt: skip
    """Draw, report, close, erase and make again on one database; gives the faults."""
    with scene(database, material.random_rows(50), fast=True) as made:
        faults = _all(made.installation, totals, says, timed=timed)
    return [f"{database}: {fault}" for fault in faults]


def _all(service: Installation, totals: dict[int, Totals], says: tuple[str, ...], *, timed: bool) -> list[str]:
    begun = time.monotonic()
    _python(service, f"draw({totals!r})")
    print(f"{service.database_url[:10] or 'sqlite'}: drawn in {time.monotonic() - begun:.0f} s", flush=True)
    folder, begun = service.folder / "reports", time.monotonic()
    service.run("figures", "report", str(YEAR), "--format", "html", "--format", "csv", "--output", str(folder))
    took = time.monotonic() - begun
    print(f"HTML and CSV of {YEAR} in {took:.1f} s", flush=True)
    page = (folder / f"yearly-report-{YEAR}.html").read_text("utf-8")
    faults = [f"not said: {sentence}" for sentence in says if sentence not in page]
    if timed and took > SECONDS:
        faults.append(f"the report took {took:.0f} s; the bar is {SECONDS:.0f}")
    return faults + _closed(service)


def _closed(service: Installation) -> list[str]:
    """Close the year, erase what it was counted from, make it again elsewhere in the world, compare."""
    service.run("figures", "close", str(YEAR))
    first, again = service.folder / "first.json", service.folder / "again.json"
    service.run("figures", "rebuild", str(YEAR), "--output", str(first))
    _python(service, f"erase({YEAR})")
    abroad = {**service.environment(), "TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "de"}
    words = ["figures", "rebuild", str(YEAR), "--output", str(again)]
    subprocess.run([sys.executable, "-m", "lightkeeper", *words], env=abroad, check=True, stdout=subprocess.DEVNULL)
    faults = [] if first.read_bytes() == again.read_bytes() else ["the closed year is not the same after erasures"]
    _BYTES[str(bool(service.database_url))] = first.read_bytes()
    if len(set(_BYTES.values())) > 1:
        faults.append("the databases give other bytes")
    return faults


def _python(service: Installation, call: str) -> None:
    service.python(f"import sys; sys.path.insert(0, {str(ROOT)!r}); from soak.figures_drawn import *; {call}")
