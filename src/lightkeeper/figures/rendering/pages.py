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
        "closed": wording.moment(yearly.closed_at) if yearly.closed_at else "",
        "sections": sections_of(yearly),
        "method": METHOD,
        "units": units_of(yearly),
        "kept_back": wording.kept_back(yearly.threshold),
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


def _styles() -> str:
    text = "".join((_STYLES / name).read_text("utf-8") for name in ("report.css", "charts.css"))
    return mark_safe(text)  # noqa: S308  # our own files, in which nothing is anybody's input
