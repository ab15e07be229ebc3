"""The data map names every table of ours, and no table that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

DOCUMENT = Path(__file__).parents[4] / "docs" / "compliance" / "data-map.md"


def test_the_data_map_names_every_table_and_no_other() -> None:
    ours = [one for one in apps.get_app_configs() if one.name.startswith("lightkeeper.")]
    tables = {model._meta.db_table for one in ours for model in one.get_models(include_auto_created=True)}
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {name for line in rows for name in re.findall(r"`([a-z]+_[a-z_]+)`", line.split("|")[1])}
    assert named == tables
    assert all(line.count("|") == 7 and all(part.strip() for part in line.split("|")[1:-1]) for line in rows)
