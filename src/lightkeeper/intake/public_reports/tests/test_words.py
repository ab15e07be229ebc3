"""Every language of the form is whole; what a child reads is short, plain and kind; operators' mistakes are told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lightkeeper.intake.moments.types import MomentsError
from lightkeeper.intake.public_reports.states import Voice
from lightkeeper.intake.public_reports.words import COMMON, SPOKEN, Words, fill, nearest, own_words, read

SHIPPED = read(None)
MOST_WORDS_A_SENTENCE = 22
MEAN_LETTERS = {"en": 4.6, "de": 5.4}
LONGEST_WORD = 18
BLAME = re.compile(r"should have|predator|offence|hättest|strafbar|täter|verdacht|suspic", re.IGNORECASE)
NUMBERS = {"danger_number": "number", "error_line": "line", "error_many": "most", "error_long": "most"}
LANGUAGES = pytest.mark.parametrize("language", SHIPPED.values(), ids=lambda one: one.language)


@LANGUAGES
def test_a_language_is_whole_and_has_its_numbers(language: Words) -> None:
    assert set(language.common) == set(COMMON)
    for name, value in language.common.items():
        assert re.findall(r"\{(\w+)\}", value) == ([NUMBERS[name]] if name in NUMBERS else []), name
    for voice in (Voice.CHILD, Voice.ADULT):
        spoken = language.voices[voice]
        assert set(SPOKEN) < set(spoken)
        assert "{days}" in spoken["contact_help"]
        assert len(spoken["steps"]) >= 3
        assert len(spoken["never"]) >= 3
    assert set(language.countries) == {"GB", "IE", "US", "DE", "AT", "CH"}


@LANGUAGES
def test_what_a_child_reads_is_short_plain_and_kind(language: Words) -> None:
    spoken = language.voices[Voice.CHILD]
    texts = [one for value in spoken.values() for one in (value if isinstance(value, list) else [value])]
    words = [word for text in texts for word in re.findall(r"[\w'-]+", text)]
    sentences = [re.findall(r"[\w'-]+", one) for text in texts for one in re.split(r"[.?!:]", text)]
    assert max(map(len, sentences)) <= MOST_WORDS_A_SENTENCE
    assert sum(map(len, words)) / len(words) <= MEAN_LETTERS[language.language]
    assert max(map(len, words)) <= LONGEST_WORD
    assert not [text for text in texts if BLAME.search(text)]


def test_the_nearest_language_is_shown() -> None:
    asked = ("de", "de-AT", "DE-at", "en-GB", "fr", "")
    assert [nearest(one, SHIPPED).language for one in asked] == ["de", "de", "de", "en", "en", "en"]
    assert fill("{line} {most} {other}", line=2, most="{line}") == "2 {line} {other}"


def own(tmp_path: Path, old: str, new: str) -> dict[str, Words]:
    """What an operator's file makes of it: the English one, changed."""
    shipped = Path(__file__).parents[1] / "report-form" / "en.yaml"
    content = shipped.read_text("utf-8")
    assert old in content
    (tmp_path / "report-form").mkdir()
    (tmp_path / "report-form" / "own.yaml").write_text(content.replace(old, new, 1), "utf-8")
    return dict(read(tmp_path))


def test_an_operator_adds_a_language_and_replaces_one(tmp_path: Path) -> None:
    added = own(tmp_path, "language: en", "language: cy")
    assert set(added) == {"en", "de", "cy"}
    assert nearest("cy-GB", added).language == "cy"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('  send: "Send it"\n', "", "own.yaml, child: must have exactly these fields"),
        ('title: "Report sexual', 'headline: "Report sexual', "own.yaml, common: must have exactly"),
        ("  GB:", "  Wales:", "two capital letters"),
        ("lightkeeper-report-form", "lightkeeper-moments-texts", "must be lightkeeper-report-form"),
        ('send: "Send it"', f'send: "{"x" * 401}"', "child, send: must be a text in one line"),
    ],
)
def test_what_is_wrong_in_an_operators_file_is_told(
    tmp_path: Path, old: str, new: str, says: str, configure: Any
) -> None:
    with pytest.raises(MomentsError, match=re.escape(says)):
        own(tmp_path, old, new)
    configure(moments_dir=tmp_path)
    assert [one.id for one in own_words()] == ["lightkeeper.report_form"]
