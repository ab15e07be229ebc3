"""The organisation's policy: one table of versions, the newest in force. What each value means stands beside it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lightkeeper.record.errors import PolicyError
from lightkeeper.record.events import Event
from lightkeeper.record.models import Policy
from lightkeeper.record.retention_rules import JURISDICTIONS
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, RevealLevel, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValues:
    """What the organisation decided. The defaults are version 0, in force until somebody makes another.

    Hours, minutes and seconds are whole; shares are per cent.
    """

    version: int = 0

    due_hours_imminent: int = 1
    due_hours_critical: int = 4
    due_hours_high: int = 24
    due_hours_medium: int = 72
    due_hours_low: int = 168

    sample_percent: int = 5
    """Share of perceptual findings drawn at random for review whatever else is due; never zero."""

    second_high_stakes: bool = True
    second_unsure: bool = True
    second_list_disagrees: bool = True
    second_random_percent: int = 5
    second_new_reviewer_grades: int = 20
    """So many first grades of a new reviewer go to a second; 0 for none."""
    break_glass_hours: int = 24
    """After so many hours without a second reviewer a case may be settled alone, with a reason."""

    report_second: bool = True
    """Another person than the one who drafted a live report approves it …"""
    report_second_in_test: bool = True
    """… and a test report."""

    request_second: bool = True
    """Two people end a request of an authority: one proposes the answer or the refusal, another agrees …"""
    request_second_in_emergency: bool = False
    """… and an emergency disclosure, which must not wait for somebody who sleeps."""

    offers_need_view: bool = True
    """What only resembles a graded item, or was graded by one person, is looked at before that grade is confirmed."""

    highest_level: str = "full"
    steps: bool = True
    """Each level only after the one below it."""
    parts_first: bool = False
    """The full level first in parts, the whole only afterwards."""
    hold_seconds: int = 20
    """A reveal ends by itself after so many seconds."""
    idle_seconds: int = 20
    cap_grey_count: int = 300
    cap_grey_seconds: int = 1800
    cap_full_count: int = 100
    cap_full_seconds: int = 600
    looking_minutes: int = 50
    """After so many minutes of looking, a break is due …"""
    break_minutes: int = 10
    """… of so many."""

    cluster_radius: int = 31
    case_items: int = 20
    """Items that one case takes; more open another."""

    conversations: bool = False
    """Events of conversations are taken and looked at; off until somebody answers for it."""
    conversation_days: int = 90
    """So many days after the last event about them, what is kept of a pair and of people goes."""
    conversation_cases_a_day: int = 20
    """How many conversations people can look at in a day: thresholds follow it as long as there are no verdicts."""

    moments: bool = False
    """The four moments at which a child is prompted are answered; they need nothing of conversations."""
    moment_hold_minutes: int = 30
    """A first message or friend request from a stranger waits at the most so long, then it goes on by itself."""
    moment_drawn_percent: int = 5
    """This share of those that nothing is known of waits as long, at random: waiting tells nothing; never zero."""

    suggests: Mapping[str, str] = dataclasses.field(
        default_factory=lambda: {
            "confirmed_illegal": "remove",
            "confirmed_tos_only": "remove",
            "not_illegal": "reinstate",
            "age_undeterminable": "withhold",
            "insufficient_info": "withhold",
            "duplicate": "no_action",
            "not_found": "no_action",
        }
    )
    """The decision that each outcome of a grade suggests."""
    actions_after: Mapping[str, tuple[str, ...]] = dataclasses.field(
        default_factory=lambda: {
            "withhold": (),
            "remove": ("suspend", "report", "add_to_bank"),
            "reinstate": (),
            "label": (),
            "no_action": (),
        }
    )
    """The actions that each decision suggests; a person proposes them."""
    actions_second: tuple[str, ...] = ("terminate", "refer")
    """Actions that another person than the one who proposed them approves."""
    notice_hours_imminent: int = 72
    """So many hours users are not told of consequences where a child is in danger now; 0 for no such delay."""

    jurisdictions: tuple[str, ...] = JURISDICTIONS
    """Whose rules of retention apply; all of them until somebody says which do not."""
    keep_days: int = 180
    """So many days after it was closed, what is kept of a case that people confirmed is destroyed …"""
    keep_unfounded_days: int = 0
    """… and of one that they did not; rules of jurisdictions may ask for less, or for more."""
    report_holds_end: bool = True
    """The hold of a filed report ends by itself when the law's term is over and something is due for destruction."""

    note_templates: tuple[str, ...] = (
        "Known material; category as listed.",
        "Category differs from the list's.",
        "Look-alike; the list's entry was matched by chance.",
        "Cannot be judged from what is kept.",
    )


OUTCOMES: Final = tuple(PolicyValues().suggests)
"""What a grade can come to; the vocabulary of room ``review`` has the same words, and a test says so."""
DECISIONS: Final = ("withhold", "remove", "reinstate", "label", "no_action")
"""What can be done about an item; room ``act`` has the same words, and a test says so."""
CASE_ACTIONS: Final = ("restrict", "suspend", "terminate", "warn", "notify", "refer")
"""What can be proposed about an account; room ``act`` has the same words, and a test says so."""
SUGGESTED_ACTIONS: Final = (*CASE_ACTIONS, "report", "add_to_bank")
"""What a decision can suggest."""
MOST_TEMPLATES: Final = 20
LONGEST_TEMPLATE: Final = 280
LONGEST_REASON: Final = 1000


def current_policy() -> PolicyValues:
    """The policy in force: one row by its index (half a millisecond), not remembered, so a change counts at once."""
    row = Policy.objects.order_by("-version").first()
    return PolicyValues() if row is None else values_of(row)


def policy_of(version: int) -> PolicyValues:
    """The policy of a version. Raises PolicyError where there was none."""
    if version == 0:
        return PolicyValues()
    row = Policy.objects.filter(version=version).first()
    if row is None:
        raise PolicyError(_("There is no version %(version)d of the policy.") % {"version": version})
    return values_of(row)


@transaction.atomic
def change_policy(changes: Mapping[str, Any], *, reason: str, actor: Actor) -> PolicyValues:
    """Put a new version in force: the present one with these changes. Raises PolicyError, saying what is wrong."""
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise PolicyError(
            _("Say why the policy is changed, in at most %(most)d characters.") % {"most": LONGEST_REASON}
        )
    before = current_policy()
    try:
        after = dataclasses.replace(before, **{**changes, "version": before.version + 1})
    except TypeError:
        raise PolicyError(_("The policy has no such value.")) from None
    if found := faults(after):
        raise PolicyError(" ".join(found))
    try:
        with transaction.atomic():
            Policy.objects.create(
                version=after.version, values=_text(after), reason=reason.strip(), made_by=actor.id,
            )  # fmt: skip
    except IntegrityError:
        raise PolicyError(_("Somebody else changed the policy at this moment; look at theirs first.")) from None
    write_event(
        Event.RECORD_POLICY_CHANGED, actor=actor, subject=Subject("policy", str(after.version)),
        details={"version": after.version},
    )  # fmt: skip
    return after


RANGES: Final[dict[str, tuple[int, int]]] = {
    "due_hours_imminent": (1, 24),
    "due_hours_critical": (1, 720),
    "due_hours_high": (1, 720),
    "due_hours_medium": (1, 2160),
    "due_hours_low": (1, 2160),
    "sample_percent": (1, 100),
    "second_random_percent": (0, 100),
    "second_new_reviewer_grades": (0, 1000),
    "break_glass_hours": (1, 720),
    "hold_seconds": (2, 60),
    "idle_seconds": (5, 60),
    "cap_grey_count": (0, 5000),
    "cap_grey_seconds": (0, 14400),
    "cap_full_count": (0, 2000),
    "cap_full_seconds": (0, 7200),
    "looking_minutes": (10, 120),
    "break_minutes": (5, 60),
    "cluster_radius": (0, 31),
    "case_items": (1, 100),
    "notice_hours_imminent": (0, 336),
    "keep_days": (1, 3660),
    "keep_unfounded_days": (0, 365),
    "conversation_days": (1, 730),
    "conversation_cases_a_day": (1, 10_000),
    "moment_hold_minutes": (1, 1440),
    "moment_drawn_percent": (1, 50),
}
"""The least and the most of each number."""


def faults(values: PolicyValues) -> list[str]:
    """What is wrong with a policy, a sentence each."""
    found = [
        _("“%(name)s” must be a whole number from %(least)d to %(most)d.")
        % {"name": name, "least": least, "most": most}
        for name, (least, most) in RANGES.items()
        if type(getattr(values, name)) is not int or not least <= getattr(values, name) <= most
    ]
    found += [
        _("“%(name)s” must be true or false.") % {"name": field.name}
        for field in dataclasses.fields(values)
        if type(field.default) is bool and type(getattr(values, field.name)) is not bool
    ]
    if values.highest_level not in RevealLevel.values:
        found.append(_("“highest_level” must be tile, grey or full."))
    found += _faults_of_suggestions(values.suggests) + _faults_of_actions(values)
    apply: object = values.jurisdictions  # as it was stored or sent: of any type
    if not isinstance(apply, tuple | list) or not set(apply) <= set(JURISDICTIONS) or len(set(apply)) < len(apply):
        found.append(_("“jurisdictions” may only name these: %(known)s.") % {"known": ", ".join(JURISDICTIONS)})
    return [*found, *_faults_of_templates(values.note_templates)]


def _faults_of_actions(values: PolicyValues) -> list[str]:
    found = []
    after: object = values.actions_after  # as it was stored or sent: of any type
    if not isinstance(after, Mapping) or set(after) != set(DECISIONS) or not all(map(_are_suggested, after.values())):
        found.append(
            _("“actions_after” must have, for each decision, actions of these: %(known)s.")
            % {"known": ", ".join(SUGGESTED_ACTIONS)}
        )
    second: object = values.actions_second
    if not isinstance(second, tuple | list) or not set(second) <= set(CASE_ACTIONS) or len(set(second)) < len(second):
        found.append(_("“actions_second” may only name actions: %(known)s.") % {"known": ", ".join(CASE_ACTIONS)})
    return found


def _are_suggested(kinds: object) -> bool:
    return isinstance(kinds, tuple | list) and set(kinds) <= set(SUGGESTED_ACTIONS) and len(set(kinds)) == len(kinds)


def _faults_of_suggestions(suggests: object) -> list[str]:
    if not isinstance(suggests, Mapping) or set(suggests) != set(OUTCOMES):
        return [_("“suggests” must have a decision for each outcome, and for nothing else.")]
    unknown = [one for one in suggests.values() if one not in DECISIONS]
    return [_("“suggests” may only name decisions: %(known)s.") % {"known": ", ".join(DECISIONS)}] if unknown else []


def _faults_of_templates(templates: object) -> list[str]:
    texts = list(templates) if isinstance(templates, tuple | list) else [None]
    if len(texts) > MOST_TEMPLATES or not all(map(_is_template, texts)) or len(set(texts)) < len(texts):
        return [
            _("“note_templates” are at most %(count)d different lines of 1 to %(most)d characters.")
            % {"count": MOST_TEMPLATES, "most": LONGEST_TEMPLATE}
        ]
    return []


def _is_template(text: object) -> bool:
    return isinstance(text, str) and 1 <= len(text.strip()) <= LONGEST_TEMPLATE and text.isprintable()


def _text(values: PolicyValues) -> str:
    return json.dumps(dataclasses.asdict(values), sort_keys=True, ensure_ascii=False)


def values_of(row: Policy) -> PolicyValues:
    """A stored policy; a value that it does not have yet, because it is newer than the row, is the default."""
    stored = json.loads(row.values)
    known = {field.name for field in dataclasses.fields(PolicyValues)}
    values = {name: value for name, value in stored.items() if name in known}
    if "suggests" in values:
        values["suggests"] = {one: values["suggests"].get(one, PolicyValues().suggests[one]) for one in OUTCOMES}
    if "actions_after" in values:
        after = {one: values["actions_after"].get(one, PolicyValues().actions_after[one]) for one in DECISIONS}
        values["actions_after"] = {one: tuple(kinds) for one, kinds in after.items()}
    if "actions_second" in values:
        values["actions_second"] = tuple(values["actions_second"])
    if "jurisdictions" in values:
        values["jurisdictions"] = tuple(values["jurisdictions"])
    if "note_templates" in values:  # else a row from before there were any: the default, as for all others
        values["note_templates"] = tuple(values["note_templates"])
    return PolicyValues(**values)
