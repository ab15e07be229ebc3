"""Whoever likes it dark has the same pages in other colours, so one look at each page's structure is enough."""

from __future__ import annotations

import re
from pathlib import Path

from lightkeeper import web

FOLDER = Path(web.__file__).parent


def test_the_dark_changes_colours_and_nothing_else() -> None:
    styles = {path: path.read_text("utf-8") for path in FOLDER.rglob("*.css")}
    [text] = [text for text in styles.values() if "prefers-color-scheme" in text]
    [block] = re.findall(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}\s*\}", text, re.DOTALL)
    assert text.count("prefers-color-scheme") == 1
    assert all(re.fullmatch(r"\s*(--[a-z-]+: #[0-9a-f]{6})?\s*", line) for line in block.split(";"))
