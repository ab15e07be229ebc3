"""Prefixes, domains and phrases through the API: what a text holds is told, and a listed address opens a case."""

from __future__ import annotations

import pytest

from lightkeeper.intake.models import Submission
from lightkeeper.intake.tests.conftest import LISTED_URL, import_rows
from lightkeeper.intake.tests.platform import Platform, body_of
from lightkeeper.lists import freshness
from lightkeeper.lists.types import ListStatus
from lightkeeper.review.models import Finding

TEXT = "Look at hxxps://a.bad[.]test/x and https://pictures.example/listed/1 - blorp, zantic! Not http://good.test/"


@pytest.fixture(autouse=True)
def _lists(platform: Platform) -> None:
    rows = [("domain", "bad.test"), ("url_prefix", "https://folder.test/a/"), ("phrase", "blorp zantic")]
    import_rows("places", rows, status=ListStatus.VETTED)
    freshness.refresh()


def test_a_text_is_looked_up_by_its_addresses_and_phrases(platform: Platform) -> None:
    answer = platform.json("/lookups", {"text": TEXT}, key=platform.lookup)
    results = body_of(answer)["results"]
    told = [
        [(match["list"], match["id"], match["algorithm"], match["scope"]) for match in one["matches"]]
        for one in results
    ]
    assert told == [
        [("places", "entry-0", "domain", "domain")],
        [("a vetted list", "entry-2", "url", "exact")],
        [],
        [("places", "entry-2", "phrase", None)],
    ]
    assert TEXT[results[0]["start"] : results[0]["end"]] == "hxxps://a.bad[.]test/x"
    assert "blorp" not in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_text_costs_as_many_look_ups_as_it_has_addresses_and_at_least_one(platform: Platform) -> None:
    many = " ".join(f"http://a{number}.test/" for number in range(499))
    spent = [platform.json("/lookups", {"text": many}, key=platform.lookup).status_code for _ in range(2)]
    spent += [platform.json("/lookups", {"text": "nothing"}, key=platform.lookup).status_code for _ in range(3)]
    assert spent == [200, 200, 200, 200, 429]


@pytest.mark.parametrize(
    "asked", [{"text": ""}, {"text": "x" * 20_001}, {"text": "x", "urls": ["http://a.test/"]}, {"text": 1}]
)
def test_what_is_no_text_to_look_up(platform: Platform, asked: object) -> None:
    assert platform.json("/lookups", asked, key=platform.lookup).status_code == 422


@pytest.mark.parametrize("url", [LISTED_URL, "http://x.bad.test/", "folder.test/a/b?c"])
def test_an_address_that_is_listed_by_itself_or_by_what_it_is_below_opens_a_case(platform: Platform, url: str) -> None:
    answer = body_of(platform.url("link", url, key=platform.detailed))
    assert (answer["state"], answer["outcome"], answer["reason"]) == ("accepted", "match", "list_match")
    assert answer["case_id"] is not None
    assert Finding.objects.get().kind == "url"
