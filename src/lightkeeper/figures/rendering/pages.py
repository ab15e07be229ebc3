"""The yearly report as HTML: one file of its own, without scripts and without anything from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from lightkeeper.figures.rendering import wording
from lightkeeper.figures.rendering.sections import METHOD, sections_of, units_of
from lightkeeper.figures.types import Yearly

_STYLES: Final = Path(__file__).parent.parent / "static" / "figures"


def html(yearly: Yearly) -> bytes:
    """The report as a page to be kept and sent: the same bytes for the same year, wherever it is made."""
    with override(wording.LANGUAGE):
        context = context_of(yearly) | {"styles": _styles(), "language": wording.LANGUAGE}
        return render_to_string("figures/report.html", context).encode()


def context_of(yearly: Yearly) -> dict[str, Any]:
    """What the templates of a report need; the language is to be active already."""
    return {
        "yearly": yearly,
        "title": title_of(yearly),
        "period": period_of(yearly),
        "state": state_of(yearly),
        "sections": sections_of(yearly),
        "method": METHOD,
        "units": units_of(yearly),
        "paragraphs": method_of(yearly),
    }


def title_of(yearly: Yearly) -> str:
    """What the report is called."""
    return _("%(organisation)s: yearly report %(year)d") % {
        "organisation": yearly.organisation, "year": yearly.year,
    }  # fmt: skip


def period_of(yearly: Yearly) -> str:
    """Its first and its last day."""
    last = yearly.period.end - timedelta(microseconds=1)
    return _("%(first)s to %(last)s (UTC)") % {
        "first": f"{yearly.period.start:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}",
    }  # fmt: skip


def state_of(yearly: Yearly) -> str:
    """Whether its numbers may still change."""
    if yearly.closed_at is None:
        return _("not closed: its numbers may still change")
    return _("closed on %(at)s: its numbers do not change any more") % {"at": wording.moment(yearly.closed_at)}


def method_of(yearly: Yearly) -> tuple[str, ...]:
    """How to read its numbers, a paragraph each."""
    kept_back = wording.kept_back(yearly.threshold)
    return (
        _(
            "Each figure has a unit, the period of the report, a definition in words, and the query that counted it, "
            "with the version of its definition. Numbers of different units cannot be compared."
        ),
        f"{kept_back} {_('Nothing is printed from which one of them could be worked out by subtraction.')}",
        _(
            "A change is against the year before. Its interval of 95 % is that of the ratio of two Poisson counts by "
            "the score method (Graham, Mengersen and Morton, Statistics in Medicine 22, 2003, 2071-2083): where 0 % "
            "is not in it, the change is more than chance alone would be expected to make. It says nothing of why."
        ),
        _("What is counted is what was found and assessed here, not how much there is."),
        _(
            "Corrections: while a year is open, what is judged again counts by the later judgement alone. A closed "
            "year is not changed any more; what of it is judged again later counts in the year of that judgement."
        ),
    )


def _styles() -> str:
    text = "".join((_STYLES / name).read_text("utf-8") for name in ("report.css", "charts.css"))
    return mark_safe(text)  # noqa: S308  # our own files, in which nothing is anybody's input
