"""An operator's own pack: sealed, read from the next event on, and counted in full once somebody has reviewed it."""

from __future__ import annotations

import pytest

from lightkeeper.intake.conversations import packs, texts
from lightkeeper.intake.conversations.models import ConversationPack
from lightkeeper.intake.conversations.packs import PackRefused, add_pack, mark_reviewed, remove_pack
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db

PACK = """\
format: lightkeeper-signals
language: sv
version: 1
reviewed_by: whoever wrote this file
phrases:
  - id: sv-1
    signal: alone_probe
    pattern: är du ensam hemma
    examples: [Är du ensam hemma?]
    near_misses: [jag är hemma]
""".encode()
OPERATOR = Actor.operator()


@pytest.fixture(autouse=True)
def _anew() -> None:
    texts.forget()


def hits() -> list[tuple[str, bool]]:
    return [(hit.phrase, hit.reviewed) for hit in texts.reading().reader.read("är du ensam hemma", "sv").hits]


def test_a_pack_is_read_from_the_next_event_on_until_it_is_taken_away() -> None:
    assert hits() == []
    row = add_pack(name="swedish", content=PACK, actor=OPERATOR)
    assert (row.language, row.phrases) == ("sv", 1)
    assert b"ensam" not in bytes(row.sealed)
    assert hits() == [("sv-1", False)], "the file cannot say of itself that it was reviewed"
    mark_reviewed(name="swedish", by="A native speaker", actor=OPERATOR)
    assert hits() == [("sv-1", True)]
    add_pack(name="swedish", content=PACK.replace(b"version: 1", b"version: 2"), actor=OPERATOR)
    assert hits() == [("sv-1", False)], "nobody has reviewed the newer version"
    remove_pack(name="swedish", actor=OPERATOR)
    assert hits() == []


def test_what_is_wrong_with_a_pack_is_told_with_its_line_and_nothing_is_kept() -> None:
    with pytest.raises(PackRefused) as told:
        add_pack(name="swedish", content=PACK.replace(b"alone_probe", b"alone"), actor=OPERATOR)
    assert "Line 7: the signal is none of" in str(told.value)
    with pytest.raises(PackRefused, match="at most"):
        add_pack(name="swedish", content=b"#" * (packs.LARGEST + 1), actor=OPERATOR)
    assert not ConversationPack.objects.exists()


def test_templates_are_under_the_installations_own_key() -> None:
    from lightkeeper.detect.text.phrase_matcher import SignalReader

    text = "hello there how are you doing today"
    own = texts.reading().reader.read(text, "en").template
    assert own == packs.reader().read(text, "en").template
    assert own != SignalReader([]).read(text, "").template
