"""Callers of HMA: the shapes that they know, and none of the defects that they know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lightkeeper.intake.scanning import close_scanner
from lightkeeper.intake.tests.conftest import LISTED, configure, import_rows, pdq_of
from lightkeeper.intake.tests.platform import picture
from lightkeeper.lists import freshness
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.services import set_status
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.services import create_client, create_key
from lightkeeper.people.tests.clients_made import forget
from lightkeeper.people.types import Scope
from lightkeeper.record.types import Actor
from lightkeeper.web.hma import urls

__all__ = ["configure"]


class Caller:
    """A caller of HMA with the base address that it was given."""

    def __init__(self, *scopes: Scope) -> None:
        client = create_client(name=f"caller {sorted(scopes)}", actor=Actor.operator())
        self.key = create_key(client_id=client.pk, scopes=scopes, actor=Actor.operator()).text
        self._client = Client()

    def get(self, address: str, **query: str) -> Any:
        return self._client.get(f"/hma/{self.key}/{address}", query)

    def send(self, address: str, body: Any, method: str = "post") -> Any:
        sends = getattr(self._client, method)
        return sends(f"/hma/{self.key}/{address}", body, content_type="application/json")

    def upload(self, address: str, data: bytes, field: str = "photo") -> Any:
        return self._client.post(f"/hma/{self.key}/{address}", {field: SimpleUploadedFile("x", data)})

    def delete(self, address: str) -> Any:
        return self._client.delete(f"/hma/{self.key}/{address}")


@pytest.fixture
def caller(transactional_db: None, configure: Callable[..., None]) -> Iterator[Caller]:
    configure(hma=True, decode_workers=1, effort="quick")
    forget()
    freshness.forget()
    import_rows("a vetted list", [("pdq", pdq_of(LISTED))], status=ListStatus.VETTED)
    freshness.refresh()
    yield Caller(Scope.LOOKUP, Scope.BANKS)
    close_scanner()


def flipped(value: str, bits: int) -> str:
    return f"{int(value, 16) ^ ((1 << bits) - 1):064x}"


def test_there_is_nothing_where_the_setting_is_off(caller: Caller, configure: Callable[..., None]) -> None:
    assert caller.get("status").status_code == 200
    configure(hma=False)
    assert caller.get("status").status_code == 404


def test_a_key_of_another_scope_or_none_is_refused(caller: Caller) -> None:
    assert Caller(Scope.STATUS).get("c/banks").status_code == 403
    assert Caller(Scope.LOOKUP).send("c/banks", {"name": "X"}).status_code == 403
    caller.key = "lk_wrong"
    assert caller.get("c/banks").status_code == 401


def test_a_bank_of_one_entry_matches_by_hash_and_by_picture(caller: Caller) -> None:
    entry = Entry.objects.get().pk
    asked = {"signal_type": "pdq", "signal": flipped(pdq_of(LISTED), 3)}
    content = {"bank_content_id": entry, "distance": "3"}
    assert caller.get("m/lookup", **asked).json() == {"A_VETTED_LIST": [content]}
    assert caller.get("m/raw_lookup", **asked).json() == {"matches": [entry]}
    assert caller.get("m/raw_lookup", **asked, include_distance="true").json() == {"matches": [content]}
    assert caller.get("m/lookup", **asked, banks="OTHER").json() == {}
    [found] = caller.upload("m/lookup", picture(LISTED)).json()["pdq"]["A_VETTED_LIST"]
    assert found["bank_content_id"] == entry
    assert caller.upload("m/lookup", picture(LISTED + 1)).json() == {}


def test_hashes_are_given_and_compared(caller: Caller) -> None:
    assert caller.upload("h/hash", picture(LISTED)).json() == {"pdq": pdq_of(LISTED)}
    assert set(caller.upload("h/hash", b"not a film", field="video").json()) == {"video_md5", "video_sha256"}
    pair = [pdq_of(LISTED), flipped(pdq_of(LISTED), 31)]
    assert caller.send("m/compare", {"pdq": pair}).json() == {"pdq": [True, {"distance": 31}]}
    pair[1] = flipped(pair[0], 32)
    assert caller.send("m/compare", {"pdq": pair}).json() == {"pdq": [False, {"distance": 32}]}
    status = caller.get("m/index/status").json()
    assert status["pdq"]["present"]
    assert (status["pdq"]["size"], status["video_md5"]["size"]) == (1, 0)


@pytest.mark.parametrize(
    ("address", "query", "status"),
    [
        ("h/hash", {"url": "http://127.0.0.1/"}, 403),
        ("m/lookup", {"url": "http://169.254.169.254/"}, 403),
        ("m/lookup", {"signal_type": "pdq", "signal": "zz"}, 400),
        ("m/lookup", {"signal_type": "tmk", "signal": "00"}, 400),
        ("m/lookup", {}, 400),
        ("c/bank/NO_SUCH", {}, 404),
        ("c/exchange/A_VETTED_LIST/status", {}, 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem(caller: Caller, address: str, query: dict[str, str], status: int) -> None:
    answer = caller.get(address, **query)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_rubbish_is_a_problem_and_never_a_500(caller: Caller) -> None:
    for address in ("m/compare", "c/banks", "c/bank/A_VETTED_LIST/signal"):
        bodies: tuple[Any, ...] = ([], "x", {"pdq": 7}, {"pdq": ["a"]}, {"name": "lower"}, {"pdq": ["00", "00"]})
        for body in bodies:
            assert caller.send(address, body).status_code in {400, 404}
    assert caller.upload("h/hash", b"no picture").status_code == 422
    assert caller.upload("h/hash", b"x", field="text").status_code == 400
    assert caller.send("h/hash", {}, "delete").status_code == 405


def test_private_addresses_are_not_fetched_where_fetching_is_allowed(
    caller: Caller, configure: Callable[..., None]
) -> None:
    configure(hma=True, fetch_urls=True)
    assert caller.get("h/hash", url="http://127.0.0.1:1/").status_code == 403
    assert caller.get("h/hash", url="file:///etc/passwd").status_code == 403


def test_a_bank_is_made_on_trial_filled_and_vetted_by_a_person(caller: Caller) -> None:
    assert caller.send("c/banks", {"name": "OURS"}).json() == {"name": "OURS", "matching_enabled_ratio": 0.0}
    assert caller.send("c/banks", {"name": "OURS"}).status_code == 403
    made = caller.upload("c/bank/OURS/content", picture(LISTED + 7))
    assert made.status_code == 201
    assert made.json()["signals"] == {"pdq": pdq_of(LISTED + 7)}
    asked = {"signal_type": "pdq", "signal": pdq_of(LISTED + 7)}
    freshness.refresh()
    assert caller.get("m/lookup", **asked).json() == {}
    assert caller.send("c/bank/OURS", {"enabled_ratio": 1.0}, "put").status_code == 403
    set_status(HashList.objects.get(name="OURS").pk, ListStatus.VETTED, reason="looked at", actor=Actor.operator())
    freshness.refresh()
    assert caller.get("m/lookup", **asked).json() == {"OURS": [{"bank_content_id": made.json()["id"], "distance": "0"}]}
    assert caller.send("c/bank/OURS", {"enabled_ratio": 0}, "put").json()["matching_enabled_ratio"] == 0.0
    freshness.refresh()
    assert caller.get("m/lookup", **asked).json() == {}


def test_contents_are_changed_under_their_own_bank_only_and_disabled_ones_are_not_found(caller: Caller) -> None:
    caller.send("c/banks", {"name": "OURS"})
    entry = Entry.objects.get().pk
    asked = {"signal_type": "pdq", "signal": pdq_of(LISTED)}
    assert caller.get(f"c/bank/OURS/content/{entry}").status_code == 404
    assert caller.delete(f"c/bank/OURS/content/{entry}").status_code == 404
    home = f"c/bank/A_VETTED_LIST/content/{entry}"
    assert caller.get(home).json() == {"id": entry, "bank": "A_VETTED_LIST", "disable_until_ts": 1}
    assert caller.send(home, {"disable_until_ts": 0}, "put").json()["disable_until_ts"] == 0
    freshness.refresh()
    assert caller.get("m/raw_lookup", **asked).json() == {"matches": []}
    assert caller.send(home, {"disable_until_ts": 1}, "put").status_code == 200
    freshness.refresh()
    assert caller.get("m/raw_lookup", **asked).json() == {"matches": [entry]}
    assert caller.delete(home).json() == {"deleted": 1}
    assert pdq_of(LISTED) not in caller.get(home).content.decode()


def test_the_key_in_the_address_is_in_no_log(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for address in ("status", "c/banks", "no/such", "c/bank/NO_SUCH"):
            caller.get(address)
    from lightkeeper.logs import ContentFreeFormatter

    assert caller.key not in "\n".join(ContentFreeFormatter().format(record) for record in caplog.records)


def test_look_ups_are_counted_against_the_budget_of_the_day(caller: Caller) -> None:
    client = create_client(name="small", actor=Actor.operator())
    key = create_key(client_id=client.pk, scopes=[Scope.LOOKUP], lookup_per_day=2, actor=Actor.operator())
    caller.key = key.text
    asked = {"signal_type": "pdq", "signal": pdq_of(LISTED)}
    assert [caller.get("m/lookup", **asked).status_code for _ in range(3)] == [200, 200, 429]


def test_the_document_names_every_address() -> None:
    document = (Path(__file__).parents[4] / "docs" / "hma.md").read_text("utf-8")
    for pattern in urls.urlpatterns:
        address = str(pattern.pattern).removeprefix("hma/<str:key>/")
        named = address.replace("<str:name>", "<name>").replace("<int:content>", "<id>")
        assert f"`{named}`" in document or f"`{named}?" in document, named
