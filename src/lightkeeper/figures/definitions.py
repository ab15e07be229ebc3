"""What the yearly report counts: each chart with its unit, its definition in words, what is asked, and its version.

A change of what is asked, or of what the words mean, is another version. Numbers: standards.md 3.2, the groups of the
report. A closed year keeps the definitions that it was counted by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lightkeeper.figures.kinds import Unit

Only = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Things of one unit that several charts count: what a fact must be, and which tables are made of them.

    All tables of a world are judged together (``suppressing``), as whoever has the report can subtract one from
    another. ``tables`` name columns of facts, or what is told from one (``counting.TOLD``).
    """

    name: str
    unit: Unit
    where: Only
    tables: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One chart: of which world, by which axes, of which value of others alone (``only``).

    Raises ValueError where a word of it is missing, or the world has no such table.
    """

    number: int
    name: str
    title: str
    words: str
    world: World
    axes: tuple[str, ...]
    only: Only = field(default_factory=dict)
    version: int = 1

    def __post_init__(self) -> None:
        if not (self.name.strip() and self.title.strip() and self.words.strip()) or self.version < 1:
            raise ValueError("a figure has a name, a title, a definition in words and a version of it")
        wanted = {*self.axes, *self.only}
        if not any(wanted <= set(table) for table in self.world.tables):
            raise ValueError(f"no table of {self.world.name} has {sorted(wanted)}")

    @property
    def query(self) -> str:
        """What is asked, in one line."""
        having = {"unit": self.world.unit.value, **self.world.where, **self.only}
        named = " AND ".join(f"{name} = '{value}'" for name, value in having.items())
        return f"COUNT facts WHERE {named} AND start <= at < end GROUP BY {', '.join(self.axes)}"


REPORTS: Final = World(
    name="reports", unit=Unit.REPORT, where={}, tables=(("proactive", "source", "outcome"),)
)  # fmt: skip
URLS: Final = World(
    name="urls", unit=Unit.URL, where={"outcome": "actioned"},
    tables=(
        ("age_bracket", "category"), ("age_bracket", "sex"), ("self_made", "age_bracket"), ("self_made", "sex"),
        ("self_made", "category"), ("self_made", "creation"), ("site_type",), ("access",), ("commercial",),
        ("continent", "hosting_country"), ("tld",),
    ),
)  # fmt: skip
IMAGES: Final = World(
    name="images", unit=Unit.IMAGE, where={"outcome": "actioned"},
    tables=(("self_made", "age_bracket", "category"), ("category", "sex"), ("self_made", "creation")),
)  # fmt: skip
VIDEOS: Final = World(
    name="videos", unit=Unit.VIDEO, where={"outcome": "actioned"}, tables=(("age_bracket", "category"),)
)  # fmt: skip
WORLDS: Final = (REPORTS, URLS, IMAGES, VIDEOS)

_ACTIONED: Final = "Only what people confirmed as child sexual abuse material and acted on."
_YOUNGEST: Final = "The bracket is that of the youngest child that can be seen."
_SELF: Final = (
    "Self-generated: a child was talked or forced into it, or was alone with a camera; also what was extorted. Nothing"
    " in the word blames a child."
)  # fmt: skip


def _of(
    number: int, name: str, title: str, words: str, world: World, *axes: str, only: Only | None = None
) -> Definition:  # fmt: skip
    return Definition(number=number, name=name, title=title, words=words, world=world, axes=axes, only=only or {})


DEFINITIONS: Final = (
    _of(1, "reports_by_source", "Reports assessed, by source",
        "Reports whose assessment was final in the year, by who made the first report of the address; each report of"
        " one address counts.", REPORTS, "source"),
    _of(1, "reports_proactive", "Reports assessed: own search, or reported to us",
        "Reports whose assessment was final in the year; own search is what nobody reported.", REPORTS, "proactive"),
    _of(2, "reports_by_outcome", "What came of reports, by source",
        "Reports whose assessment was final in the year, by source and outcome. How accurate reports of a source are"
        " is its share that was acted on.", REPORTS, "source", "outcome"),
    _of(3, "urls_by_category", "URLs by most severe category",
        f"{_ACTIONED} The category is the most severe at the URL.", URLS, "category"),
    _of(4, "urls_by_age", "URLs by youngest child", f"{_ACTIONED} {_YOUNGEST}", URLS, "age_bracket"),
    _of(4, "urls_by_age_and_category", "URLs by youngest child and most severe category",
        f"{_ACTIONED} {_YOUNGEST} Age and category may be of different pictures.", URLS, "age_bracket", "category"),
    _of(4, "urls_by_age_and_sex", "URLs by youngest child and sex",
        f"{_ACTIONED} {_YOUNGEST} Both: in separate pictures, or together.", URLS, "age_bracket", "sex"),
    _of(5, "urls_by_sex", "URLs by sex", f"{_ACTIONED} Both: in separate pictures, or together.", URLS, "sex"),
    _of(6, "urls_self_generated", "URLs with self-generated material", f"{_ACTIONED} {_SELF}", URLS, "self_made"),
    _of(6, "urls_self_generated_by_age", "URLs with self-generated material, by youngest child",
        f"{_ACTIONED} {_SELF} {_YOUNGEST}", URLS, "age_bracket", only={"self_made": "true"}),
    _of(6, "urls_self_generated_by_sex", "URLs with self-generated material, by sex",
        f"{_ACTIONED} {_SELF}", URLS, "sex", only={"self_made": "true"}),
    _of(6, "urls_self_generated_by_category", "URLs with self-generated material, by most severe category",
        f"{_ACTIONED} {_SELF}", URLS, "category", only={"self_made": "true"}),
    _of(6, "images_self_generated", "Self-generated images, by youngest child and category",
        f"{_ACTIONED} {_SELF} {_YOUNGEST}", IMAGES, "age_bracket", "category", only={"self_made": "true"}),
    _of(7, "urls_by_site_type", "URLs by kind of site", f"{_ACTIONED} By what it is used for.", URLS, "site_type"),
    _of(7, "urls_by_access", "URLs by access", f"{_ACTIONED} How one comes to what is there.", URLS, "access"),
    _of(8, "urls_by_continent", "URLs by continent of the host",
        f"{_ACTIONED} Where the server stood that answered, not who runs the site.", URLS, "continent"),
    _of(8, "urls_by_country", "URLs by country of the host",
        f"{_ACTIONED} Where the server stood that answered, not who runs the site. The twenty with the most; the rest"
        " is other.", URLS, "hosting_country"),
    _of(9, "urls_by_tld", "URLs by top-level domain",
        f"{_ACTIONED} The last part of the host's name; the ten with the most, the rest is other.", URLS, "tld"),
    _of(10, "urls_by_commerciality", "URLs by commerciality",
        f"{_ACTIONED} Commercial: somebody is to pay for what is there.", URLS, "commercial"),
    _of(12, "images_by_category_and_age", "Images by category and youngest child",
        f"{_ACTIONED} Each picture once, by the bytes of its file. {_YOUNGEST}", IMAGES, "category", "age_bracket"),
    _of(12, "images_by_category_and_sex", "Images by category and sex",
        f"{_ACTIONED} Each picture once, by the bytes of its file.", IMAGES, "category", "sex"),
    _of(12, "videos_by_category_and_age", "Videos by category and youngest child",
        f"{_ACTIONED} Each video once, by the bytes of its file. {_YOUNGEST}", VIDEOS, "category", "age_bracket"),
    _of(13, "urls_by_creation", "URLs by how the material was made",
        f"{_ACTIONED} Of several ways the first of: not photographic, AI-generated, coerced, self-generated, by"
        " somebody present.", URLS, "creation"),
    _of(14, "images_by_creation", "Images by how they were made",
        f"{_ACTIONED} Of several ways the first of: not photographic, AI-generated, coerced, self-generated, by"
        " somebody present.", IMAGES, "creation"),
    _of(15, "child_self_reports", "Reports by children themselves, by outcome",
        "Reports whose assessment was final in the year and that say that a child made them of itself.",
        REPORTS, "outcome", only={"source": "child_self_report"}),
)  # fmt: skip
"""All charts in the order in which they are printed. Texts are English: a closed year freezes them."""
