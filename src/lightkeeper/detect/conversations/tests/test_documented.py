"""The document has every signal as it is, with its family, weight and source."""

from __future__ import annotations

from pathlib import Path

from lightkeeper.detect.conversations.explaining import sentence
from lightkeeper.detect.conversations.families import CAPS
from lightkeeper.detect.conversations.signals import SIGNALS
from lightkeeper.detect.conversations.thresholds import Thresholds

DOCUMENT = Path(__file__).parents[5] / "docs" / "conversations.md"


def table() -> str:
    """The table of signals, as the document has it."""
    rows = [
        f"| `{one.name}` | {one.family} | {one.weight:.1f} | {sentence(one.name)} | {one.source} |" for one in SIGNALS
    ]
    return "\n".join(["| signal | family | weight | what it says | source |", "|---|---|---|---|---|", *rows])


def test_the_document_has_the_signals_caps_and_thresholds_as_they_are() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert table() in text
    caps = zip(("accounts", "contacts", "time", "words", "likeness"), CAPS.values(), strict=True)
    assert ", ".join(f"{name} {cap}" for name, cap in caps) in text
    shipped = Thresholds()
    assert f"| watch | {shipped.watch} |" in text
    assert f"| review | {shipped.review} |" in text
    assert f"| urgent | {shipped.urgent} |" in text
