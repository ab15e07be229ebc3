"""What may come from outside: XML that would expand, JSON too deep, names that are values."""

from __future__ import annotations

import pytest

from lightkeeper.lists.exchanges.protocol import SourceFailed
from lightkeeper.lists.exchanges.reading_json import at_path, list_at, read_json
from lightkeeper.lists.exchanges.reading_xml import read_xml
from lightkeeper.lists.exchanges.values import shown

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS.encode(),
        b'<?xml version="1.0" encoding="utf-16"?>' + LAUGHS.encode(),
        LAUGHS.encode("utf-16"),
        LAUGHS.encode("cp037"),
        b'<?xml version="1.0" encoding="cp037"?>' + LAUGHS.encode("cp037"),
        b"<x>&undefined;</x>",
        b"<x><y></x>",
        b"",
    ],
)
def test_xml_that_declares_or_breaks_anything_is_not_read(body: bytes) -> None:
    with pytest.raises(SourceFailed):
        read_xml(body)


def test_xml_is_read_without_namespaces() -> None:
    root = read_xml(b'\xef\xbb\xbf<a xmlns="urn:one" xmlns:t="urn:two"><t:b/><!-- c --><b/></a>')
    assert (root.tag, [child.tag for child in root]) == ("a", ["b", "b"])


@pytest.mark.parametrize("body", [b"[" * 100_000, b"{", b"\xff", b"1" * 5000, b""])
def test_json_that_breaks_is_not_read(body: bytes) -> None:
    with pytest.raises(SourceFailed):
        read_json(body)


def test_paths() -> None:
    found = {"a": {"b": [1]}}
    assert (at_path(found, "a.b"), at_path(found, "a.c.d"), at_path(found, "")) == ([1], None, found)
    with pytest.raises(SourceFailed):
        list_at(found, "a")


@pytest.mark.parametrize(
    ("name", "said"),
    [("123", "123"), (7, "7"), ("row-1", "row-1"), ("f" * 32, ""), ("f" * 40, ""), ("f" * 64, ""), ("a b", ""),
     (None, ""), ("http://x/", ""), (True, "")],
)  # fmt: skip
def test_only_names_that_cannot_be_values_are_shown(name: object, said: str) -> None:
    assert shown(name) == said
