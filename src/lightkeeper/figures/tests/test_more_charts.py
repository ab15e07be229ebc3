"""Charts beside those of facts alone: domains, takedowns, agreement, over years, our lists, protection."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lightkeeper.act.models import Takedown
from lightkeeper.act.takedowns.services import note_reply, take_file, withdraw
from lightkeeper.act.takedowns.states import ReplyKind
from lightkeeper.act.takedowns.tests.made import prepared as notice
from lightkeeper.figures.closing import close_year, yearly
from lightkeeper.figures.facts import write_all
from lightkeeper.figures.models import Fact
from lightkeeper.figures.removal import days_of
from lightkeeper.figures.tests.test_yearly import AT, OPERATOR, cells, chart, urls
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.people.models import Person
from lightkeeper.review.models import DayExposure, Lease
from lightkeeper.review.tests.grades_made import case_item, illegal, policy, reviewer, stood

pytestmark = pytest.mark.django_db


def notices(hours: list[int | None]) -> None:
    Fact.objects.bulk_create(
        Fact(unit="notice", at=AT, hours=one, source="host", outcome="there" if one is None else "removed")
        for one in hours
    )


def test_a_domain_is_counted_once_for_each_country_and_a_host_without_name_is_none() -> None:
    for number in range(6):
        urls(4, domain=bytes([number]) * 32)
    for number in range(9):
        urls(1, domain=bytes([number]) * 32, hosting_country="US", tld="de")
    urls(7, tld="", domain=None)
    assert cells("domains_by_country") == {("NL",): 6, ("US",): 9}
    assert cells("domains_by_tld_kind") == {("country",): 9, ("generic",): 6}
    assert cells("tlds") == {("country",): None, ("generic",): None}, "one of each is few"
    assert cells("urls_by_tld_kind") == {("country",): 9, ("generic",): 24, ("number",): 7}


def test_what_is_disguised_is_not_told_by_the_access() -> None:
    urls(30)
    urls(40, access="paid")
    urls(3, access="disguised")
    assert cells("urls_disguised")[("true",)] is None
    assert cells("urls_by_access")[("disguised",)] is None
    hidden = [one.name for one in yearly(2024).charts if one.unit == "url" and one.adds_up and one.total is None]
    assert len(hidden) == len([one for one in yearly(2024).charts if one.unit == "url" and one.adds_up])


def test_half_three_in_four_and_nine_in_ten_were_gone_within_hours() -> None:
    notices([*range(1, 101), None, None, None, None, None])
    found = chart("hours_until_gone")
    assert [(one.key[0], one.count) for one in found.cells] == [("p50", 50), ("p75", 75), ("p90", 90)]
    assert found.sentences == ("Half of what was removed was gone within 50 hours, nine in ten within 90.",)
    assert cells("notices_by_days") == {("1",): 23, ("2",): 24, ("3-5",): 53, ("none",): 5}
    assert cells("notices_by_outcome") == {("host", "removed"): 100, ("host", "there"): 5}


def test_of_a_few_notices_no_time_is_printed() -> None:
    notices([5, 6])
    assert [one.count for one in chart("hours_until_gone").cells] == [None, None, None]
    assert chart("hours_until_gone").sentences == ()


@pytest.mark.parametrize(
    ("hours", "band"),
    [
        (0, "1"),
        (23, "1"),
        (24, "2"),
        (48, "3-5"),
        (119, "3-5"),
        (120, "6-10"),
        (240, "11-30"),
        (720, "31-"),
        (None, "none"),
    ],
)
def test_a_begun_day_counts_whole(hours: int | None, band: str) -> None:
    assert days_of(hours) == band


def test_a_notice_is_counted_once_it_is_sent_until_it_is_taken_back() -> None:
    row, sender = notice()
    assert not Fact.objects.filter(unit="notice").exists()
    take_file(row, sender)
    assert Fact.objects.filter(unit="notice").values_list("outcome", "source", "hours").get() == ("there", "host", None)
    Takedown.objects.filter(pk=row.pk).update(sent_at=row.prepared_at - timedelta(hours=5))
    note_reply(Takedown.objects.get(pk=row.pk), ReplyKind.REMOVED, "", sender)
    assert Fact.objects.filter(unit="notice").values_list("outcome", "hours").get() == ("removed", 5)
    before = list(Fact.objects.order_by("unit", "subject").values_list("unit", "subject", "outcome", "hours"))
    write_all()
    assert list(Fact.objects.order_by("unit", "subject").values_list("unit", "subject", "outcome", "hours")) == before


def test_a_notice_that_is_taken_back_is_not_counted() -> None:
    row, sender = notice()
    take_file(row, sender)
    withdraw(Takedown.objects.get(pk=row.pk), sender)
    assert not Fact.objects.filter(unit="notice").exists()


def test_what_two_judged_is_counted_by_whether_they_agreed() -> None:
    policy(second_random_percent=100)
    first, second = reviewer(), reviewer()
    for number in range(6):
        item = case_item(b"twice %d" % number, number)
        stood(item, first, illegal())
        stood(item, second, illegal())
    assert set(Fact.objects.filter(unit="pair").values_list("source", "outcome")) == {("drawn", "agreed")}
    year = datetime.now(UTC).year
    assert chart("pairs_by_agreement", year).sentences == ("Two people agreed on 6 of 6 items drawn by chance: 100 %.",)


def test_how_often_reports_of_the_public_are_right_is_said() -> None:
    for outcome, number in (("actioned", 26), ("not_criminal", 74)):
        Fact.objects.bulk_create(
            Fact(unit="report", at=AT, outcome=outcome, source="public_report") for _ in range(number)
        )
    assert chart("reports_by_outcome").sentences == ("Of 100 reports by the public, 26 were acted on: 26 %.",)


def test_several_years_stand_side_by_side_as_each_was_printed() -> None:
    for year in range(2019, 2025):
        urls(year - 2000, at=datetime(year, 6, 1, tzinfo=UTC))
    urls(2, at=datetime(2023, 6, 1, tzinfo=UTC), age_bracket="3-6")
    close_year(2023, by=OPERATOR)
    Fact.objects.filter(at__year__lt=2024).delete()
    whole = {one.key[0]: one.count for one in chart("urls_over_years").cells}
    assert list(whole) == ["2020", "2021", "2022", "2023", "2024"]
    assert (whole["2020"], whole["2022"], whole["2024"]) == (20, 22, 24)
    ages = {one.key: one.count for one in chart("urls_by_age_over_years").cells}
    assert (ages["2022", "11-13"], ages["2023", "3-6"], ages["2024", "11-13"]) == (22, None, 24)
    assert chart("urls_by_age_over_years").total is None


def test_hashes_are_those_that_came_to_our_own_lists() -> None:
    own = HashList.objects.create(name="own", status="vetted", created_at=AT, updated_at=AT)
    for number in range(12):
        Entry.objects.create(
            list=own, algorithm="pdq" if number % 2 else "sha256", value_index=bytes([number]) * 32, sealed=b"",
            state="active", category="A1", changed=1, state_at=AT,
            added_at=AT if number else datetime(2023, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    assert cells("hashes_by_algorithm") == {("pdq",): 6, ("sha256",): 5}
    assert cells("hashes_by_algorithm_and_class") == {("pdq", "A1"): 6, ("sha256", "A1"): 5}


def test_how_people_were_protected_is_printed_from_three_people_on() -> None:
    people: list[Person] = [reviewer(), reviewer()]
    for person in people:
        _looked(person)
    found = chart("views_by_level")
    assert (found.cells, found.total) == ((), None)
    _looked(reviewer())
    assert cells("views_by_level") == {("grey",): 30, ("tile",): 60}
    assert cells("leases_by_end") == {("done",): 15}


def _looked(person: Person) -> None:
    for level, count in (("tile", 20), ("grey", 10)):
        DayExposure.objects.create(person=person, day=date(2024, 3, 1), level=level, count=count, seconds=9)
    for _ in range(5):
        Lease.objects.create(
            case=case_item(b"%d" % Lease.objects.count(), 1).case, person=person, taken_at=AT, beat_at=AT, ended_at=AT,
            ended="done",
        )  # fmt: skip


def test_no_part_of_the_report_but_its_method_is_without_a_chart() -> None:
    assert {one.number for one in yearly(2024).charts} == set(range(1, 18))
