"""What a person's grade says of an entry reaches the source that takes it: once, in order, with its end visible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lightkeeper.lists import jobs, telling
from lightkeeper.lists.exchanges import setting
from lightkeeper.lists.exchanges.fetching import Fetcher
from lightkeeper.lists.exchanges.tests.making import OPERATOR, made, synced
from lightkeeper.lists.exchanges.tests.servers.ncmec import PASSWORD, USER, Ncmec, drawn
from lightkeeper.lists.exchanges.tests.servers.serving import Server, serving, status
from lightkeeper.lists.exchanges.tests.servers.stopncii import CREDENTIALS, StopNcii, value
from lightkeeper.lists.exchanges.tests.servers.stopncii import drawn as drawn_record
from lightkeeper.lists.models import Entry, Exchange, Feedback
from lightkeeper.lists.services import queue_feedback
from lightkeeper.lists.types import ExchangeKind, Opinion
from lightkeeper.record.models import AuditEvent
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Retry

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Ncmec:
    return Ncmec([drawn(number) for number in range(3)])


@pytest.fixture
def server(app: Ncmec) -> Iterator[Server]:
    with serving(app) as running:
        yield running


@pytest.fixture
def entry(server: Server) -> Entry:
    exchange = made(ExchangeKind.NCMEC, {"address": server.address}, {"username": USER, "password": PASSWORD})
    synced(exchange)
    switch(exchange)
    entry = Entry.objects.filter(algorithm="pdq").order_by("pk").first()
    assert entry is not None
    return entry


def switch(exchange: int, **options: Any) -> None:
    row = Exchange.objects.get(pk=exchange)
    setting.set_exchange(
        row.list_id, ExchangeKind(row.kind), {**row.options, **options}, actor=OPERATOR, feedback=True
    )  # fmt: skip


def sent(number: int = -1) -> Feedback:
    feedback = list(Feedback.objects.order_by("pk"))[number]
    telling.send_feedback(feedback.pk, fetcher=Fetcher(pauses=()))
    feedback.refresh_from_db()
    return feedback


def test_votes_reach_the_source_once_for_each_grade(app: Ncmec, entry: Entry) -> None:
    app.reasons = {"guid-one": "Not what it says"}
    assert queue_feedback(entry.pk, grade=1, opinion=Opinion.UP)
    assert queue_feedback(entry.pk, grade=1, opinion=Opinion.UP)
    assert Work.objects.filter(kind=telling.TELL).count() == Feedback.objects.count() == 1
    assert (sent().state, sent().state) == ("sent", "sent")
    assert queue_feedback(entry.pk, grade=2, opinion=Opinion.DOWN)
    jobs.tell(Feedback.objects.latest("pk").pk)
    path = app.votes[0][0]
    assert app.votes == [(path, "affirmative", ""), (path, "negative", "guid-one")]
    assert path.startswith("42/entry")
    assert path.endswith("/PDQ")
    events = (
        AuditEvent.objects.filter(event__startswith="lists:feedback").order_by("pk").values_list("event", flat=True)
    )
    assert list(events.values_list("event", flat=True)) == ["lists:feedback:queued", "lists:feedback:ended"] * 2


def test_a_vote_against_needs_a_reason_of_the_source(app: Ncmec, entry: Entry) -> None:
    queue_feedback(entry.pk, grade=1, opinion=Opinion.DOWN)
    assert (sent().state, sent().problem) == ("refused", "A vote against an entry needs one of NCMEC's reasons.")
    queue_feedback(entry.pk, grade=2, opinion=Opinion.DOWN, reason="guid-two")
    assert sent().state == "sent"
    switch(Exchange.objects.get().pk, negative_reason="Not what it says")
    queue_feedback(entry.pk, grade=3, opinion=Opinion.DOWN)
    assert sent().state == "sent"
    assert [vote[2] for vote in app.votes] == ["guid-two", "guid-one"]


def test_a_source_that_fails_is_told_later_and_given_up_in_the_end(
    server: Server, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_ATTEMPTS", 3)
    queue_feedback(entry.pk, grade=1, opinion=Opinion.UP)
    waits = []
    for fault in (status(500), status(401)):
        server.faults.append(fault)
        with pytest.raises(Retry) as later:
            sent()
        waits.append(later.value.after)
    feedback = Feedback.objects.get()
    assert (feedback.state, feedback.attempts, feedback.problem) == (
        "queued", 2, "The source refuses the credentials (401)."
    )  # fmt: skip
    assert waits == sorted(waits, key=str)
    server.faults.append(status(500))
    assert (sent().state, sent().problem[:30]) == ("refused", "Given up after many attempts: ")
    queue_feedback(entry.pk, grade=2, opinion=Opinion.UP)
    server.faults.append(status(404))
    assert (sent().state, sent().problem) == ("refused", "NCMEC refuses this opinion (404).")


def test_a_later_grade_takes_the_place_of_one_that_waits(app: Ncmec, entry: Entry) -> None:
    queue_feedback(entry.pk, grade=1, opinion=Opinion.DOWN)
    queue_feedback(entry.pk, grade=2, opinion=Opinion.UP)
    assert (sent(0).state, sent(0).problem) == ("refused", "A later grade took its place.")
    assert sent().state == "sent"
    assert [vote[1] for vote in app.votes] == ["affirmative"]


def test_nothing_is_told_unless_that_is_switched_on(server: Server, entry: Entry) -> None:
    queue_feedback(entry.pk, grade=1, opinion=Opinion.UP)
    Exchange.objects.update(feedback=False)
    asked = len(server.asked)
    assert (sent().state, sent().problem, len(server.asked)) == (
        "refused", "Telling the source was switched off.", asked
    )  # fmt: skip
    assert not queue_feedback(entry.pk, grade=2, opinion=Opinion.UP)
    assert not queue_feedback(10_000, grade=2, opinion=Opinion.UP)
    jobs.tell(None)


def test_stopncii_is_told_whether_content_was_blocked() -> None:
    app = StopNcii([drawn_record(1)])
    with serving(app) as server:
        exchange = made(ExchangeKind.STOPNCII, {"address": server.address}, CREDENTIALS)
        synced(exchange)
        switch(exchange)
        entry = Entry.objects.get()
        for grade, opinion in enumerate((Opinion.UP, Opinion.DOWN)):
            queue_feedback(entry.pk, grade=grade, opinion=opinion)
            assert sent().state == "sent"
        told = [one["hashFeedbacks"][0] for one in app.told]
        assert [(one["hashValue"], one["feedbackValue"]) for one in told] == [
            (value(1).hex(), "Blocked"), (value(1).hex(), "NotBlocked")
        ]  # fmt: skip
        app.feedback_status = 400
        queue_feedback(entry.pk, grade=9, opinion=Opinion.UP)
        assert (sent().state, sent().problem) == ("refused", "StopNCII refuses this opinion (400).")
        setting.set_credentials(exchange, {**CREDENTIALS, "feedback_key": ""}, actor=OPERATOR)
        queue_feedback(entry.pk, grade=10, opinion=Opinion.UP)
        assert "feedback_key" in sent().problem
