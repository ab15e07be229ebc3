"""Look-ups, the status, a demo: what keys with these scopes get, and what each costs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from lightkeeper.intake.models import DemoDigest, Submission
from lightkeeper.intake.services import demo_allow
from lightkeeper.intake.tests.conftest import LISTED, LISTED_URL, TRIAL, VETTED_BYTES, pdq_of, sha256_of
from lightkeeper.intake.tests.platform import Platform, body_of, picture


def test_each_hash_gets_its_matches_in_order(platform: Platform) -> None:
    near = bytearray(bytes.fromhex(pdq_of(LISTED)))
    near[0] ^= 0b111
    hashes = [
        {"algorithm": "sha256", "value": "0" * 64},
        {"algorithm": "pdq", "value": bytes(near).hex().upper()},
        {"algorithm": "sha256", "value": sha256_of(VETTED_BYTES)},
        {"algorithm": "sha256", "value": sha256_of(TRIAL)},
        {"algorithm": "md5", "value": "0" * 32},
    ]
    answer = platform.json("/lookups", {"hashes": hashes}, key=platform.lookup)
    results = body_of(answer)["results"]
    assert [len(one["matches"]) for one in results] == [0, 1, 1, 0, 0]
    assert results[1]["matches"][0] == {
        "list": "a vetted list", "status": "vetted", "id": "entry-0", "category": "A1", "algorithm": "pdq",
        "scope": None, "distance": 3, "tier": "match",
    }  # fmt: skip
    assert body_of(answer)["lists_as_of"] is not None
    assert not Submission.objects.exists()


def test_addresses_are_looked_up_too(platform: Platform) -> None:
    answer = platform.json("/lookups", {"urls": [LISTED_URL, "https://other.example"]}, key=platform.lookup)
    assert [len(one["matches"]) for one in body_of(answer)["results"]] == [1, 0]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"hashes": []},
        {"hashes": [], "urls": []},
        {"hashes": [{"algorithm": "pdq", "value": "0" * 63}]},
        {"hashes": [{"algorithm": "sha1", "value": "0" * 64}]},
        {"hashes": [{"algorithm": "sha256", "value": "x" * 64}]},
        {"hashes": [{"algorithm": "phash", "value": "0" * 64}]},
        {"hashes": [{"algorithm": "md5", "value": "0" * 32}] * 101},
    ],
)
def test_what_cannot_be_looked_up(platform: Platform, asked: object) -> None:
    assert platform.json("/lookups", asked, key=platform.lookup).status_code == 422


def test_the_budget_of_a_day_counts_hashes(platform: Platform) -> None:
    hashes = [{"algorithm": "md5", "value": f"{number:032x}"} for number in range(100)]
    statuses = [platform.json("/lookups", {"hashes": hashes}, key=platform.lookup).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_the_status_says_how_the_service_stands(platform: Platform) -> None:
    platform.submit("a", picture(50), wait=False)
    answer = body_of(platform.send("GET", "/status", key=platform.status))
    assert (answer["hash_only"], answer["waiting"], answer["dead"], answer["workers"]) == (True, 1, 0, 0)
    assert "no_worker" in answer["degraded"]


def test_a_demo_takes_only_its_own_drawings_and_reserved_addresses(
    platform: Platform, configure: Callable[..., None]
) -> None:
    configure(demo=True)
    assert demo_allow([hashlib.sha256(picture(50)).digest()] * 2) == 1
    assert DemoDigest.objects.count() == 1
    assert platform.submit("a", picture(50)).status_code == 200
    refused = platform.submit("b", picture(51))
    assert (refused.status_code, body_of(refused)["type"]) == (422, "urn:lightkeeper:problem:demo-only")
    assert platform.url("c", "https://pictures.example/x").status_code == 200
    for url in ("https://example.com/", "http://test.evil/", "nonsense", "http://[", "https://x.test@real.org/"):
        assert platform.url("d", url).status_code == 422
    assert Submission.objects.count() == 2


COSTS = [
    ("a clear picture", 5, lambda platform, n: platform.submit(f"p{n}", picture(50), uploader="u")),
    ("a refused picture", 5, lambda platform, n: platform.submit(f"r{n}", picture(50), surface="nowhere")),
    ("100 addresses", 7, lambda platform, n: platform.json("/submissions/batch", [
        {"id": f"b{n}-{m}", "kind": "url", "url": f"https://a.example/{n}/{m}"} for m in range(100)])),
    ("a look-up", 0, lambda platform, _: platform.json("/lookups", {"urls": ["https://a.example"]},
                                                       key=platform.lookup)),
    ("a question", 1, lambda platform, _: platform.get("nothing")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "most", "ask"), COSTS)
def test_what_each_request_costs_in_statements(
    platform: Platform,
    django_assert_max_num_queries: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    most: int,
    ask: Callable[[Platform, int], object],
) -> None:
    from lightkeeper.lists import freshness
    from lightkeeper.people import allowances

    # As in a server: the lists are followed by a thread, and a busy key's allowance is reserved in blocks.
    monkeypatch.setattr(type(freshness._keeper), "running", True)
    monkeypatch.setattr(allowances, "_refill", lambda *_: True)
    for number in range(2):
        ask(platform, number)
    with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
        ask(platform, 2)
