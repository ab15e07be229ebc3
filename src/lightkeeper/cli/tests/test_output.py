"""Rows: names that would do harm to a terminal or a spreadsheet do none."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.cli.output import as_json, printable, spreadsheet_safe, visible
from lightkeeper.detect.findings import Outcome, ScanResult


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name.jpg", "plain name.jpg"),
        ("grüße 灯台.jpg", "grüße 灯台.jpg"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\r\t\x7f", "a\\nb\\r\\t\\x7f"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("a\u2028b\u200bc", "a\\u2028b\\u200bc"),
    ],
)
def test_a_terminal_is_never_steered(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_whatever_is_shown_can_be_shown(text: str) -> None:
    assert visible(text).replace("\xa0", "").isprintable() or any(char.isspace() for char in visible(text))
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in visible(text))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|x", "%x", "＝1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(cell: str) -> None:
    assert spreadsheet_safe(cell) == f"'{cell}"


def test_harmless_cells_stay_as_they_are() -> None:
    assert spreadsheet_safe("in/=name.jpg") == "in/=name.jpg"
    assert spreadsheet_safe("") == ""


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX systems only")
def test_every_name_becomes_valid_text(name: bytes) -> None:
    row = as_json(os.fsdecode(name), ScanResult(Outcome.CLEAR, "nothing near"))
    assert isinstance(row["path"], str)
    row["path"].encode("utf-8")


def test_bytes_that_are_no_text_are_escaped() -> None:
    assert printable(os.fsdecode(b"a\xff\xc3\xa9")) == "a\\xffé"
