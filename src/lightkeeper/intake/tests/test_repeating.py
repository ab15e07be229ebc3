"""The same id again: the same body gives the same answer, another body a conflict, whoever asks at the same time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connections
from django.utils.timezone import now

from lightkeeper.intake.models import Submission
from lightkeeper.intake.services import purge
from lightkeeper.intake.tests.conftest import LISTED_URL, VETTED_BYTES
from lightkeeper.intake.tests.platform import KIND, Platform, body_of, multipart, picture
from lightkeeper.record.models import AuditEvent
from lightkeeper.review.models import Case, Sighting
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.tests.threads import all_at_once


@pytest.mark.parametrize("number", [50, VETTED_BYTES])
def test_the_same_body_gives_the_same_answer_and_nothing_happens_twice(platform: Platform, number: int) -> None:
    first = platform.submit("a", picture(number), uploader="u")
    events = AuditEvent.objects.count()
    again = platform.submit("a", picture(number), uploader="u")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert Submission.objects.count() == 1
    assert AuditEvent.objects.count() == events


def test_another_body_is_a_conflict(platform: Platform) -> None:
    platform.submit("a", picture(50), uploader="u")
    for answer in (
        platform.submit("a", picture(51), uploader="u"),
        platform.submit("a", picture(50), uploader="other"),
        platform.url("a", LISTED_URL),
    ):
        assert answer.status_code == 409
        assert body_of(answer)["type"].endswith(":id-in-use")


def test_another_client_has_ids_of_its_own(platform: Platform) -> None:
    from lightkeeper.intake.tests.platform import make_platform

    platform.submit("a", picture(50))
    other = make_platform("another")
    assert other.get("a").status_code == 404
    assert other.submit("a", picture(51)).status_code == 200


def test_again_while_it_waits_is_answered_as_waiting(platform: Platform) -> None:
    platform.submit("a", picture(50), wait=False)
    again = platform.submit("a", picture(50), wait=False)
    assert again.status_code == 202
    assert Work.objects.filter(kind="intake:scan").count() == 1
    assert platform.submit("a", picture(51), wait=False).status_code == 409


def test_again_with_wait_waits_for_who_searches_it(platform: Platform, configure: Callable[..., None]) -> None:
    configure(wait_limit_ms=100)
    platform.submit("a", picture(50), wait=False)
    assert platform.submit("a", picture(50)).status_code == 202


def test_after_its_time_an_id_is_free_again(platform: Platform) -> None:
    platform.submit("a", picture(50))
    Submission.objects.update(purge_at=now() - timedelta(seconds=1))
    assert purge() == 1
    assert platform.get("a").status_code == 404
    assert platform.submit("a", picture(51)).status_code == 200


def test_with_rescan_days_0_only_what_names_the_item_is_kept_for_a_day(
    platform: Platform, configure: Callable[..., None]
) -> None:
    from lightkeeper.intake.retained import unsealed

    configure(rescan_days=0)
    platform.submit("a", picture(50), uploader="u")
    row = Submission.objects.get()
    kept = unsealed(row.retained, row.reference_index)
    assert (kept.callers_id, kept.sha1, kept.md5, kept.pdq, kept.uploader) == (None, None, None, None, None)
    assert kept.sha256 == sha256(picture(50)).digest()
    assert row.uploader_day is None
    assert row.purge_at is not None
    assert row.purge_at - now() < timedelta(days=1, seconds=1)
    assert platform.submit("a", picture(50), uploader="u").status_code == 200
    assert platform.submit("a", picture(51), uploader="u").status_code == 409


@pytest.mark.parametrize(("number", "wait"), [(50, True), (VETTED_BYTES, True), (50, False)])
def test_of_requests_at_the_same_moment_one_wins_and_all_get_its_answer(
    platform: Platform, number: int, *, wait: bool
) -> None:
    answers = []

    def once() -> None:
        answers.append(platform.submit("a", picture(number), wait=wait))
        connections.close_all()

    all_at_once(*[once] * 4)
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert answers[0].status_code == (200 if wait else 202)
    assert Submission.objects.count() == 1
    assert AuditEvent.objects.filter(event__startswith="intake:submission").count() == 1
    assert Case.objects.count() == Sighting.objects.count() == (1 if number == VETTED_BYTES else 0)


def test_of_different_bodies_at_the_same_moment_one_wins_and_the_other_conflicts(platform: Platform) -> None:
    statuses = []

    def once(number: int) -> Callable[[], None]:
        def call() -> None:
            statuses.append(platform.submit("a", picture(number)).status_code)
            connections.close_all()

        return call

    all_at_once(once(50), once(51))
    assert sorted(statuses) == [200, 409]


def test_different_submissions_of_one_item_at_the_same_moment_share_one_case(platform: Platform) -> None:
    def once(name: str) -> Callable[[], None]:
        def call() -> None:
            assert platform.submit(name, picture(VETTED_BYTES)).status_code == 200
            connections.close_all()

        return call

    all_at_once(*(once(f"s-{number}") for number in range(4)))
    assert Case.objects.count() == 1
    assert Sighting.objects.count() == 4


def _address(number: int) -> dict[str, str]:
    return {"id": f"b-{number}", "kind": "url", "url": f"https://a.example/{number}"}


def test_a_batch_is_taken_whole_or_not_at_all(platform: Platform) -> None:
    items: list[dict[str, str]] = [
        {"id": f"b-{number}", "kind": "url", "url": f"https://a.example/{number}"} for number in range(5)
    ]
    first = platform.json("/submissions/batch", items)
    assert [one["id"] for one in body_of(first)] == [one["id"] for one in items]
    assert platform.json("/submissions/batch", items).content == first.content
    assert Submission.objects.count() == 5
    items[3]["url"] = "https://a.example/other"
    items.append({"id": "b-9", "kind": "url", "url": "https://a.example/9"})
    assert platform.json("/submissions/batch", items).status_code == 409
    assert Submission.objects.count() == 5


def test_an_id_twice_in_a_batch_is_one_submission_or_a_conflict(platform: Platform) -> None:
    one = {"id": "b-1", "kind": "url", "url": "https://a.example/1"}
    assert platform.json("/submissions/batch", [one, one]).status_code == 200
    assert Submission.objects.count() == 1
    other = {"id": "c-1", "kind": "url", "url": "https://a.example/1"}
    assert platform.json("/submissions/batch", [other, {**other, "url": "https://a.example/2"}]).status_code == 409


def test_a_batch_of_pictures_and_addresses(platform: Platform) -> None:
    import json

    said = [
        {"id": "p-0", "kind": "picture"},
        {"id": "p-1", "kind": "url", "url": LISTED_URL},
        {"id": "p-2", "kind": "picture"},
    ]
    body = multipart(
        ("metadata", json.dumps(said), None),
        ("content-0", picture(50), "a"),
        ("content-2", picture(VETTED_BYTES), "b"),
    )
    answer = platform.send("POST", "/submissions/batch?wait=true", body, key=platform.detailed, kind=KIND)
    assert [one["outcome"] for one in body_of(answer)] == ["clear", "match", "match"]
    assert [one["state"] for one in body_of(answer)] == ["accepted", "accepted", "withheld"]
