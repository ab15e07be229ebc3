"""What reads texts is loaded when a process begins, where conversations are looked at, so that no request waits."""

from __future__ import annotations

import pytest

from lightkeeper.intake.conversations import packs, texts
from lightkeeper.intake.conversations.tests.talking import switch_on

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_it_is_loaded_where_conversations_are_looked_at_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    texts.forget()
    texts.load_if_used()
    assert not _loaded()
    switch_on()
    texts.load_if_used()
    assert _loaded()
    texts.forget()

    def broken() -> None:
        raise RuntimeError("planted words")

    monkeypatch.setattr(packs, "reader", broken)
    texts.load_if_used()
    assert "RuntimeError" in caplog.text
    assert "planted" not in caplog.text


def _loaded() -> bool:
    return texts._reader is not None
