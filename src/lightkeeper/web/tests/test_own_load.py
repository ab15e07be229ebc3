"""One's own load: a picture of each level over the days, the same in words and in numbers, for oneself alone."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import DayExposure
from lightkeeper.web.charts.load import load_strip, looks_sentence, seconds_sentence

DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(14)]


def bars(svg: str) -> list[tuple[float, float]]:
    """Place and height of each bar."""
    rows = ET.fromstring(svg).iter("rect")  # noqa: S314  # our own
    return [(float(row.attrib["x"]), float(row.attrib["height"])) for row in rows if row.attrib["class"] == "load-bar"]


def test_a_bar_is_as_high_as_its_part_of_the_most_and_none_is_lost() -> None:
    amounts = [0.0] * 10 + [50.0, 100.0, 0.1, 0.0]
    made = bars(load_strip(list(zip(DAYS, amounts, strict=True)), "words"))
    assert [high for _, high in made] == [17, 34, 2]
    assert [place for place, _ in made] == sorted(place for place, _ in made)
    assert bars(load_strip([(day, 0) for day in DAYS], "words")) == []


def test_the_picture_says_in_words_what_it_shows_and_nothing_breaks_out() -> None:
    assert 'aria-label="a &lt;b&gt; &quot;c&quot;"' in load_strip([(DAYS[0], 1)], 'a <b> "c"')
    assert load_strip([], "nothing").count("<rect") == 1
    some = [(DAYS[0], 3), (DAYS[1], 5)]
    assert looks_sentence(some) == "8 looks in 2 days; the most was 5 on 2026-01-02."
    assert seconds_sentence(some) == "8 seconds in 2 days; the most was 5 on 2026-01-02."
    assert (looks_sentence([(DAYS[0], 0)]), seconds_sentence([(DAYS[0], 0)])) == ("Not one look.", "Not a second.")


@pytest.mark.django_db
def test_it_is_ones_own_in_full_and_nobody_elses() -> None:
    ada, bea, today = make_person(Role.ANALYST, granted=True), make_person(Role.ANALYST), now().astimezone(UTC).date()
    DayExposure.objects.create(person=ada, day=today, level="full", count=3, seconds=41)
    DayExposure.objects.create(person=ada, day=today - timedelta(days=13), level="full", count=1, seconds=7)
    DayExposure.objects.create(person=ada, day=today - timedelta(days=14), level="full", count=900, seconds=900)
    address = reverse("load:mine")
    page = signed_in(ada).get(address).content.decode()
    assert f"4 looks in 14 days; the most was 3 on {today}." in page
    assert f"48 seconds in 14 days; the most was 41 on {today}." in page
    assert page.count('<svg class="load"') == 8
    assert page.count('class="load-bar"') == 4
    assert "3 × · 41 s" in page
    other = signed_in(bea).get(f"{address}?person={ada.pk}").content.decode()
    assert 'class="load-bar"' not in other
    assert "Not one look." in other
    lead = signed_in(make_person(Role.SUPERVISOR)).get(reverse("review:load")).content.decode()
    assert "48 seconds" not in lead
    assert "41 s" not in lead
    assert 'class="load"' not in lead
