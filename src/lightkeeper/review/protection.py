"""How somebody is protected: the organisation's floor, strengthened by what they chose, never weakened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.policy import RANGES, PolicyValues, current_policy
from lightkeeper.record.services import write_event
from lightkeeper.record.types import RevealLevel, Subject
from lightkeeper.review import exposure
from lightkeeper.review.exposure import CAPPED, LevelBudget
from lightkeeper.review.models import Protection, Shift
from lightkeeper.review.shift import break_due_at, rests_until

OPT_OUTS: Final = ("still", "motion", "sound", "text", "critical", "high")
"""What somebody may refuse to take: kinds of exposure, and severities."""

LEVELS: Final = tuple(RevealLevel.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protecting:
    """What is in force for one person. ``toggle``: they press to show and press to veil, as holding a key is hard."""

    highest_level: str
    steps: bool
    parts_first: bool
    hold_seconds: int
    idle_seconds: int
    toggle: bool = False
    opt_outs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of somebody's day, by level, and when they rest; times are None where there is no such time."""

    levels: Mapping[str, LevelBudget]
    break_due_at: datetime | None
    rests_until: datetime | None
    protecting: Protecting

    @property
    def spent(self) -> tuple[str, ...]:
        """The levels that this person could see and of which nothing is left today."""
        reach = LEVELS[: LEVELS.index(self.protecting.highest_level) + 1]
        return tuple(level for level in CAPPED if level in reach and self.levels[level].spent)


def effective(person: Person, policy: PolicyValues | None = None) -> Protecting:
    """What is in force: of each value the stronger one of floor and choice, whenever the floor was changed."""
    floor = policy or current_policy()
    row = Protection.objects.filter(person=person).first()
    own: dict[str, Any] = row.values if row else {}
    return Protecting(
        highest_level=min(floor.highest_level, own.get("highest_level", "full"), key=LEVELS.index),
        steps=floor.steps or bool(own.get("steps")),
        parts_first=floor.parts_first or bool(own.get("parts_first")),
        hold_seconds=min(floor.hold_seconds, own.get("hold_seconds", floor.hold_seconds)),
        idle_seconds=min(floor.idle_seconds, own.get("idle_seconds", floor.idle_seconds)),
        toggle=bool(own.get("toggle")),
        opt_outs=frozenset(own.get("opt_outs", ())),
    )


def budget(person: Person) -> Budget:
    """What is left of this person's day, over all devices."""
    policy, at = current_policy(), now()
    shift = Shift.objects.filter(person=person).first()
    return Budget(
        exposure.budgets(person, policy, at),
        break_due_at(shift, policy, at),
        rests_until(shift, policy, at),
        effective(person, policy),
    )


@transaction.atomic
def change_protection(person: Person, values: Mapping[str, Any]) -> Protecting:
    """Change some of a person's own values, by themselves. ValidationError names the floor that one would weaken."""
    floor = current_policy()
    for name, value in values.items():
        _check(name, value, floor)
    Protection.objects.get_or_create(person=person, defaults={"changed_at": now()})
    row = Protection.objects.select_for_update().get(person=person)
    row.values = {**row.values, **{name: _stored(value) for name, value in values.items()}}
    row.changed_at = now()
    row.save(update_fields=["values", "changed_at"])
    write_event(Event.REVIEW_PROTECTION_CHANGED, actor=person.actor, subject=Subject("person", str(person.pk)))
    return effective(person, floor)


def _check(name: str, value: object, floor: PolicyValues) -> None:
    if name == "highest_level":
        if not isinstance(value, str) or value not in LEVELS:
            raise ValidationError({name: _("Choose tile, grey or full.")})
        if LEVELS.index(value) > LEVELS.index(floor.highest_level):
            level = RevealLevel(floor.highest_level).label
            raise ValidationError({name: _("Your organisation shows no more than: %(level)s.") % {"level": level}})
    elif name in ("steps", "parts_first", "toggle"):
        _check_switch(name, value, floor)
    elif name in ("hold_seconds", "idle_seconds"):
        least, most = RANGES[name][0], getattr(floor, name)
        if type(value) is not int or not least <= value <= most:
            words = _("Choose from %(least)d to %(most)d seconds; your organisation's limit is %(most)d seconds.")
            raise ValidationError({name: words % {"least": least, "most": most}})
    elif name == "opt_outs":
        if not isinstance(value, list | tuple | set | frozenset) or not set(value) <= set(OPT_OUTS):
            raise ValidationError({name: _("Choose among what is offered.")})
    else:
        raise ValidationError(_("There is no such setting."))


def _check_switch(name: str, value: object, floor: PolicyValues) -> None:
    if not isinstance(value, bool):
        raise ValidationError({name: _("Choose yes or no.")})
    if name != "toggle" and getattr(floor, name) and not value:
        raise ValidationError({name: _("Your organisation asks for this; it cannot be switched off.")})


def _stored(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset | list | tuple) else value
