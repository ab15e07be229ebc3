"""Facts drawn to known totals, without any media: what a hotline's two years could be. Runs within an installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lightkeeper.figures.models import Fact

AGES = ("0-2", "3-6", "7-10", "11-13", "14-15", "16-17")
SEXES = ("girls", "girls", "girls", "girls", "girls", "boys", "both", "unidentified")
SITES = ("image_host", "image_host", "image_host", "cyberlocker", "forum", "website", "image_board", "blog")
COUNTRIES = ("NL", "NL", "NL", "US", "SK", "RU", "BG", "DE", "FR", "GB", "MY", "LV", "HK", "CA")
TLDS = ("com", "com", "net", "ru", "to", "cc", "su", "org")
BATCH = 5000


@dataclass(frozen=True)
class Totals:
    """What a year adds up to; ``tiny`` are self-generated images of three- to six-year-olds by category."""

    reports: int
    urls: int
    grave: int
    tiny: dict[str, int]


FULL = {
    2022: Totals(375_230, 255_588, 51_369, {"A": 300, "B": 500, "C": 1200}),
    2023: Totals(392_665, 275_652, 62_652, {"A": 341, "B": 619, "C": 1441}),
}
SMALL = {
    2022: Totals(7_505, 5_112, 1_027, {"A": 30, "B": 50, "C": 120}),
    2023: Totals(7_853, 5_513, 1_253, {"A": 34, "B": 62, "C": 144}),
}


def draw(totals: dict[int, Totals]) -> int:
    """Write the facts of these years; gives how many."""
    from lightkeeper.figures.models import Fact

    facts, made = _facts(totals), 0
    while batch := list(islice(facts, BATCH)):
        Fact.objects.bulk_create(batch)
        made += len(batch)
    return made


def erase(year: int) -> None:
    """Take away what a year was counted from, as erasures would."""
    from lightkeeper.figures.models import Fact

    Fact.objects.filter(at__year=year).delete()


def _facts(totals: dict[int, Totals]) -> Iterator[Fact]:
    from lightkeeper.figures.models import Fact

    for year, total in totals.items():
        begin, step = datetime(year, 1, 1, tzinfo=UTC), timedelta(days=364) / total.reports
        for number in range(total.reports):
            actioned = number < total.urls
            yield Fact(
                unit="report", at=begin + number * step, outcome="actioned" if actioned else "not_criminal",
                source=("public_report", "proactive", "proactive", "trusted_flagger")[number % 4],
            )  # fmt: skip
        for number in range(total.urls):
            yield Fact(unit="url", at=begin + number * step, outcome="actioned", **_url(number, total.grave))
        for number in range(total.urls):
            hours = None if number % 40 == 0 else number * 37 % 400
            outcome, asked = ("there" if hours is None else "removed"), ("host", "host", "hotline")[number % 3]
            yield Fact(unit="notice", at=begin + number * step, outcome=outcome, source=asked, hours=hours)
        for number in range(total.urls // 20):
            same, why = ("agreed" if number % 12 else "differed"), ("drawn", "asked")[number % 2]
            yield Fact(unit="pair", at=begin + number * step, outcome=same, source=why)
        for category, count in total.tiny.items():
            for number in range(count):
                yield _image(begin + number * step, "3-6", category)
        for number in range(total.urls // 20):
            yield _image(begin + number * step, AGES[2 + number % 4], "ABC"[number % 3])


def _url(number: int, grave: int) -> dict[str, Any]:
    return {
        "source": "proactive", "category": "A" if number < grave else "BC"[number % 2],
        "age_bracket": AGES[2 + number % 4 if number % 50 else 1], "sex": SEXES[number % len(SEXES)],
        "creation": "self_generated" if number % 10 else "contact_abuse", "site_type": SITES[number % len(SITES)],
        "access": "free" if number % 9 else "paid", "commercial": "no" if number % 30 else "yes",
        "hosting_country": COUNTRIES[number * 7 % len(COUNTRIES)], "tld": TLDS[number * 3 % len(TLDS)],
        "domain": (number % 5003).to_bytes(32, "big"),
    }  # fmt: skip


def _image(at: datetime, age: str, category: str) -> Fact:
    from lightkeeper.figures.models import Fact

    return Fact(
        unit="image", at=at, outcome="actioned", category=category, age_bracket=age, sex="girls",
        creation="self_generated",
    )  # fmt: skip
