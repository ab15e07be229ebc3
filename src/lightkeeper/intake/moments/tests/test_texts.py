"""Every language is whole, what a child reads is short, plain, kind and undone at will; operators' errors are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lightkeeper.intake.moments.files import documents
from lightkeeper.intake.moments.reading import Shown, read
from lightkeeper.intake.moments.rules import CHOICES
from lightkeeper.intake.moments.types import Audience, Choice, Group, Language, Moment, MomentsError

SHIPPED = read(None)
MOST_WORDS_A_SENTENCE = {Group.UNDER_13: 18, Group.FROM_13: 20, Group.FROM_16: 20}
MOST_WORDS = 45
MEAN_LETTERS = {"en": 4.6, "de": 5.6}
LONGEST_WORD = 16
BLAME = re.compile(
    r"your fault|should have|danger|predator|deine schuld|hättest|gefahr|täter|verdacht|suspic", re.IGNORECASE
)
UNDONE = re.compile(r"later|again|at any time|später|jederzeit", re.IGNORECASE)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence."""
    return [re.findall(r"[\w'-]+", one) for one in re.split(r"[.?!]", text) if one.strip()]


@pytest.mark.parametrize("language", SHIPPED.languages.values(), ids=lambda one: one.language)
def test_what_a_child_reads_is_short_plain_and_kind(language: Language) -> None:
    assert set(language.texts) == {(moment, group) for moment in Moment for group in Group}
    assert set(language.labels) == set(Choice)
    for (_, group), text in language.texts.items():
        words = [word for sentence in sentences(text.text) for word in sentence]
        assert max(map(len, sentences(text.text))) <= MOST_WORDS_A_SENTENCE[group], text.id
        assert len(words) <= MOST_WORDS, text.id
        assert sum(map(len, words)) / len(words) <= MEAN_LETTERS[language.language], text.id
        assert max(map(len, words)) <= LONGEST_WORD, text.id
        assert not BLAME.search(text.title + text.text), text.id
        assert UNDONE.search(text.text), text.id
    for choices in CHOICES.values():
        assert len(set(choices)) == len(choices)


def test_a_language_that_is_not_there_is_english_and_says_so() -> None:
    asked = ("de", "de-AT", "DE", "en-GB", "fr", "unknown")
    assert [SHIPPED.language(one).language for one in asked] == ["de", "de", "de", "en", "en", "en"]


def test_every_country_has_something_for_children_and_parents_in_every_language() -> None:
    assert set(SHIPPED.countries) == {"GB", "US", "IE", "DE", "AT", "CH", "international"}
    for country in SHIPPED.countries.values():
        for audience in Audience:
            assert any(audience in one.audiences for one in country.resources)
        assert any(
            one.url == "https://talk.iwf.org.uk" and Audience.PARENT in one.audiences for one in country.resources
        )
        for one in country.resources:
            assert set(one.says) >= set(SHIPPED.languages), one.id
            assert one.source
            assert one.checked is None  # no person has yet; docs/moments.md says so
    assert SHIPPED.country("NZ").country == "international"


def test_no_number_is_in_the_code() -> None:
    room = Path(__file__).parents[1]
    code = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    for country in SHIPPED.countries.values():
        for phone in {one.phone for one in country.resources if len(one.phone) > 3}:
            assert phone not in code.replace('such as "116 111"', "")


def own(tmp_path: Path, kind: str, content: str) -> Shown:
    """What an operator's one file makes of it."""
    (tmp_path / kind).mkdir(exist_ok=True)
    (tmp_path / kind / "own.yaml").write_text(content, "utf-8")
    read.cache_clear()
    return read(tmp_path)


def shipped(name: str) -> str:
    """A shipped file as text."""
    return (Path(__file__).parents[1] / name).read_text("utf-8")


def test_an_operator_replaces_and_adds_a_language_and_a_country(tmp_path: Path) -> None:
    assert own(tmp_path, "texts", shipped("texts/en.yaml").replace("Not now", "Maybe later")).language(
        "en"
    ).labels[Choice.STOP] == "Maybe later"  # fmt: skip
    added = own(tmp_path, "texts", shipped("texts/en.yaml").replace("language: en", "language: cy"))
    assert (added.language("cy-GB").language, added.language("en").labels[Choice.STOP]) == ("cy", "Not now")
    gb = (
        shipped("guidance/gb.yaml")
        .replace("country: GB", "country: NZ")
        .replace("checked: null", "checked: 2026-11-20")
    )
    assert own(tmp_path, "guidance", gb).country("nz").resources[0].checked == "2026-11-20"


@pytest.mark.parametrize(
    ("kind", "file", "old", "new", "says"),
    [
        ("texts", "texts/en.yaml", "  help: Get help\n", "", "own.yaml, labels: must have exactly these fields"),
        ("texts", "texts/en.yaml", "Do you know this person?", "x" * 61, "friend_request, u13, title: must be a text"),
        ("texts", "texts/en.yaml", "  block_or_report:", "  other:", "own.yaml, texts: must have exactly"),
        ("texts", "texts/en.yaml", "labels:", "labels: [", "is no YAML that can be read"),
        ("texts", "texts/en.yaml", "language: en", "language: no", "own.yaml, language: must be a text"),
        ("texts", "texts/en.yaml", "Not now", "!!python/name:os.system", "is no YAML"),
        ("guidance", "guidance/gb.yaml", "https://talk.iwf.org.uk", "javascript:x", "url: must be an address"),
        ("guidance", "guidance/gb.yaml", "country: GB", "country: Wales", "country: must be two capital letters"),
        ("guidance", "guidance/gb.yaml", "checked: null", "checked: soon", "checked: must be a date"),
        ("guidance", "guidance/gb.yaml", '"0800 1111"', "call us", "phone: must be a telephone number"),
        ("guidance", "guidance/gb.yaml", "      en: ", "      fr: ", "says: must have English"),
        ("guidance", "guidance/gb.yaml", "[parent]", "[child]", "something for the audience parent"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_operators_file_is_told(
    tmp_path: Path, kind: str, file: str, old: str, new: str, says: str
) -> None:
    assert old in shipped(file)
    content = (
        shipped(file)
        .replace(old, new)
        .replace("[child, parent]", "[child]" if "audience" in says else "[child, parent]")
    )
    with pytest.raises(MomentsError, match=re.escape(says)):
        own(tmp_path, kind, content)


def test_a_directory_that_is_not_there_and_an_alias_are_told(tmp_path: Path) -> None:
    with pytest.raises(MomentsError, match="is no directory"):
        list(documents("texts", tmp_path / "gone"))
    with pytest.raises(MomentsError, match="has an alias"):
        own(tmp_path, "texts", "a: &x [1]\nb: *x\n")
