"""Detection by method, from found to confirmed to acted upon."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from lightkeeper.act.models import Decision
from lightkeeper.act.queries import DecisionState
from lightkeeper.act.types import WITHHOLDING
from lightkeeper.figures.kinds import Period
from lightkeeper.review.models import CaseItem, Finding, Sighting
from lightkeeper.review.queries import Share, share, told_of
from lightkeeper.review.types import CaseReason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

METHODS: Final[dict[str, _StrPromise]] = {
    "hash_equal": _("Hash of the bytes, equal"),
    "hash_near": _("Perceptual hash, within the list's radius"),
    "hash_possible": _("Perceptual hash, possible"),
    "url": _("Address of a list"),
    "conversation": _("Signals in a conversation"),
    "user_report": _("User report"),
    "public_report": _("Report from the public"),
    "proactive": _("Our own search"),
}
"""How something came before a person. One item may have come by several of them, and counts in each."""

_REASONS: Final = {
    CaseReason.CONVERSATION.value: "conversation",
    CaseReason.USER_REPORT.value: "user_report",
    CaseReason.PUBLIC_REPORT.value: "public_report",
    CaseReason.PROACTIVE.value: "proactive",
}
WORDS: Final = _(
    "Items that were first put before a person in the period, by every method that found them: an item found by two"
    " counts in both. Settled: of these, people have judged them finally. Confirmed: of these, as illegal. Acted upon:"
    " of these, withheld or removed by a decision that stands."
)


@dataclass(frozen=True, slots=True)
class Method:
    """One method. Unit: items. ``right`` is the share of the settled that could be judged, and were confirmed."""

    name: str
    title: str
    found: int
    settled: int
    confirmed: int
    acted_upon: int
    right: Share | None


def by_method(period: Period) -> list[Method]:
    """Every method in a period, in the order of ``METHODS``; one that found nothing is there with nothing.

    The share is of what was reviewed, not of a random sample: for how precise detection is, see ``precision``.
    """
    rows = list(CaseItem.objects.filter(added_at__gte=period.start, added_at__lt=period.end))
    told = told_of(rows)
    stands = Decision.objects.filter(state=DecisionState.CARRIED_OUT, kind__in=WITHHOLDING)
    upheld = set(stands.values_list("case_item", flat=True))
    items: dict[str, dict[int, CaseItem]] = defaultdict(dict)
    known = {row.pk: row for row in rows}
    for key, method in _found(period):
        if key in known:
            items[method][key] = known[key]
    return [_of(name, list(items[name].values()), told, upheld) for name in METHODS]


def _of(name: str, rows: list[CaseItem], told: dict[int, bool | None], upheld: set[int]) -> Method:
    settled = [row for row in rows if row.item_id in told]
    said = [told[row.item_id] for row in settled]
    confirmed = said.count(True)
    acted = sum(row.pk in upheld for row in rows)
    return Method(
        name, str(METHODS[name]), len(rows), len(settled), confirmed, acted,
        share(confirmed, confirmed + said.count(False)),
    )  # fmt: skip


def _found(period: Period) -> set[tuple[int, str]]:
    """Which items of cases were found by which method."""
    within = {"case_item__added_at__gte": period.start, "case_item__added_at__lt": period.end}
    findings = Finding.objects.filter(**within).values_list("case_item", "algorithm", "tier").distinct()
    seen = Sighting.objects.filter(**within, reason__in=_REASONS).values_list("case_item", "reason").distinct()
    return {(key, _method(algorithm, tier)) for key, algorithm, tier in findings} | {
        (key, _REASONS[reason]) for key, reason in seen
    }


def _method(algorithm: str, tier: str) -> str:
    if algorithm.startswith("url"):
        return "url"
    if algorithm != "pdq":
        return "hash_equal"
    return "hash_possible" if tier == "possible" else "hash_near"
