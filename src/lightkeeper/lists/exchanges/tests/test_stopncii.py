"""StopNCII: pages by tokens, what is withdrawn goes, and the next sync asks from where the source says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightkeeper.lists.exchanges.tests.making import checkpoint, counts, held, made, synced
from lightkeeper.lists.exchanges.tests.servers.serving import Server, serving
from lightkeeper.lists.exchanges.tests.servers.stopncii import BEGUN, CREDENTIALS, StopNcii, drawn, value
from lightkeeper.lists.models import Entry
from lightkeeper.lists.types import ExchangeKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> StopNcii:
    return StopNcii([drawn(number) for number in range(9)])


@pytest.fixture
def server(app: StopNcii) -> Iterator[Server]:
    with serving(app) as running:
        yield running


@pytest.fixture
def exchange(server: Server) -> int:
    return made(ExchangeKind.STOPNCII, {"address": server.address}, CREDENTIALS)


def test_all_pages_are_read_and_the_next_sync_asks_for_what_is_new(server: Server, exchange: int) -> None:
    run = synced(exchange)
    assert (counts(run), run.pages) == ({"outcome": "complete", "records": 9, "added": 9}, 3)
    assert held(exchange) == {("pdq", value(number), "") for number in range(9)}
    assert checkpoint(exchange) == {"start": BEGUN + 9}
    assert counts(synced(exchange)) == {"outcome": "complete"}
    assert server.asked[-1].query["startTimestamp"] == str(BEGUN + 9)


@pytest.mark.parametrize("status", ["Withdrawn", "Deleted"])
def test_what_is_withdrawn_goes_with_one_sync_and_may_come_back(app: StopNcii, exchange: int, status: str) -> None:
    synced(exchange)
    app.records[3] = drawn(3, status=status, lastModtimestamp=BEGUN + 100)
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 1, "withdrawn": 1}
    assert ("pdq", value(3), "") not in held(exchange)
    app.records[3] = drawn(3, lastModtimestamp=BEGUN + 200)
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 1, "added": 1}
    assert ("pdq", value(3), "") in held(exchange)


def test_other_kinds_are_counted_and_what_platforms_say_is_kept(app: StopNcii, exchange: int) -> None:
    said = [{"feedbackValue": "Blocked"}, {"feedbackValue": "NotBlocked"}, {"feedbackValue": "SomethingNew", "x": 1}]
    app.records = [
        drawn(0, CSPFeedbacks=said, caseNumbers=[], newField={"a": 1}), drawn(1, "VideoMD5"), drawn(2, "VideoTMK"),
        drawn(3, "ImagePhotoDNA"),
    ]  # fmt: skip
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 4, "added": 2, "unsearched": 2}
    assert set(Entry.objects.values_list("algorithm", "upvotes", "downvotes")) == {("pdq", 1, 1), ("md5", 0, 0)}


def test_a_token_that_the_source_forgot_begins_again(app: StopNcii, exchange: int) -> None:
    from lightkeeper.lists.exchanges.tests.servers.serving import status
    from lightkeeper.lists.models import Exchange

    Exchange.objects.filter(pk=exchange).update(checkpoint={"start": 10, "token": "page-4"})
    with serving(app) as other:
        other.faults.append(status(400))
        Exchange.objects.filter(pk=exchange).update(options={"address": other.address})
        assert counts(synced(exchange)) == {"outcome": "complete", "records": 9, "added": 9}
