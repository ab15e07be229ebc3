"""The page of the policy: who reads it, who changes it, and that it says what everything means."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import Policy
from lightkeeper.record.policy import RANGES
from lightkeeper.record.policy_history import NAMES
from lightkeeper.record.policy_meanings import MEANINGS
from lightkeeper.record.services import PolicyValues, change_policy, current_policy
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
READERS = {Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}


def form(**changes: object) -> dict[str, object]:
    """What a browser sends of the form as it is, with some changes."""
    values = current_policy()
    sent: dict[str, object] = {"version": values.version, "reason": "A reason.", "highest_level": values.highest_level}
    sent |= {name: getattr(values, name) for name in RANGES}
    sent |= {name: "on" for name in NAMES if getattr(values, name) is True}
    sent |= {f"suggests-{outcome}": decision for outcome, decision in values.suggests.items()}
    sent |= {f"actions_after-{decision}": list(kinds) for decision, kinds in values.actions_after.items()}
    sent["actions_second"], sent["jurisdictions"] = list(values.actions_second), list(values.jurisdictions)
    sent["note_templates"] = "\r\n".join(values.note_templates)
    return {name: value for name, value in {**sent, **changes}.items() if value is not None}


@pytest.fixture
def lead() -> Client:
    return signed_in(make_person(Role.SUPERVISOR))


@pytest.mark.parametrize("role", Role)
def test_who_reads_and_who_changes_it(role: Role) -> None:
    browser = signed_in(make_person(role))
    page = browser.get(reverse("record:policy"))
    assert (page.status_code == 200) == (role in READERS)
    assert (reverse("record:change_policy") in page.content.decode()) == (role == Role.SUPERVISOR)
    changing = browser.post(reverse("record:change_policy"), form(hold_seconds=10))
    assert (changing.status_code == 302) == (role == Role.SUPERVISOR)
    assert Policy.objects.exists() == (role == Role.SUPERVISOR)


def test_every_value_is_there_with_its_meaning_its_range_and_what_is_delivered(lead: Client) -> None:
    page = unescape(lead.get(reverse("record:policy")).content.decode())
    for name in NAMES:
        assert f"<code>{name}</code>" in page
        assert str(MEANINGS[name].says) in page
    assert "From 2 to 60." in page
    assert "Not illegal: Reinstate" in page


def test_a_change_is_made_with_a_reason_and_stands_in_the_history(lead: Client) -> None:
    answer = lead.post(
        reverse("record:change_policy"),
        form(
            hold_seconds=10,
            steps=None,
            actions_second=["suspend"],
            **{"suggests-not_found": "label", "actions_after-label": ["warn", "report"]},
        ),
    )
    assert answer.status_code == 302
    made = current_policy()
    assert (made.version, made.hold_seconds, made.steps, made.suggests["not_found"]) == (1, 10, False, "label")
    assert made.note_templates == PolicyValues().note_templates
    assert (made.actions_second, made.actions_after["label"]) == (("suspend",), ("warn", "report"))
    assert made.actions_after["remove"] == PolicyValues().actions_after["remove"]
    page = unescape(lead.get(reverse("record:policy")).content.decode())
    assert "Version 1 is in force" in page
    assert "<del>20</del>" in page
    assert "<ins>10</ins>" in page
    assert "A reason." in page


def test_the_form_shows_what_is_so_now_and_changes_nothing_by_itself(lead: Client) -> None:
    page = lead.get(reverse("record:change_policy")).content.decode()
    assert 'name="hold_seconds" value="20" min="2" max="60"' in page
    answer = lead.post(reverse("record:change_policy"), form())
    assert "Nothing was changed." in answer.content.decode()
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hold_seconds": 99}, "less than or equal to 60"),
        ({"hold_seconds": ""}, "This field is required"),
        ({"reason": " "}, "This field is required"),
        ({"suggests-not_found": "burn", "hold_seconds": 10}, "Select a valid choice"),
        ({"note_templates": "x" * 281}, "at most 20 different lines"),
        ({"version": 7, "hold_seconds": 10}, "Somebody else changed the policy"),
    ],
)
def test_what_cannot_be_is_told_and_not_made(lead: Client, changes: dict[str, object], sentence: str) -> None:
    page = unescape(lead.post(reverse("record:change_policy"), form(**changes)).content.decode())
    assert sentence in page
    assert not Policy.objects.exists()


def test_two_who_change_it_at_once_do_not_undo_one_another(lead: Client) -> None:
    sent = form(hold_seconds=10)
    change_policy({"case_items": 3}, reason="Quicker.", actor=Actor.system())
    page = lead.post(reverse("record:change_policy"), sent).content.decode()
    assert "Somebody else changed the policy" in page
    assert current_policy().case_items == 3


def test_whoever_signed_in_long_ago_proves_again_who_they_are() -> None:
    browser = signed_in(make_person(Role.SUPERVISOR), confirmed=False)
    answer = browser.post(reverse("record:change_policy"), form(hold_seconds=10))
    assert answer.status_code in {302, 403}
    assert not Policy.objects.exists()


def test_people_see_each_others_words_escaped(lead: Client) -> None:
    change_policy({"note_templates": ("<b>bold</b>",)}, reason="<i>why</i>", actor=Actor.system())
    page = lead.get(reverse("record:policy")).content.decode()
    assert "<b>bold" not in page
    assert "<i>why" not in page
