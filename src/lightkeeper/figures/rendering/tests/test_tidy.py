"""The CSV is read by any reader of CSV, and its dictionary knows all that is in it."""

from __future__ import annotations

import csv as reading
import io

import pytest

from lightkeeper.figures.rendering.tests.made import cell, chart, made_year
from lightkeeper.figures.rendering.tidy import csv, dictionary
from lightkeeper.figures.types import Unit, Yearly


def _read(content: bytes) -> list[dict[str, str]]:
    return list(reading.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


def _known(yearly: Yearly) -> dict[str, set[tuple[str, str]]]:
    known: dict[str, set[tuple[str, str]]] = {}
    for row in _read(dictionary(yearly)):
        known.setdefault(row["what"], set()).add((row["of"], row["name"]))
    return known


def test_the_dictionary_has_every_column_chart_axis_and_value() -> None:
    yearly = made_year()
    known = _known(yearly)
    rows = _read(csv(yearly))
    assert [("", name) for name in rows[0]] == [
        ("", row["name"]) for row in _read(dictionary(yearly)) if row["what"] == "column"
    ]
    for row in rows:
        assert ("", row["chart"]) in known["chart"]
        for place in range(1, 5):
            axis, value = row[f"axis_{place}"], row[f"value_{place}"]
            assert (axis == "") == (value == "")
            if axis:
                assert (row["chart"], axis) in known["axis"]
                assert (f"{row['chart']}/{axis}", value) in known["value"]


def test_cells_add_up_to_their_chart_where_all_are_printed() -> None:
    rows = _read(csv(made_year()))
    for name in {row["chart"] for row in rows}:
        cells = [row for row in rows if row["chart"] == name and row["is_total"] == "false"]
        totals = [row for row in rows if row["chart"] == name and row["is_total"] == "true"]
        assert len(totals) == (name != "reports-by-year")  # over years nothing adds up
        if totals and cells and all(row["printed"] == "true" for row in cells):
            assert sum(int(row["count"]) for row in cells) == int(totals[0]["count"])


def test_what_is_kept_back_is_empty_and_said_to_be() -> None:
    kept = [row for row in _read(csv(made_year())) if row["printed"] == "false"]
    assert len(kept) == 4
    assert all(row["count"] == row["ratio"] == "" for row in kept)


def test_every_figure_has_its_definition_beside_it() -> None:
    charts = [row for row in _read(dictionary(made_year())) if row["what"] == "chart"]
    assert len(charts) == 6
    assert all(row[name] for row in charts for name in ("title", "unit", "definition_version", "words", "query"))


def test_a_spreadsheet_takes_no_value_for_a_formula() -> None:
    odd = chart(9, "tld", '=cmd|"/c calc"!A1', Unit.URL, ("tld",), (cell("=1+1", count=9), cell('a,"b"\r\nc', count=8)))
    for content in (csv(made_year(charts=(odd,))), dictionary(made_year(charts=(odd,)))):
        rows = _read(content)
        assert not any(text.startswith(("=", "+", "-", "@")) for row in rows for text in row.values())
        assert any('a,"b"\r\nc' in row.values() for row in rows)


def test_a_chart_with_more_axes_than_a_row_holds_is_refused() -> None:
    many = chart(9, "many", "Many", Unit.URL, tuple("abcde"), (cell(*"vwxyz", count=9),))
    with pytest.raises(ValueError, match="4 axes"):
        csv(made_year(charts=(many,)))
