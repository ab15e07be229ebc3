"""Every signal of the engine has its words on pages."""

from __future__ import annotations

from lightkeeper.detect.conversations.explaining import SENTENCES
from lightkeeper.web.conversations.words import SIGNALS


def test_pages_have_words_for_every_signal_and_no_other() -> None:
    assert SIGNALS.keys() == SENTENCES.keys()
