"""The yearly report of records drawn to totals, at 1/50: sentences, closing, the same bytes on both databases."""

from __future__ import annotations

from soak import figures
from soak.figures_drawn import SMALL

SAYS = (
    "7,853 reports were assessed in 2023, up 5 % on the year before.",
    "5,513 URLs were confirmed as child sexual abuse material in 2023, up 8 % on the year before.",
    "Category A: 1,253 URLs, almost one in four, up 22 % on the year before.",
    (
        "240 self-generated images showed three- to six-year-olds: almost one in seven of category A, just over one in"
        " four of category B, six in ten of category C."
    ),
)


def test_a_report_says_what_was_drawn_and_a_closed_year_is_the_same_again(postgresql: None) -> None:
    assert figures.run("sqlite", totals=SMALL, says=SAYS, timed=False) == []
    assert figures.run("postgresql", totals=SMALL, says=SAYS, timed=False) == []
