"""From what the engine found to a case: ``review`` and ``urgent`` go before a person, ``watch`` is only counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from lightkeeper.detect.conversations.engine import PairFinding
from lightkeeper.intake.conversations.facts import Facts
from lightkeeper.intake.conversations.keying import Names
from lightkeeper.intake.conversations.models import ConversationCase
from lightkeeper.intake.types import Caller
from lightkeeper.record.services import pair_index
from lightkeeper.record.types import Actor, Named
from lightkeeper.review import services as review
from lightkeeper.review.types import Band, NewSignal

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.assessing import Reason

BEFORE_A_PERSON: Final = frozenset({Band.REVIEW.value, Band.URGENT.value})
IMMINENT: Final = frozenset({"meet_request", "pressure_or_threat", "money_demand"})
"""Signals of danger that does not wait, where they came by the fast path to the band urgent."""


def pass_on(
    caller: Caller, found: Sequence[PairFinding], names: Names, facts: Facts, *, degraded: Sequence[str]
) -> int:
    """Open or join a case for each finding that a person must see, in the order of pairs. Gives how many."""
    due = sorted(
        (one for one in found if one.band.value in BEFORE_A_PERSON), key=lambda one: (one.sender, one.recipient)
    )
    for finding in due:
        pair = pair_index(caller.client_id, finding.sender, finding.recipient)
        case = review.open_conversation_case(
            client_id=caller.client_id,
            pair=pair,
            context=_context(finding, names, facts),
            band=finding.band.value,
            score=finding.score,
            signals=[_signal(reason) for reason in finding.reasons],
            imminent=_imminent(finding),
            fast=finding.fast,
            peers=finding.peers,
            degraded=sorted({*finding.degraded, *degraded}),
            engine=f"{finding.engine}/{finding.settings}",
            actor=Actor.system(),
        )
        ConversationCase.objects.get_or_create(
            case_id=case.id, pair=pair, defaults={"sender": finding.sender, "recipient": finding.recipient}
        )
    return len(due)


def _imminent(finding: PairFinding) -> bool:
    return (
        finding.band.value == Band.URGENT.value
        and finding.fast
        and any(one.signal in IMMINENT for one in finding.reasons)
    )


def _signal(reason: Reason) -> NewSignal:
    return NewSignal(
        signal=reason.signal,
        family=reason.family.value,
        contribution=reason.contribution,
        evidence=reason.evidence,
        first_at=_moment(reason.first_at),
        last_at=_moment(reason.last_at),
    )


def _context(finding: PairFinding, names: Names, facts: Facts) -> dict[str, Any]:
    """What the case must know to ask the platform for the words: its own ids. Review seals it."""
    times = [time for reason in finding.reasons for time in (reason.first_at, reason.last_at)] or [finding.at]
    return {
        "conversation_id": names.plain.get((Named.CONVERSATION, finding.conversation), ""),
        "sender_id": names.plain.get((Named.PERSON, finding.sender), ""),
        "recipient_id": names.plain.get((Named.PERSON, finding.recipient), ""),
        **facts.of(finding.sender, finding.recipient),
        "from": _moment(min(times)).isoformat(),
        "to": _moment(max(*times, finding.at)).isoformat(),
    }


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
