"""docs/api.md says every address, every reason and every word of the API, and its examples are taken."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lightkeeper.intake.conversations.schemas import BODY as EVENTS
from lightkeeper.intake.moments.schemas import ASKED as MOMENT
from lightkeeper.intake.public_reports.schemas import TRUSTED_REPORT
from lightkeeper.intake.reading import BATCH, LOOKUP, METADATA, USER_REPORT
from lightkeeper.intake.types import Reason, ReportReason, ReportSource, Word
from lightkeeper.people.client_types import Scope
from lightkeeper.web.api import api

PAGE = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")


def test_every_address_has_a_heading_and_an_example() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    said = set(re.findall(r"^## .*`([A-Z]+) (/api/v1/\S+)`$", PAGE, re.MULTILINE))
    there = {(method.upper(), path) for path, operations in schema["paths"].items() for method in operations}
    assert said == there
    assert PAGE.count("curl ") >= len(there)


@pytest.mark.parametrize("word", [*Word.values, *ReportReason.values, *ReportSource.values, *Scope])
def test_every_word_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("reason", sorted(set(Reason.values) - {"erased"}))
def test_every_reason_is_listed(reason: str) -> None:
    assert f"`{reason}`" in PAGE


def test_the_examples_are_valid() -> None:
    bodies = re.findall(r"-d '(.+)'", PAGE) + re.findall(r"metadata=(.+?);type=application/json'", PAGE)
    assert len(bodies) == 10
    for body in bodies:
        value = json.loads(body)
        if isinstance(value, list):
            BATCH.validate_json(body)
        elif "moment" in value:
            MOMENT.validate_json(body)
        elif "ts" in value:
            EVENTS.validate_json(body)
        elif "seen_on" in value:
            TRUSTED_REPORT.validate_json(body)
        elif {"hashes", "urls", "text"} & value.keys():
            LOOKUP.validate_json(body)
        elif "reason" in value:
            USER_REPORT.validate_json(body)
        else:
            METADATA.validate_json(body)


def test_the_openapi_document_says_problems_for_every_operation() -> None:
    schema = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert {"401", "403", "429"} <= set(operation["responses"])
            for code, answer in operation["responses"].items():
                kind = "application/json" if code.startswith("2") else "application/problem+json"
                assert list(answer["content"]) == [kind]
