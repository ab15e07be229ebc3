"""Lists of addresses and phrases, from their rows to what is found."""

from __future__ import annotations

import hashlib
import logging

import pytest

from lightkeeper.lists import freshness, services
from lightkeeper.lists.entries import move_entry
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.queries import current
from lightkeeper.lists.renewing import renew_addresses
from lightkeeper.lists.sealing import Content, Place, index_of, seal_entries, unseal_entries
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.lists.types import EntryState, ListStatus, TextRead
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()
ROWS = (
    ("url", "https://www.example.test/a?utm_source=x", "page", "A1"),
    ("url_prefix", "example.test/b/", "folder", "B1"),
    ("domain", "Bücher.test", "host", ""),
    ("url_sha256", hashlib.sha256(b"hidden.test/x").hexdigest(), "hashed", ""),
    ("url_md5", "domain:" + hashlib.md5(b"below.test", usedforsecurity=False).hexdigest(), "hashed host", ""),
    ("phrase", "Blorp  ZANTIC", "words", "B2"),
)


def kinds(url: str) -> list[tuple[str | None, str, str | None]]:
    (found,) = current().lookup_url([url])
    return [(match.id, match.algorithm, match.variant) for match in found.matches]


def test_each_kind_is_imported_and_found() -> None:
    summary = imported(csv(*ROWS, row(1, "sha256")))
    assert (summary.added, summary.bad_count) == (7, 0)
    assert kinds("http://example.test/a#x") == [("page", "url", "exact")]
    assert kinds("example.test/b/c?d") == [("folder", "url_prefix", "prefix")]
    assert kinds("https://x.xn--bcher-kva.test:81/") == [("host", "domain", "domain")]
    assert kinds("https://hidden.test/x") == [("hashed", "url_sha256", "exact")]
    assert kinds("http://a.below.test/q") == [("hashed host", "url_md5", "domain")]
    assert kinds("http://example.test/") == kinds("http://example.test/bc") == kinds("no address") == []
    assert current().holdings.counts() == {summary.list_id: 7}


def test_text_is_searched_for_addresses_and_phrases() -> None:
    imported(csv(*ROWS))
    text = "Look: hxxps://example[.]test/b/1 and blorp\u200b-zantic, not (http://example.test/c)."
    (found,) = current().lookup_text([TextRead.of(text)])
    assert [[match.id for match in one.lookup.matches] for one in found.addresses] == [["folder"], []]
    assert text[found.addresses[0].start : found.addresses[0].end] == "hxxps://example[.]test/b/1"
    assert [(match.id, match.category, match.algorithm) for match in found.phrases.matches] == [
        ("words", "B2", "phrase")
    ]
    assert current().lookup_text([]) == []
    assert "zantic" not in repr(found)


def test_withdrawn_entries_and_quarantined_lists_are_not_found() -> None:
    summary = imported(csv(*ROWS))
    (match,) = current().lookup_url(["example.test/a"])[0].matches
    move_entry(int(match.entry or 0), EntryState.WITHDRAWN, reason="it is harmless", actor=OPERATOR)
    assert kinds("example.test/a") == []
    assert kinds("example.test/b") != []
    services.set_status(summary.list_id, ListStatus.QUARANTINED, reason="it floods", actor=OPERATOR)
    assert kinds("example.test/b") == []
    assert current().lookup_text([TextRead.of("blorp zantic")])[0].phrases.matches == ()


def test_rows_that_would_match_too_much_are_set_aside_without_their_value() -> None:
    summary = imported(
        csv(
            ("domain", "co.uk"), ("domain", "test"), ("domain", "http://example.test/"), ("url_prefix", "github.io/"),
            ("url_prefix", "example.test/?q=blorp"), ("phrase", "…"), ("phrase", "ab"), ("phrase", "w " * 13),
            ("url_md5", "host:" + "0" * 32), ("url_sha256", "0" * 63), ("domain", "good.test"),
        )
    )  # fmt: skip
    assert (summary.rows, summary.bad_count) == (1, 10)
    problems = " ".join(one.problem for one in summary.bad_rows)
    assert "anybody can have" in problems
    assert "12" in problems
    assert not any(value in problems for value in ("co.uk", "github", "blorp", "w w"))


def test_values_are_sealed_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        imported(csv(*ROWS))
        current().lookup_text([TextRead.of("blorp zantic at example.test/a")])
    kept = b"".join(bytes(entry.sealed) + bytes(entry.value_index) for entry in Entry.objects.all())
    for value in (b"blorp", b"example", b"hidden"):
        assert value not in kept.lower()
        assert value.decode() not in caplog.text.lower()


def test_the_rules_of_canonical_forms_are_kept_with_the_list() -> None:
    from lightkeeper.detect.links import RULES

    imported(csv(*ROWS))
    assert HashList.objects.get().address_rules == RULES


@pytest.mark.parametrize("there", ["active", "withdrawn"])
def test_addresses_by_earlier_rules_are_made_canonical_again(there: str) -> None:
    from lightkeeper.detect.links import RULES

    summary = imported(csv(("url", "example.test/a", "page"), ("url", "example.test/b", "other"), ("domain", "a.test")))
    old = {"page": b"http://www.example.test/a?utm_source=x", "other": b"http://www.example.test/a"}
    for entry in Entry.objects.filter(algorithm="url"):
        place = Place(entry.list_id, "url", bytes(entry.value_index))
        ((_, name, category),) = unseal_entries([bytes(entry.sealed)], [place])
        moved = Place(entry.list_id, "url", index_of("url", old[name]))
        (sealed,) = seal_entries([Content(old[name], name, category)], [moved])
        Entry.objects.filter(pk=entry.pk).update(value_index=moved.value_index, sealed=sealed)
    Entry.objects.filter(pk=min(entry.pk for entry in Entry.objects.filter(algorithm="url"))).update(state=there)
    HashList.objects.update(address_rules=1)
    freshness.forget()
    assert kinds("example.test/a") == []
    assert renew_addresses() == 2
    assert kinds("http://example.test/a") == [("page", "url", "exact")]
    assert HashList.objects.get(pk=summary.list_id).address_rules == RULES
    states = Entry.objects.filter(algorithm="url").order_by("pk").values_list("state", flat=True)
    assert list(states) == ["active", "withdrawn"]
    assert renew_addresses() == 0
