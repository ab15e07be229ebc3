"""The queue's page: what it lists and how, what it finds, and what is done from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from lightkeeper.people.models import Client as Platform
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.leasing import lease_of, take
from lightkeeper.review.models import Case, Lease, Sighting
from lightkeeper.review.queue import due_in_words
from lightkeeper.review.tests.grades_made import reviewer
from lightkeeper.review.tests.making import finding, item, opened
from lightkeeper.review.types import LeaseEnd
from lightkeeper.runtime.services import blind_index

pytestmark = pytest.mark.django_db


def a_case(number: int = 1, **changes: object) -> Case:
    ref = opened(b"case %d" % number, number)
    Case.objects.filter(pk=ref.id).update(**changes)
    return Case.objects.get(pk=ref.id)


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"/cases/{query}", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def short(case: Case) -> str:
    return f"<code>{str(case.public)[:8]}</code>"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=1), "in 1 minute"), (timedelta(minutes=119), "in 119 minutes"),
        (timedelta(hours=3), "in 3 hours"), (timedelta(days=3), "in 3 days"),
        (timedelta(hours=-2, seconds=-1), "2 hours late"),
    ],
)  # fmt: skip
def test_due_times_are_words(left: timedelta, words: str) -> None:
    assert due_in_words(left) == words


def test_the_table_says_why_and_how_urgent_and_who_has_it() -> None:
    ada = reviewer()
    late = a_case(1, due_at=now() - timedelta(hours=3), severity=4, imminent=True, sampled=True)
    take(late, ada)
    page = shown(signed_in(reviewer()))
    for words in (short(late), "danger now", "drawn", "Match with a list", "Critical", "3 hours late", ada.name):
        assert words in page
    assert "<img" not in page


def test_filters_narrow_and_nonsense_is_left_out() -> None:
    one, two = a_case(1, severity=4), a_case(2, due_at=now() - timedelta(days=1), exposure="still", severity=1)
    client = signed_in(reviewer())
    for query, fitting in (
        ("severity=4", {one}), ("late=1", {two}), ("exposure=still", {two}), ("list=a+list", {one, two}),
        ("list=another", set()), ("state=second", set()), ("state=nonsense", {one, two}),
        ("severity=x", {one, two}), ("page=zero", {one, two}), ("page=2", set()),
    ):  # fmt: skip
        page = shown(client, f"?{query}")
        assert {case for case in (one, two) if short(case) in page} == fitting, query


def test_what_i_had_is_found_again() -> None:
    case, _other, ada = a_case(1), a_case(2), reviewer()
    take(case, ada)
    page = shown(signed_in(ada), "?mine=1")
    assert short(case) in page
    assert short(_other) not in page


def test_an_id_is_found_whosever_it_is() -> None:
    case, client = a_case(1), signed_in(reviewer())
    platform = Platform.objects.create(name="a platform")
    Sighting.objects.update(source=blind_index("intake:reference", str(platform.pk), "their-id 7"))
    for words in (str(case.public), bytes(item(b"case 1").sha256 or b"").hex(), "their-id 7"):
        assert str(case.public) in client.get("/cases/", {"q": words}).content.decode(), words
    assert "No case has this id" in client.get("/cases/", {"q": "their-id"}).content.decode()


def test_many_cases_are_paged_with_the_same_number_of_queries(django_assert_max_num_queries: object) -> None:
    for number in range(55):
        opened(b"many %d" % number, number, findings=[finding(number)])
    client = signed_in(reviewer())
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        page = shown(client)
    assert page.count('scope="row"') == 50
    assert "page=2" in page
    assert shown(client, "?page=2").count('scope="row"') == 5


def test_take_next_leads_to_the_case_and_says_why_there_is_none() -> None:
    case, ada = a_case(1), reviewer()
    client = signed_in(ada)
    assert client.post("/cases/next/").headers["Location"] == f"/cases/{case.public}/"
    other = signed_in(reviewer())
    assert "is with somebody" in other.post("/cases/next/", follow=True).content.decode()
    told = other.post(f"/cases/{case.public}/take/", follow=True).content.decode()
    assert f"{ada.name} has this case now." in told


def test_pausing_handing_over_and_giving_back() -> None:
    case, ada = a_case(1), reviewer()
    client = signed_in(ada)
    for address, why in (
        ("/cases/give-back/", LeaseEnd.RELEASED), ("/cases/pause/", LeaseEnd.PAUSED),
        ("/cases/hand-over/", LeaseEnd.HANDED_OVER),
    ):  # fmt: skip
        take(case, ada)
        assert client.post(address).status_code == 302
        assert Lease.objects.order_by("-pk")[0].ended == why
    client.post("/cases/pause/")
    assert "Paused since" in client.get("/cases/").content.decode()


def test_a_beat_says_whether_the_case_is_still_theirs() -> None:
    case, ada = a_case(1), reviewer()
    take(case, ada)
    client = signed_in(ada)
    assert client.post(f"/cases/{case.public}/beat/").status_code == 204
    lead = signed_in(reviewer(Role.SUPERVISOR))
    assert lead.post(f"/cases/{case.public}/take-over/").status_code == 302
    assert client.post(f"/cases/{case.public}/beat/").status_code == 409
    lease = lease_of(case)
    assert lease is not None
    assert lease.person.role == Role.SUPERVISOR


def test_leads_are_told_of_late_cases_that_nobody_has() -> None:
    a_case(1, due_at=now() - timedelta(hours=1))
    assert "1 case is late and nobody has it" in signed_in(reviewer(Role.SUPERVISOR)).get("/cases/").content.decode()
    assert "nobody has it" not in signed_in(reviewer()).get("/cases/").content.decode()


def test_an_auditor_reads_the_queue_and_takes_nothing() -> None:
    case = a_case(1)
    client = signed_in(make_person(Role.AUDITOR))
    assert "Take next" not in client.get("/cases/").content.decode()
    assert client.post("/cases/next/").status_code == client.post(f"/cases/{case.public}/take/").status_code == 403
