"""The rules of a list are changed under a name, each change is told, and entries follow the map of categories."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.lists import categories, services
from lightkeeper.lists.models import Change, Entry, HashList
from lightkeeper.lists.queries import current, stale_lists
from lightkeeper.lists.tests.making import csv, imported, new, row, value
from lightkeeper.lists.types import ListPurpose, ListRefused
from lightkeeper.people.models import Person
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor
from lightkeeper.runtime.models import Work

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()


def changes() -> list[str]:
    """What was told of changed lists."""
    return list(AuditEvent.objects.filter(event="lists:list:changed").order_by("pk").values_list("details", flat=True))


def test_owner_and_alarms_are_set_and_told_once() -> None:
    list_id = services.create_list(name="ours", actor=OPERATOR)
    person = Person.objects.create(email="keeper@example.test", name="Keeper", role="list_manager")
    for _ in range(2):
        services.set_owner(list_id, person.pk, actor=OPERATOR)
        services.set_stale_days(list_id, 3, actor=OPERATOR)
        services.set_flood_uploaders(list_id, 0, actor=OPERATOR)
    of = HashList.objects.get()
    assert (of.owner, of.stale_days, of.flood_uploaders) == (person, 3, 0)
    assert changes() == [
        f'{{"from":null,"to":{person.pk},"what":"owner"}}',
        '{"from":null,"to":3,"what":"stale_days"}',
        '{"from":20,"to":0,"what":"flood_uploaders"}',
    ]
    Person.objects.filter(pk=person.pk).update(is_active=False, deactivated_at=now())
    with pytest.raises(ListRefused, match="account"):
        services.set_owner(list_id, person.pk, actor=OPERATOR)
    with pytest.raises(ListRefused, match="days"):
        services.set_stale_days(list_id, -1, actor=OPERATOR)
    with pytest.raises(ListRefused, match="uploaders"):
        services.set_flood_uploaders(list_id, -1, actor=OPERATOR)
    with pytest.raises(ListRefused, match="no such list"):
        services.set_owner(list_id + 1, None, actor=OPERATOR)


def test_each_list_may_say_for_itself_when_it_is_stale() -> None:
    for name, days in (("usual", None), ("soon", 2), ("never", 0)):
        list_id = services.create_list(name=name, actor=OPERATOR)
        services.set_stale_days(list_id, days, actor=OPERATOR)
    HashList.objects.update(created_at=now() - timedelta(days=3))
    assert [of.name for of in stale_lists()] == ["soon"]
    HashList.objects.update(created_at=now() - timedelta(days=3000))
    assert [of.name for of in stale_lists()] == ["soon", "usual"]


def test_what_a_list_is_for_is_said_when_it_is_made_and_never_changes() -> None:
    imported(csv(row(1)), "ours")
    with pytest.raises(ListRefused, match="something else"):
        imported(csv(row(1)), "ours", None, purpose=ListPurpose.ALLOW)
    assert imported(csv(row(2)), "ours", None, purpose=ListPurpose.KNOWN).added == 1


def test_entries_have_our_category_when_they_come_and_when_the_map_changes() -> None:
    list_id = services.create_list(name="ours", actor=OPERATOR)
    services.set_categories(list_id, {" Grave ": "a1", "other": "B2"}, actor=OPERATOR)
    imported(csv(row(1, category="grave"), row(2, category="Unknown"), row(3)), "ours", None)
    services.add_entries(list_id, [new(4, category="OTHER")], actor=OPERATOR, reason="graded")
    ours = Entry.objects.order_by("pk").values_list("category", flat=True)
    assert list(ours) == ["A1", "", "", "B2"]
    change = Change.objects.count()
    services.set_categories(list_id, {"unknown": "A2", "grave": "A1"}, actor=OPERATOR)
    assert Work.objects.filter(kind=categories.MAP, subject=list_id).count() == 2
    assert categories.map_entries(list_id) == 2
    assert list(ours.all()) == ["A1", "A2", "", ""]
    assert Change.objects.count() == change + 1
    assert categories.map_entries(list_id) == 0
    assert categories.map_entries(list_id + 1) == 0
    assert changes()[1] == '{"from":2,"to":2,"what":"categories"}'


def test_a_match_says_our_category_or_else_the_source_s() -> None:
    imported(csv(row(1, category="grave"), row(2, category="else")), "ours")
    services.set_categories(HashList.objects.get().pk, {"grave": "A1"}, actor=OPERATOR)
    categories.map_entries(HashList.objects.get().pk)
    found = current().lookup_pdq([value(1), value(2)])
    assert [[match.category for match in one] for one in found] == [["A1"], ["else"]]


def test_a_map_that_changes_while_an_import_runs_is_followed() -> None:
    from django.db import transaction

    from lightkeeper.lists.sealing import Content
    from lightkeeper.lists.staging import Listed, Staging

    list_id = services.create_list(name="ours", actor=OPERATOR)
    staging = Staging(list_id)
    staging.stage([Listed("pdq", Content(value(1), "", "grave"))])
    services.set_categories(list_id, {"grave": "A1"}, actor=OPERATOR)
    categories.map_entries(list_id)
    with transaction.atomic():
        staging.take_effect("", withdraw=())
    assert Work.objects.filter(kind=categories.MAP).count() == 2
    categories.map_entries(list_id)
    assert Entry.objects.get().category == "A1"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"x": "Z9"}, "Our categories are"),
        ({"x": "A1", " X": "A2"}, "twice"),
        ({" ": "A1"}, "with a name"),
        ({str(n): "A1" for n in range(501)}, "up to 500"),
    ],
)
def test_a_map_that_cannot_be_is_refused(wrong: dict[str, str], says: str) -> None:
    list_id = services.create_list(name="ours", actor=OPERATOR)
    with pytest.raises(ListRefused, match=says):
        services.set_categories(list_id, wrong, actor=OPERATOR)
    assert HashList.objects.get().categories == {}
