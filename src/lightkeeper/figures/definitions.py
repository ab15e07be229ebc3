"""What the yearly report counts: each chart with its unit, its definition in words, what is asked, and its version.

A change of what is asked, or of what the words mean, is another version. Numbers: standards.md 3.2, the groups of the
report. A closed year keeps the definitions that it was counted by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lightkeeper.figures.elsewhere import hashes_added, leases_ended, views
from lightkeeper.figures.kinds import Period, Unit

Only = Mapping[str, str]
Asked = Callable[[Period], Mapping[tuple[str, ...], int] | None]
"""Gives how many there are of each combination of values; None where nothing of it may be printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Things of one unit that several charts count: what a fact must be, and which tables are made of them.

    All tables of a world are judged together (``suppressing``), as whoever has the report can subtract one from
    another. ``tables`` name columns of facts, or what is told from one (``counting.TOLD``). With ``distinct`` not the
    facts are counted, but the values of that column, once in each cell, where the host has a name. ``asked`` is for
    what no fact is written of.
    """

    name: str
    unit: Unit
    where: Only
    tables: tuple[tuple[str, ...], ...]
    distinct: str = ""
    asked: Asked | None = None

    def __post_init__(self) -> None:
        if self.asked is not None and len(self.tables) != 1:
            raise ValueError("what is asked elsewhere is one table")

    @property
    def what(self) -> str:
        """What is counted, as the first words of a query."""
        if self.asked is not None:
            return f"COUNT {self.name}"
        return f"COUNT DISTINCT {self.distinct} OF facts" if self.distinct else "COUNT facts"


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
        during, by = "start <= at < end", ", ".join(self.axes)
        if self.world.asked is not None:
            return f"{self.world.what} WHERE {during} GROUP BY {by}"
        unit = FACT_UNITS.get(self.world.unit, self.world.unit)
        having = {"unit": unit.value, **self.world.where, **self.only}
        named = " AND ".join(f"{name} = '{value}'" for name, value in having.items())
        named += " AND tld <> ''" if self.world.distinct else ""
        return f"{self.world.what} WHERE {named} AND {during} GROUP BY {by}"


REPORTS: Final = World(
    name="reports", unit=Unit.REPORT, where={}, tables=(("proactive", "source", "outcome"),)
)  # fmt: skip
URLS: Final = World(
    name="urls", unit=Unit.URL, where={"outcome": "actioned"},
    tables=(
        ("age_bracket", "category"), ("age_bracket", "sex"), ("self_made", "age_bracket"), ("self_made", "sex"),
        ("self_made", "category"), ("self_made", "creation"), ("site_type", "commercial"), ("disguised", "access"),
        ("continent", "hosting_country"), ("tld_kind", "tld"),
    ),
)  # fmt: skip
IMAGES: Final = World(
    name="images", unit=Unit.IMAGE, where={"outcome": "actioned"},
    tables=(("self_made", "age_bracket", "category"), ("category", "sex"), ("self_made", "creation")),
)  # fmt: skip
VIDEOS: Final = World(
    name="videos", unit=Unit.VIDEO, where={"outcome": "actioned"}, tables=(("age_bracket", "category"),)
)  # fmt: skip
_FOUND: Final = {"outcome": "actioned"}
DOMAINS: Final = World(
    name="domains", unit=Unit.DOMAIN, where=_FOUND, tables=(("hosting_country",),), distinct="domain"
)  # fmt: skip
DOMAINS_OF_TLDS: Final = World(
    name="domains of top-level domains", unit=Unit.DOMAIN, where=_FOUND, tables=(("tld_kind",),), distinct="domain"
)  # fmt: skip
TLDS: Final = World(name="top-level domains", unit=Unit.TLD, where=_FOUND, tables=(("tld_kind",),), distinct="tld")
NOTICES: Final = World(name="notices", unit=Unit.NOTICE, where={}, tables=(("source", "outcome"), ("days",)))
HASHES: Final = World(
    name="entries of our own lists", unit=Unit.HASH, where={}, tables=(("algorithm", "industry_class"),),
    asked=hashes_added,
)  # fmt: skip
PAIRS: Final = World(name="pairs", unit=Unit.PAIR, where={}, tables=(("source", "outcome"),))
VIEWS: Final = World(name="views", unit=Unit.VIEW, where={}, tables=(("level",),), asked=views)
LEASES: Final = World(name="leases", unit=Unit.LEASE, where={}, tables=(("ended",),), asked=leases_ended)
WORLDS: Final = (
    REPORTS, URLS, IMAGES, VIDEOS, DOMAINS, DOMAINS_OF_TLDS, TLDS, NOTICES, HASHES, PAIRS, VIEWS, LEASES,
)  # fmt: skip
FACT_UNITS: Final = {Unit.DOMAIN: Unit.URL, Unit.TLD: Unit.URL}
"""Of which facts the values of a column are counted, where that is another unit."""

_ACTIONED: Final = "Only what people confirmed as child sexual abuse material and acted on."
_YOUNGEST: Final = "The bracket is that of the youngest child that can be seen."
_SELF: Final = (
    "Self-generated: a child was talked or forced into it, or was alone with a camera; also what was extorted. Nothing"
    " in the word blames a child."
)  # fmt: skip
_DOMAIN: Final = "A domain is the name that somebody registered; those without a name are not counted."
_TLD_KINDS: Final = "Of a country: two letters; generic: all others; number: a host without a name."
_NOTICES: Final = "Notices and referrals sent in the year and not taken back; one address may have several."
_FEW_PEOPLE: Final = "Not printed where fewer than three people did: each would tell of the other."


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
    _of(8, "domains_by_country", "Domains by country of the host",
        f"{_ACTIONED} {_DOMAIN} A domain with hosts in two countries is counted in both. The twenty countries with the"
        " most; the rest is other.", DOMAINS, "hosting_country"),
    _of(9, "domains_by_tld_kind", "Domains by kind of top-level domain",
        f"{_ACTIONED} {_DOMAIN} {_TLD_KINDS}", DOMAINS_OF_TLDS, "tld_kind"),
    _of(9, "urls_by_tld_kind", "URLs by kind of top-level domain", f"{_ACTIONED} {_TLD_KINDS}", URLS, "tld_kind"),
    _of(9, "tlds", "Top-level domains, by their kind",
        f"{_ACTIONED} How many different top-level domains the URLs were in. {_TLD_KINDS}", TLDS, "tld_kind"),
    _of(10, "urls_by_commerciality", "URLs by commerciality",
        f"{_ACTIONED} Commercial: somebody is to pay for what is there.", URLS, "commercial"),
    _of(10, "urls_by_site_and_commerciality", "URLs by kind of site and commerciality",
        f"{_ACTIONED} Commercial: somebody is to pay for what is there.", URLS, "site_type", "commercial"),
    _of(10, "urls_disguised", "URLs on disguised sites",
        f"{_ACTIONED} Disguised: it shows itself only to whoever comes by a certain way, and others see a harmless"
        " page.", URLS, "disguised"),
    _of(11, "notices_by_outcome", "Takedown notices, by recipient and what came of them",
        f"{_NOTICES} There: not known to be gone when this was counted. Returned: it was gone and came back.",
        NOTICES, "source", "outcome"),
    _of(11, "notices_by_days", "Takedown notices, by days until the address was gone",
        f"{_NOTICES} Days from the notice until it was first known to be gone, begun ones counted whole.",
        NOTICES, "days"),
    _of(12, "hashes_by_algorithm", "Hashes added to our own lists, by algorithm",
        "Values added in the year to lists of known material that this organisation keeps itself, whether or not they"
        " are still on them.", HASHES, "algorithm"),
    _of(12, "hashes_by_algorithm_and_class", "Hashes added to our own lists, by algorithm and industry classification",
        "Values added in the year to lists of known material that this organisation keeps itself, whether or not they"
        " are still on them.", HASHES, "algorithm", "industry_class"),
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
    _of(16, "pairs_by_agreement", "Judged by two people, by whether they agreed",
        "Items whose judgement was final in the year and that a second person judged without knowing the first"
        " judgement. Agreed: the same outcome, category, age and sex. Drawn: chance asked for the second, so these"
        " stand for all; asked: policy did, as for what is grave or unsure.", PAIRS, "source", "outcome"),
    _of(17, "views_by_level", "Views of material, by how much was shown",
        f"Each look of a reviewer, by the level that was revealed. {_FEW_PEOPLE}", VIEWS, "level"),
    _of(17, "leases_by_end", "How work on a case ended",
        "Each time that somebody had a case, by why that ended. Paused and handed over need no reason, and nobody is"
        f" measured by them. {_FEW_PEOPLE}", LEASES, "ended"),
)  # fmt: skip
"""All charts in the order in which they are printed. Texts are English: a closed year freezes them."""
