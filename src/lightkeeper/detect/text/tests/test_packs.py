"""Packs of phrases are read as YAML reads them; a bad entry spoils itself alone."""

from __future__ import annotations

import io

import pytest

from lightkeeper.detect.matching.rows import ListError, read_rows

HEAD = "format: lightkeeper-phrases\nlanguage: en\nversion: '3'\nreviewed_by: A team\n# a comment\nphrases:\n"
GOOD = """\
  - id: p1
    category: greeting
    phrase: Blorp zantic
  - phrase: "quib: blorp"

  # another comment
  - phrase: 'don''t zantic'
    id: "3"
"""


def read(text: str) -> list[object]:
    return [
        entries if isinstance(entries, str) else (line, entries[0].value.decode(), entries[0].id, entries[0].category)
        for line, entries in read_rows(io.StringIO(text))
    ]


def test_a_pack_is_read_as_yaml_reads_it() -> None:
    yaml = pytest.importorskip("yaml")
    assert read(HEAD + GOOD) == [
        (7, "blorp zantic", "p1", "greeting"), (10, "quib blorp", None, None), (13, "dont zantic", "3", None),
    ]  # fmt: skip
    pack = yaml.safe_load(HEAD + GOOD)
    assert [one["phrase"] for one in pack["phrases"]] == ["Blorp zantic", "quib: blorp", "don't zantic"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("  - id: x\n", "no phrase"),
        ("  - phrase: zantic\n    phrase: zantic\n", "twice"),
        ("  - phrase: zantic\n    weight: 3\n", "not id, category or phrase"),
        ("  - phrase: |\n      zantic\n", "quotation marks"),
        ("  - phrase: [zantic]\n", "quotation marks"),
        ('  - phrase: "zantic\n', "quotation marks"),
        ("  zantic\n", "not a key"),
        ("  - phrase: " + "zantic " * 13 + "\n", "words"),
    ],
)
def test_a_bad_entry_is_set_aside_and_the_others_are_read(entry: str, problem: str) -> None:
    first, *others = read(HEAD + entry + GOOD)
    assert problem in str(first)
    assert "zantic" not in str(first)
    assert len(others) == 3


@pytest.mark.parametrize(
    "text",
    [
        "format: lightkeeper-phrases\nphrases:\n  - phrase: zantic\n",
        "format: lightkeeper-phrases\nlanguage: en\nversion: 1\n",
        "format: lightkeeper-phrases\n  - phrase: zantic\n",
    ],
)
def test_a_pack_that_does_not_say_who_reviewed_it_is_none(text: str) -> None:
    with pytest.raises(ListError, match="reviewed_by") as refused:
        read(text)
    assert "zantic" not in str(refused.value)
