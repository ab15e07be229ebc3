"""One moment: what the rules and texts say, and whether a case of this very pair waits for a person.

Nothing is made by asking: no row of state, no case. Only counts of the day grow, and an open case is due sooner.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.intake import surfaces
from lightkeeper.intake.conversations import tallies
from lightkeeper.intake.conversations.models import ConversationCase
from lightkeeper.intake.moments.deciding import Decided, Draw, Holding, decide
from lightkeeper.intake.moments.reading import Shown, best
from lightkeeper.intake.moments.rules import CHOICES, GROUPS, Asked, rule_for
from lightkeeper.intake.moments.schemas import (
    ChoiceShown,
    GuidanceAnswer,
    MomentAnswer,
    MomentAsked,
    PromptShown,
    ResourceShown,
)
from lightkeeper.intake.moments.types import Audience, Decision, Resource
from lightkeeper.intake.types import Caller, Refused
from lightkeeper.record.policy import PolicyValues
from lightkeeper.record.services import current_policy, keyed
from lightkeeper.record.types import Actor, Named
from lightkeeper.review import services as review
from lightkeeper.runtime.services import blind_index

GUIDANCE: Final = "/api/v1/conversations/guidance"
_DRAWN: Final = "intake:moment"


def answer(caller: Caller, asked: MomentAsked, shown: Shown) -> MomentAnswer:
    """What the platform does at this moment. Raises Refused (403) as long as the policy does not have it."""
    policy = _policy()
    facts = Asked(asked.moment, asked.child.age_band, asked.relation, asked.mutual_friends, asked.setting)
    decided = _decided(caller, asked, facts, policy)
    query = urlencode({"country": asked.country, "language": asked.language, "audience": Audience.CHILD.value})
    return MomentAnswer(
        decision=decided.decision,
        prompt=_prompt(facts, shown, asked.language) if decided.prompts else None,
        wait_seconds=decided.wait,
        guidance=f"{GUIDANCE}?{query}",
    )


def guidance(asked: str, language: str, audience: Audience, shown: Shown) -> GuidanceAnswer:
    """Who helps in a country, or anywhere. Raises Refused (403) as ``answer``."""
    _policy()
    country = shown.country(asked)
    return GuidanceAnswer(
        country=country.country,
        audience=audience,
        emergency=country.emergency or None,
        resources=[_resource(one, language) for one in country.resources if audience in one.audiences],
    )


def _policy() -> PolicyValues:
    policy = current_policy()
    if not policy.moments:
        raise Refused(403, "moments-off", "The four moments are not answered here. A supervisor may switch that on.")
    return policy


@transaction.atomic
def _decided(caller: Caller, asked: MomentAsked, facts: Asked, policy: PolicyValues) -> Decided:
    at = now()
    cases = _cases(caller, asked, facts, policy)
    holding = Holding(policy.moment_hold_minutes * 60, policy.moment_drawn_percent / 100)
    waits = review.waits_for_a_person(cases)
    decided = decide(facts, waits=waits, draw=_draw(caller, asked, at.date().isoformat()), holding=holding)
    if waits:
        review.hasten_cases(cases, until=at + timedelta(seconds=decided.wait), actor=Actor.system())
    counts = {f"moment:{asked.moment.value}:{decided.decision.value}": 1}
    if decided.decision is Decision.HOLD_FOR_REVIEW:
        counts["held:case" if waits else "held:drawn"] = 1
    tallies.add(at.date(), counts)
    return decided


def _cases(caller: Caller, asked: MomentAsked, facts: Asked, policy: PolicyValues) -> list[int]:
    """Cases of who asks to whom, where the law and the policy let anything be known of them and the rule can hold."""
    if asked.other is None or not rule_for(facts).slow or not policy.conversations:
        return []
    if surfaces.refusal(asked.surface, visibility="private") is not None:
        return []
    sender, recipient = (keyed(caller.client_id, Named.PERSON, one.id) for one in (asked.other, asked.child))
    rows = ConversationCase.objects.filter(sender=sender, recipient=recipient)
    return list(rows.values_list("case_id", flat=True))


def _draw(caller: Caller, asked: MomentAsked, day: str) -> Draw:
    """The same for the same two people, moment and day, and foretold by nobody without the key."""
    other = "" if asked.other is None else asked.other.id
    return Draw.of(blind_index(_DRAWN, str(caller.client_id), asked.moment.value, asked.child.id, other, day))


def _prompt(facts: Asked, shown: Shown, language: str) -> PromptShown:
    """The text by moment and age, in the language that comes nearest."""
    found = shown.language(language)
    text = found.texts[facts.moment, GROUPS[facts.age]]
    return PromptShown(
        id=text.id,
        version=found.version,
        language=found.language,
        title=text.title,
        text=text.text,
        choices=[ChoiceShown(id=one, label=found.labels[one]) for one in CHOICES[facts.moment]],
    )


def _resource(one: Resource, language: str) -> ResourceShown:
    said = best(language, one.says)
    return ResourceShown(
        id=one.id,
        name=one.name,
        says=one.says[said],
        language=said,
        phone=one.phone or None,
        url=one.url or None,
        source=one.source,
        checked=one.checked,
    )
