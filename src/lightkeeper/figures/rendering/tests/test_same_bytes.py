"""A report says the same in the same bytes, wherever and whenever it is made."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest
from django.utils import timezone, translation

from lightkeeper.figures.rendering.pages import html
from lightkeeper.figures.rendering.pdf import pdf
from lightkeeper.figures.rendering.tests.made import made_year
from lightkeeper.figures.rendering.tidy import csv, dictionary

FORMATS = {"html": html, "pdf": pdf, "csv": csv, "dictionary": dictionary}
ELSEWHERE = """
import hashlib, json, django
django.setup()
from django.utils import translation
translation.activate("de")
from lightkeeper.figures.rendering.tests import test_same_bytes as here
print(json.dumps(here.digests()))
"""


def digests() -> dict[str, str]:
    return {name: hashlib.sha256(make(made_year())).hexdigest() for name, make in FORMATS.items()}


def test_in_another_process_time_zone_and_locale_it_is_the_same() -> None:
    there = {
        "TZ": "Pacific/Auckland", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1",
        "DJANGO_SETTINGS_MODULE": "lightkeeper.settings",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=os.environ | there, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == digests()


@pytest.mark.parametrize("name", FORMATS)
def test_for_a_reader_of_another_place_it_is_the_same(name: str) -> None:
    here = FORMATS[name](made_year())
    with translation.override("de"), timezone.override("Asia/Kolkata"):
        assert FORMATS[name](made_year()) == here


@pytest.mark.parametrize("name", ["html", "pdf", "csv"])
def test_another_document_is_other_bytes(name: str) -> None:
    assert FORMATS[name](made_year(document_id="2023-another")) != FORMATS[name](made_year())
