"""No template holds words outside of the tags that translate them: read as files, so that no branch is left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

import lightkeeper

ROOT: Final = Path(lightkeeper.__file__).parent
TEMPLATES: Final = sorted(ROOT.glob("*/templates/**/*.html"))
SPOKEN: Final = {"title", "aria-label", "aria-description", "alt", "placeholder"}
CODES: Final = {"code", "kbd", "pre", "script", "style"}
NAMES: Final = re.compile(r"\b(Lightkeeper|UTC|PDQ|SHA-256|[A-Z])\b")
"""Names of things that are called so in every language."""

_TRANSLATED: Final = re.compile(
    r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL
)
_NO_WORDS: Final = re.compile(r"\{%\s*block main_class\s*%\}\w*\{%\s*endblock\s*%\}")
_TAGS: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_DEFAULTS: Final = re.compile(r"\{\{[^}]*\|(?:default|default_if_none|yesno|pluralize):(\"[^\"]*[^\W\d_]{2}[^\"]*\")")


class _Words(HTMLParser):
    """Collects what a reader would see or hear."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.path, self.found = list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in CODES:
            self.path.append(tag)
        for name, value in attributes:
            if name in SPOKEN:
                self._keep(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self.path and self.path[-1] == tag:
            self.path.pop()

    def handle_data(self, data: str) -> None:
        if not self.path:
            self._keep(data)

    def _keep(self, words: str) -> None:
        if re.search(r"[^\W\d_]{2}", NAMES.sub("", words)):
            self.found.append(" ".join(words.split()))


def bare_words(text: str) -> list[str]:
    """The words of a template that are translated by nothing: texts, spoken attributes, defaults of filters."""
    text = _NO_WORDS.sub("", _TRANSLATED.sub("", text))
    return [*_Words(_TAGS.sub("", text)).found, *_DEFAULTS.findall(text)]


def test_words_outside_of_the_tags_are_found() -> None:
    text = (
        '<p title="Said">{% translate "Fine" %} {{ name|default:"none" }} Bare <code>code</code></p>{# a remark #}'
        '{% blocktranslate %}Fine <b>too</b>{% endblocktranslate %}{% if a %} UTC{% endif %}{{ x|default:_("fine") }}'
    )
    assert bare_words(text) == ["Said", "Bare", '"none"']


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert bare_words(path.read_text()) == []


def test_there_are_templates_in_every_room_with_pages() -> None:
    rooms = {path.relative_to(ROOT).parts[0] for path in TEMPLATES}
    assert rooms >= {"act", "intake", "lists", "people", "record", "review", "runtime", "web"}
