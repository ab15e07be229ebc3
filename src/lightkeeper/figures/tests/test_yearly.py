"""A year from facts to a frozen report: sums, what is withheld, closing, the same bytes again."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.figures.closing import FiguresError, close_year, content_of, rebuild, yearly
from lightkeeper.figures.continents import CONTINENTS
from lightkeeper.figures.definitions import DEFINITIONS, URLS
from lightkeeper.figures.facts import write_all, write_facts
from lightkeeper.figures.models import ClosedYear, Fact, FrozenChart
from lightkeeper.figures.types import Chart
from lightkeeper.people.types import Role
from lightkeeper.record.countries import COUNTRIES
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor
from lightkeeper.review.addresses.tests.addresses_made import actioned, address_item, closed_as
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, policy, reviewer, stood

OPERATOR = Actor.operator()
AT = datetime(2024, 5, 1, tzinfo=UTC)


def urls(number: int, *, at: datetime = AT, **values: str | bytes | None) -> None:
    known = {
        "category": "C", "age_bracket": "11-13", "sex": "girls", "creation": "self_generated", "site_type": "forum",
        "access": "free", "commercial": "no", "hosting_country": "NL", "tld": "com", "source": "proactive",
    }  # fmt: skip
    Fact.objects.bulk_create(
        Fact(unit="url", at=at, outcome="actioned", **{**known, **values}) for _ in range(number)
    )  # fmt: skip


def chart(name: str, year: int = 2024) -> Chart:
    return next(one for one in yearly(year).charts if one.name == name)


def cells(name: str, year: int = 2024) -> dict[tuple[str, ...], int | None]:
    return {one.key: one.count for one in chart(name, year).cells}


@pytest.mark.django_db
def test_what_is_counted_is_of_the_year_and_of_what_was_acted_on() -> None:
    urls(30)
    urls(20, category="A")
    urls(9, at=datetime(2025, 1, 1, tzinfo=UTC))
    urls(8, at=datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC))
    Fact.objects.create(unit="url", at=AT, outcome="not_criminal")
    found = chart("urls_by_category")
    assert cells("urls_by_category") == {("A",): 20, ("C",): 30}
    assert (found.total, found.previous_total) == (50, 8)
    assert found.sentences[0] == (
        "50 URLs were confirmed as child sexual abuse material in 2024, up 525 % on the year before."
    )
    assert cells("urls_by_continent") == {("europe",): 50}


@pytest.mark.django_db
def test_ages_stand_from_the_youngest_on() -> None:
    for age in ("11-13", "3-6", "0-2", "unknown", "7-10"):
        urls(20, age_bracket=age)
    assert [one.key[0] for one in chart("urls_by_age").cells] == ["0-2", "3-6", "7-10", "11-13", "unknown"]


@pytest.mark.django_db
def test_small_cells_are_withheld_with_what_would_tell_them() -> None:
    urls(40, category="B")
    urls(30, category="C")
    urls(2, category="A")
    found = cells("urls_by_category")
    assert found[("A",)] is None
    assert sum(one is None for one in found.values()) >= 2
    assert not any("Category A" in one for one in chart("urls_by_category").sentences)


@pytest.mark.django_db
def test_totals_are_the_sums_of_their_parts() -> None:
    for number, country in enumerate(("NL", "US", "DE", "XX", "JP")):
        urls(20 + number, hosting_country=country, category="ABC"[number % 3], age_bracket=("3-6", "7-10")[number % 2])
    whole = [one for one in yearly(2024).charts if one.total and all(cell.count is not None for cell in one.cells)]
    assert len(whole) > 10
    for one in whole:
        assert sum(cell.count or 0 for cell in one.cells) == one.total, one.name


@pytest.mark.django_db
def test_a_closed_year_is_the_same_bytes_after_edits_erasures_and_elsewhere() -> None:
    urls(30)
    urls(20, category="A", at=datetime(2023, 3, 1, tzinfo=UTC))
    row = close_year(2024, by=OPERATOR)
    first = rebuild(2024)
    assert yearly(2024).closed_at == row.closed_at
    Fact.objects.all().delete()
    urls(7)
    with _elsewhere(), translation.override("de"):
        assert rebuild(2024) == first
        assert content_of(yearly(2024)).encode() == first
    assert yearly(2024).document_id == f"2024-{row.digest[:32]}"
    assert AuditEvent.objects.filter(event="figures:year:closed", subject_id="2024").count() == 1


@pytest.mark.django_db
def test_what_was_altered_in_the_database_is_noticed() -> None:
    urls(30)
    close_year(2024, by=OPERATOR)
    row = FrozenChart.objects.filter(content__contains="urls_by_category").get()
    row.content = row.content.replace('"count":30', '"count":31')
    row.save()
    with pytest.raises(FiguresError, match="altered"):
        rebuild(2024)


@pytest.mark.django_db
def test_only_a_year_that_is_over_is_closed_and_only_once() -> None:
    with pytest.raises(FiguresError, match="not over"):
        close_year(datetime.now(UTC).year, by=OPERATOR)
    with pytest.raises(FiguresError, match="not closed"):
        rebuild(2024)
    close_year(2024, by=OPERATOR)
    with pytest.raises(FiguresError, match="already"):
        close_year(2024, by=OPERATOR)
    assert ClosedYear.objects.count() == 1


@pytest.mark.django_db
def test_the_year_after_is_compared_with_what_was_printed() -> None:
    urls(30)
    urls(2, category="A")
    close_year(2024, by=OPERATOR)
    urls(40, at=datetime(2025, 5, 1, tzinfo=UTC), category="A")
    found = next(one for one in chart("urls_by_category", 2025).cells if one.key == ("A",))
    assert (found.count, found.previous, found.change) == (40, None, None)


@pytest.mark.django_db
def test_judgements_become_facts_once_and_anew_when_they_are_judged_again() -> None:
    policy()
    person = reviewer()
    picture = case_item(b"drawing 1", 1)
    stood(picture, person, illegal(age_bracket="3-6"))
    stood(case_item(b"drawing 2", 2), person, harmless())
    stood(address_item(number=3), person, actioned())
    stood(address_item("https://other.site.test/", number=4), person, closed_as("not_found"))
    found = Counter(Fact.objects.values_list("unit", "outcome"))
    assert found[("image", "actioned")] == 1
    assert found[("url", "actioned")] == found[("report", "actioned")] == 1
    assert found[("url", "not_found")] == found[("report", "not_found")] == 1
    before = list(
        Fact.objects.order_by("subject", "unit", "pk").values_list("subject", "unit", "outcome", "age_bracket")
    )
    assert write_all() == len(before)
    again = list(
        Fact.objects.order_by("subject", "unit", "pk").values_list("subject", "unit", "outcome", "age_bracket")
    )
    assert again == before
    row = Fact.objects.get(unit="url", outcome="actioned")
    assert (row.hosting_country, row.site_type, row.creation) == ("NL", "image_host", "self_generated")
    reopen_case(CaseItem.objects.get(pk=picture.pk), "judged wrongly", reviewer(Role.SENIOR_ANALYST).actor)
    assert not Fact.objects.filter(subject=picture.pk).exists()
    assert write_facts(picture) == 0


@pytest.mark.once
@given(st.sampled_from(["name", "title", "words"]), st.sampled_from(["", " ", "\n"]))
def test_no_figure_exists_without_definition_and_unit(missing: str, nothing: str) -> None:
    known = DEFINITIONS[0]
    with pytest.raises(ValueError, match="definition"):
        replace(known, **{missing: nothing})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no table"):
        replace(known, world=URLS, axes=("category", "tld"))


@pytest.mark.once
def test_every_chart_says_its_unit_its_query_and_stands_once() -> None:
    assert len({one.name for one in DEFINITIONS}) == len(DEFINITIONS)
    assert all(re.match("COUNT [A-Za-z -]+ WHERE (unit = '|start <= at)", one.query) for one in DEFINITIONS)
    assert set(CONTINENTS) == COUNTRIES


def _written() -> list[tuple[object, ...]]:
    rows = Fact.objects.order_by("subject", "unit", "pk")
    return list(rows.values_list("subject", "unit", "outcome", "age_bracket"))


@contextmanager
def _elsewhere() -> Iterator[None]:
    """In a time zone at the other end of the world."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Pacific/Auckland"
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()
