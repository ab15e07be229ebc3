"""Whether each signal was right, as people said with their grades, and how often that was so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lightkeeper.review.models import CaseItem, Grade, SignalVerdict
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.statistics import Share, says_little, share

Verdicts = Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class SignalPrecision:
    """One signal in settled conversations: in ``shown`` of them; ``right`` is of those in which somebody said."""

    signal: str
    shown: int
    told: int
    right: Share | None

    @property
    def few(self) -> bool:
        """Whether this is too little to go by."""
        return says_little(self.right)


def verdict_faults(case_item: CaseItem, verdicts: Verdicts) -> list[str]:
    """What is wrong with verdicts, a sentence each. Reads nothing where there are none."""
    if not verdicts:
        return []
    names = [signal for signal, _right in verdicts]
    if len(set(names)) < len(names):
        return [_("A signal is judged twice.")]
    known = set(case_item.signals.values_list("signal", flat=True))
    return [] if known.issuperset(names) else [_("A signal is judged that this conversation does not have.")]


def keep_verdicts(grade: Grade, verdicts: Verdicts) -> None:
    """Keep what was said with a grade; in the transaction that makes it."""
    rows = [SignalVerdict(grade=grade, signal=signal, right=right) for signal, right in verdicts]
    if rows:
        SignalVerdict.objects.bulk_create(rows)


def signal_precision(since: datetime | None = None) -> list[SignalPrecision]:
    """How often each signal was right, of conversations settled since a time, by name.

    A signal counts once a conversation: by the last grade that stands and says something of it. All conversations that
    reach a person are judged, so this is no sample; those that stay below the threshold are not in it.
    """
    items = CaseItem.objects.filter(state=ItemState.SETTLED, conversation__isnull=False)
    if since is not None:
        items = items.filter(settled_at__gte=since)
    # What is seen in words and without them is one signal to whoever judges it, so each counts once a conversation.
    pairs = items.filter(signals__isnull=False).values_list("pk", "signals__signal").distinct()
    shown = Counter(signal for _item, signal in pairs)
    said = SignalVerdict.objects.filter(grade__state=GradeState.STANDING, grade__case_item__in=items)
    last: dict[tuple[int, str], bool] = {}
    for item, signal, right in said.order_by("grade_id").values_list("grade__case_item_id", "signal", "right"):
        last[item, signal] = right
    told = Counter(signal for _item, signal in last)
    rights = Counter(signal for (_item, signal), right in last.items() if right)
    return [
        SignalPrecision(signal, count, told[signal], share(rights[signal], told[signal]))
        for signal, count in sorted(shown.items())
    ]
