"""The dashboard of now: what waits is counted, each with its unit and its page; days are of the audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.figures.transparency.lately import DAYS, daily
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import Case
from lightkeeper.review.tests.grades_made import case_item, illegal, policy, reviewer, stood

pytestmark = pytest.mark.django_db


def test_what_waits_and_what_is_late_is_counted() -> None:
    policy()
    for number in range(3):
        case_item(b"drawing %d" % number, number)
    Case.objects.filter(pk=Case.objects.order_by("pk")[0].pk).update(
        opened_at=now() - timedelta(days=9), due_at=now() - timedelta(hours=1)
    )
    page = signed_in(make_person(Role.SUPERVISOR)).get("/now/")
    waiting = {one.title: one.count for one in page.context["waiting"]}
    assert (waiting["Open in all"], waiting["Overdue"]) == (3, 1)
    assert all(one.unit and one.page.startswith("/") for one in page.context["waiting"])
    assert page.content.decode().count("tag-bad") == 1


def test_days_are_counted_of_the_trail_with_those_on_which_nothing_was() -> None:
    policy()
    stood(case_item(b"drawing", 1), reviewer(), illegal())
    opened, closed = daily(["cases_opened", "cases_closed"])
    assert (opened.total, closed.total) == (1, 1)
    assert len(opened.days) == DAYS
    assert opened.days[-1] == (now().date(), 1)
    assert daily(["reports_filed"])[0].total == 0


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMINISTRATOR, Role.LIST_MANAGER])
def test_others_do_not_see_it(role: Role) -> None:
    assert signed_in(make_person(role)).get("/now/").status_code == 403
