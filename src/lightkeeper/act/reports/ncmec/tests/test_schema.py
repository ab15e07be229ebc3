"""The operator's schema is read safely, says which flags there are, and how it differs from what we write."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from lightkeeper.act.reports.ncmec.coverage import NOT_WRITTEN, drift, table, written_paths
from lightkeeper.act.reports.ncmec.tests.reports_made import SCHEMA
from lightkeeper.act.reports.ncmec.xsd import LARGEST, BadSchema, read_schema

OURS = files("lightkeeper.act.reports.ncmec").joinpath("unofficial.xsd").read_bytes()
TAKES_IN = b'<xs:include schemaLocation="file:///etc/passwd"/>'
DOCUMENT = Path(__file__).parents[6] / "docs" / "ncmec-coverage.md"


def test_every_element_and_attribute_is_written_or_has_a_reason() -> None:
    left = SCHEMA.paths() - written_paths(SCHEMA)
    assert left == NOT_WRITTEN.keys()
    assert all(NOT_WRITTEN.values())
    assert len(left) <= 0.1 * len(SCHEMA.paths())
    assert not drift(SCHEMA).any


def test_the_document_has_the_table_as_it_is() -> None:
    assert table(SCHEMA) in DOCUMENT.read_text(encoding="utf-8")


def test_a_schema_that_grew_and_shrank_is_told() -> None:
    grown = OURS.replace(
        b'<xs:element name="vehicleDescription" type="text300" minOccurs="0"/>',
        b'<xs:element name="vehicle" type="text300" minOccurs="0"/>',
    ).replace(
        b'<xs:element name="infant"', b'<xs:element name="informational" type="xs:boolean"/><xs:element name="infant"'
    )
    found = drift(read_schema(grown))
    assert found.unknown == ("report/personOrUserReported/vehicle",)
    assert found.missing == ("report/personOrUserReported/vehicleDescription",)
    assert "informational" in read_schema(grown).flags("fileAnnotations")


def test_flags_and_kinds_of_incident_are_read_from_the_schema() -> None:
    assert SCHEMA.flags("reportAnnotations")[:2] == ("sextortion", "csamSolicitation")
    assert len(SCHEMA.flags("fileAnnotations")) == 10
    assert "Online Enticement of Children for Sexual Acts" in SCHEMA.values("incidentType")
    assert SCHEMA.flags("unheardOf") == ()


def test_our_schema_says_that_it_is_unofficial() -> None:
    assert b"UNOFFICIAL" in OURS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<html/>",
        b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>',
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + OURS.partition(b"-->")[2],
        OURS.replace(b'<xs:element name="report"', TAKES_IN + b'<xs:element name="report"', 1),
        OURS.replace(b'type="summary"', b'type="nothing"'),
        OURS + b" " * LARGEST,
        OURS[: len(OURS) // 2],
    ],
)  # fmt: skip
def test_what_is_no_schema_of_reports_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadSchema) as caught:
        read_schema(content)
    assert str(caught.value).endswith(".")
    assert "passwd" not in str(caught.value)
