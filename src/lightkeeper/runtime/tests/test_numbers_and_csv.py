"""What somebody sends is a number or none, and what they open in a spreadsheet is no formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.runtime.services import csv_line, whole_number


@pytest.mark.parametrize("text", ["", " 1", "-1", "+1", "1.0", "1e3", "٣", "²", str(2**63), "9" * 5000, "x"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert whole_number(text) is None


@given(st.integers(0, 2**63 - 1))
def test_every_key_is_read(number: int) -> None:
    assert whole_number(str(number)) == number


def test_the_largest_is_the_callers() -> None:
    assert (whole_number("365", most=365), whole_number("366", most=365)) == (365, None)


@given(st.lists(st.text().filter(lambda text: "\0" not in text), min_size=1))
def test_no_cell_begins_a_formula_and_nothing_else_is_changed(cells: list[str]) -> None:
    read = next(csv.reader(io.StringIO(csv_line(cells), newline="")))
    for cell, given_cell in zip(read, cells, strict=True):
        assert cell.lstrip()[:1] not in {"=", "+", "-", "@"}
        assert cell in (given_cell, f"'{given_cell}")


def test_numbers_stay_numbers_and_texts_are_guarded() -> None:
    assert csv_line([-0.25, 3, "=1+1", " -2", "@x", "a,b", None, ""]) == "-0.25,3,'=1+1,' -2,'@x,\"a,b\",None,\r\n"
