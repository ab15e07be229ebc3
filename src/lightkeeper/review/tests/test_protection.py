"""Protection: the floor can only be strengthened; caps and breaks are hard stops, over all devices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import Reveal
from lightkeeper.record.policy import PolicyValues, current_policy
from lightkeeper.review import exposure, protection, revealing
from lightkeeper.review.models import DayExposure, Protection, Shift
from lightkeeper.review.protection import LEVELS, OPT_OUTS, budget, change_protection, effective
from lightkeeper.review.revealing import RevealRefused, end_reveal, reveal
from lightkeeper.review.shift import break_due_at, looked, rests_until
from lightkeeper.review.tests.reveals_made import case_item, policy, post, reviewer, trail
from lightkeeper.runtime.tests.threads import all_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answered")]

WEAKER: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"highest_level": "grey"}, {"highest_level": "full"}),
    ({"highest_level": "tile"}, {"highest_level": "grey"}),
    ({"steps": True}, {"steps": False}),
    ({"parts_first": True}, {"parts_first": False}),
    ({"hold_seconds": 10}, {"hold_seconds": 11}),
    ({"idle_seconds": 10}, {"idle_seconds": 60}),
]


@pytest.mark.parametrize(("floor", "weaker"), WEAKER)
def test_turning_filters_below_the_floor_is_impossible(floor: dict[str, Any], weaker: dict[str, Any]) -> None:
    person = reviewer()
    policy(**floor)
    before = effective(person)
    with pytest.raises(ValidationError, match=r"[Oo]rganisation"):
        change_protection(person, weaker)
    form = {
        "highest_level": before.highest_level, "hold_seconds": before.hold_seconds,
        "idle_seconds": before.idle_seconds, "steps": before.steps, "parts_first": before.parts_first, **weaker,
    }  # fmt: skip
    sent = {name: value for name, value in form.items() if value is not False}
    answer = signed_in(person).post(reverse("review:my_protection"), sent)
    assert answer.status_code == 422
    assert "organisation" in answer.content.decode().lower()
    assert effective(person) == before
    assert not Protection.objects.exists()


def test_a_floor_that_rises_later_counts_for_everybody() -> None:
    person = reviewer()
    policy(steps=False, hold_seconds=30)
    change_protection(person, {"hold_seconds": 25, "highest_level": "full", "steps": False})
    policy(steps=True, hold_seconds=10, idle_seconds=5, parts_first=True, highest_level="grey")
    now_in_force = effective(person)
    assert (now_in_force.steps, now_in_force.hold_seconds, now_in_force.idle_seconds) == (True, 10, 5)
    assert (now_in_force.parts_first, now_in_force.highest_level) == (True, "grey")


class Floors(TestCase):
    """For any two versions of the policy, and whatever somebody tries between them."""

    values = st.fixed_dictionaries(
        {
            "highest_level": st.sampled_from(LEVELS),
            "steps": st.booleans(),
            "parts_first": st.booleans(),
            "hold_seconds": st.integers(2, 60),
            "idle_seconds": st.integers(5, 60),
        }
    )

    @given(floor=values, own=values, later=values)
    def test_nothing_in_force_is_ever_weaker_than_the_floor(
        self, floor: dict[str, Any], own: dict[str, Any], later: dict[str, Any]
    ) -> None:
        person = Person.objects.create(email=f"p{Person.objects.count()}@platform.example", name="P", role="analyst")
        policy(**floor)
        for name, value in own.items():
            try:
                change_protection(person, {name: value})
            except ValidationError:
                assert _weaker({**floor, name: value}, current_policy())
        assert not _weaker(vars_of(effective(person)), current_policy())
        policy(**later)
        assert not _weaker(vars_of(effective(person)), current_policy())


def vars_of(protecting: protection.Protecting) -> dict[str, Any]:
    """The values that have a floor."""
    names = ("highest_level", "steps", "parts_first", "hold_seconds", "idle_seconds")
    return {name: getattr(protecting, name) for name in names}


def _weaker(values: dict[str, Any], floor: PolicyValues) -> bool:
    return (
        LEVELS.index(values["highest_level"]) > LEVELS.index(floor.highest_level)
        or (floor.steps and not values["steps"])
        or (floor.parts_first and not values["parts_first"])
        or values["hold_seconds"] > floor.hold_seconds
        or values["idle_seconds"] > floor.idle_seconds
    )


def test_changes_are_checked_and_recorded_without_saying_what_was_chosen() -> None:
    person = reviewer()
    changed = change_protection(person, {"hold_seconds": 5, "opt_outs": {"text", "critical"}, "toggle": True})
    assert (changed.hold_seconds, changed.toggle, changed.opt_outs) == (5, True, frozenset({"text", "critical"}))
    assert changed == effective(person)
    assert trail("review:protection:changed") == [{}]
    wrong: list[dict[str, Any]] = [
        {"hold_seconds": 0}, {"hold_seconds": "5"}, {"hold_seconds": True}, {"highest_level": "original"}, {"x": 1},
        {"highest_level": 3}, {"steps": "yes"}, {"opt_outs": ["everything"]}, {"opt_outs": "text"}, {"toggle": 1},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(ValidationError):
            change_protection(person, values)
    assert effective(person) == changed
    assert set(OPT_OUTS) == {"still", "motion", "sound", "text", "critical", "high"}


def test_cap_reached_is_refused_across_devices() -> None:
    policy(cap_full_count=2, cap_grey_seconds=1, steps=False)
    row = case_item()
    person = reviewer(row)
    one, other = signed_in(person), signed_in(person)
    assert post(one, row, level="full").headers["Reveal-Left"] == "count=1, seconds=600"
    assert post(other, row, level="full").status_code == 200
    for device in (one, other):
        refused = post(device, row, level="full")
        assert refused.status_code == 429
        assert refused.json()["type"] == "urn:lightkeeper:problem:cap-reached"
    assert post(one, row, level="tile").status_code == 200
    grey = post(one, row, level="grey")
    assert grey.headers["Reveal-Limit"] == "1"
    assert post(other, row, level="grey").status_code == 429  # the first device could show it for its whole second
    assert budget(person).spent == ("grey", "full")


def test_a_limit_is_never_longer_than_what_is_left_and_another_day_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    policy(steps=False, hold_seconds=20, cap_full_seconds=30)
    row = case_item()
    person = reviewer(row)
    limits = [reveal(case_item=row, person=person, level="full").limit for _ in range(2)]
    assert limits == [20, 10]
    with pytest.raises(RevealRefused, match="as much of this level"):
        reveal(case_item=row, person=person, level="full")
    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr(revealing, "now", lambda: tomorrow)
    assert reveal(case_item=row, person=person, level="full").limit == 20
    assert [left["full"] for _, left in exposure.history(person, tomorrow)[:2]][1][0] == 2


@pytest.mark.django_db(transaction=True)
def test_cap_reached_is_refused_across_devices_that_ask_at_the_same_time() -> None:
    policy(cap_full_count=3, steps=False)
    row = case_item()
    person = reviewer(row)
    answers: list[str] = []

    def ask() -> None:
        try:
            reveal(case_item=row, person=person, level="full")
            answers.append("shown")
        except RevealRefused as refused:
            answers.append(refused.code)

    all_at_once(*[ask] * 8)
    assert sorted(answers) == ["cap-reached"] * 5 + ["shown"] * 3
    assert DayExposure.objects.get(level="full").count == Reveal.objects.count() == 3
    assert Reveal.objects.filter(end=None).count() <= 1
    assert connection.vendor in {"sqlite", "postgresql"}


def test_after_looking_long_enough_nothing_is_shown_until_a_break_was_had(monkeypatch: pytest.MonkeyPatch) -> None:
    policy(looking_minutes=50, break_minutes=10)
    row = case_item()
    person = reviewer(row)
    at = now()

    def look(minutes: float) -> str:
        monkeypatch.setattr(revealing, "now", lambda: at + timedelta(minutes=minutes))
        monkeypatch.setattr(protection, "now", lambda: at + timedelta(minutes=minutes))
        try:
            reveal(case_item=row, person=person, level="tile")
        except RevealRefused as refused:
            return refused.code
        return "shown"

    assert [look(minutes) for minutes in (0, 9, 18, 27, 36, 45, 49)] == ["shown"] * 7
    assert [look(minutes) for minutes in (50, 55, 58.9)] == ["break-due"] * 3
    assert budget(person).rests_until == at + timedelta(minutes=59)
    assert look(59.1) == "shown"
    assert budget(person).rests_until is None
    assert budget(person).break_due_at == at + timedelta(minutes=109.1)
    assert [look(minutes) for minutes in (69.2, 118)] == ["shown"] * 2  # each after a pause of its own


def test_the_break_timer_says_nothing_before_the_first_look() -> None:
    at, floor, shift = now(), PolicyValues(), Shift.objects.create(person=make_person())
    assert rests_until(None, floor, at) is rests_until(shift, floor, at) is None
    assert break_due_at(None, floor, at) is break_due_at(shift, floor, at) is None
    looked(shift, floor, at)
    assert break_due_at(shift, floor, at) == at + timedelta(minutes=50)
    assert break_due_at(shift, floor, at + timedelta(minutes=10)) is None


def test_opting_out_of_still_pictures_shows_none() -> None:
    row = case_item()
    person = reviewer(row)
    change_protection(person, {"opt_outs": ["still"]})
    with pytest.raises(RevealRefused, match="no still pictures"):
        reveal(case_item=row, person=person, level="tile")


def test_a_person_sees_their_load_in_full_and_leads_only_what_is_left() -> None:
    row = case_item()
    person = reviewer(row)
    person.name = "Zoe Keeper"
    person.save()
    first = reviewer()
    first.name = "Ada Keeper"
    first.save()
    shown = reveal(case_item=row, person=person, level="tile")
    end_reveal(shown.reveal_id, person, 0.0, "veiled")
    reveal(case_item=row, person=person, level="grey")
    mine = signed_in(person).get(reverse("load:mine")).content.decode()
    assert mine.count("1 ×") == 2
    assert "299 of 300 reveals" in mine
    lead = signed_in(make_person(Role.SUPERVISOR))
    page = lead.get(reverse("review:load")).content.decode()
    assert page.index("Ada Keeper") < page.index("Zoe Keeper")
    assert "99 % left" in page
    assert "×" not in page
    assert "×" not in lead.get(reverse("load:mine")).content.decode()  # their own
    for role in (Role.ANALYST, Role.SENIOR_ANALYST, Role.ADMINISTRATOR, Role.AUDITOR):
        assert signed_in(make_person(role, granted=True)).get(reverse("review:load")).status_code == 403


def test_the_page_of_ones_protection_changes_it() -> None:
    person = reviewer()
    client = signed_in(person)
    page = client.get(reverse("review:my_protection"))
    assert "After 50 minutes of looking" in page.content.decode()
    data = {"highest_level": "grey", "steps": "on", "hold_seconds": "8", "idle_seconds": "9", "opt_outs": ["sound"]}
    assert client.post(reverse("review:my_protection"), data).status_code == 302
    assert effective(person).highest_level == "grey"
    assert effective(person).opt_outs == {"sound"}
