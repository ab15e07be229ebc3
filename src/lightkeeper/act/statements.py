"""The statement of reasons that goes with a consequence: codes and a fixed sentence, never content or lists.

Its ground is all that it says of the judgement. A platform builds the notice to its user from it, and an entry of a
transparency database: the keys are those of Article 17 of the Digital Services Act.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.action_kinds import Weight
from lightkeeper.record.types import ItemKind
from lightkeeper.review.queries import outcome_of
from lightkeeper.review.types import CaseReason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from lightkeeper.review.models import CaseItem, Grade, Sighting

LONGEST_REFERENCE: Final = 64
_UNJUDGED: Final = frozenset({"duplicate", "not_found"})
"""Outcomes that are no judgement of the content."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that can be made: its legal ground, its weight, and the sentence for the user, in two languages."""

    ground: str
    weight: Weight
    title: _StrPromise
    text: str
    german: str

    @property
    def texts(self) -> dict[str, str]:
        """The sentence by language."""
        return {"en": self.text, "de": self.german}


STATEMENTS: Final[dict[str, Statement]] = {
    "child_sexual_abuse_material": Statement(
        "illegal_content", Weight.ILLEGAL, _("Child sexual abuse material"),
        "Content from this account was found to be child sexual abuse material.",
        "Inhalte dieses Kontos wurden als Darstellungen sexuellen Kindesmissbrauchs erkannt.",
    ),
    "solicitation_of_children": Statement(
        "illegal_content", Weight.ILLEGAL, _("Solicitation of children"),
        "Messages from this account were found to solicit a child.",
        "In Nachrichten dieses Kontos wurde erkannt, dass ein Kind zu sexuellen Zwecken angesprochen wurde.",
    ),
    "child_safety_rules": Statement(
        "incompatible_content", Weight.AGAINST_RULES, _("Against the rules that protect children"),
        "Content or messages from this account were found to break the rules of this service that protect children.",
        "Inhalte oder Nachrichten dieses Kontos verstoßen gegen die Regeln dieses Dienstes zum Schutz von Kindern.",
    ),
    "precaution": Statement(
        "incompatible_content", Weight.UNCLEAR, _("As a precaution"),
        "Content from this account is limited or labelled as a precaution.",
        "Inhalte dieses Kontos sind vorsorglich eingeschränkt oder gekennzeichnet.",
    ),
    "no_violation": Statement(
        "none", Weight.UNFOUNDED, _("No violation was found"),
        "No violation was found in the content that was looked at.",
        "In den geprüften Inhalten wurde kein Verstoß gefunden.",
    ),
}  # fmt: skip
"""By their codes. The sentences leave this installation as they are; the code is for languages that are not here."""


def weight_of(grade: Grade) -> Weight:
    """What a grade amounts to."""
    value = outcome_of(grade)
    if value is None or value.cannot_tell or value.code in _UNJUDGED:
        return Weight.UNCLEAR
    if value.illegal:
        return Weight.ILLEGAL
    return Weight.UNFOUNDED if value.unfounded else Weight.AGAINST_RULES


def statement_of_decision(grade: Grade, case_item: CaseItem) -> str:
    """The same for content that is limited or labelled: of what is no violation that is a precaution."""
    return "precaution" if weight_of(grade) is Weight.UNFOUNDED else usual_statement(grade, case_item)


def usual_statement(grade: Grade, case_item: CaseItem) -> str:
    """The code of the statement that fits a grade."""
    weight = weight_of(grade)
    if weight is Weight.ILLEGAL and case_item.item.kind == ItemKind.CONVERSATION:
        return "solicitation_of_children"
    return next(code for code, one in STATEMENTS.items() if one.weight is weight)


_BY_OTHERS: Final = frozenset({CaseReason.USER_REPORT, CaseReason.PUBLIC_REPORT})
_BY_PEOPLE: Final = _BY_OTHERS | {CaseReason.PROACTIVE}
"""What no tool brought before a person."""


def statement_of(
    code: str, *, case_item: CaseItem, sightings: Iterable[Sighting], reference: str = ""
) -> dict[str, Any]:
    """The statement of reasons as a callback has it. ``reference`` names a law or a rule, such as ``terms 4.2``."""
    reasons = {CaseReason(one.reason) for one in sightings}
    talk = case_item.item.kind == ItemKind.CONVERSATION
    return {
        "ground": STATEMENTS[code].ground,
        "code": code,
        "reference": reference or None,
        "facts": ["messages_written" if talk else "content_shared"],
        "source": "user_notice" if reasons <= _BY_OTHERS else "own_initiative",
        "automated_detection": bool(reasons - _BY_PEOPLE),
        "decided_by_person": True,
        "text": STATEMENTS[code].text,
        "texts": STATEMENTS[code].texts,
    }


def appeal_url() -> str | None:
    """Where a user appeals, None where the setting names no address."""
    return str(settings.LIGHTKEEPER["appeal_url"]) or None
