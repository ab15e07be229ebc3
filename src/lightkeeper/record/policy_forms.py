"""The form by which the policy is changed: a field for each value, with its meaning and its range."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.record.policy import (
    CASE_ACTIONS,
    DECISIONS,
    LONGEST_REASON,
    LONGEST_TEMPLATE,
    MOST_TEMPLATES,
    OUTCOMES,
    RANGES,
    SUGGESTED_ACTIONS,
    PolicyValues,
)
from lightkeeper.record.policy_history import NAMES
from lightkeeper.record.policy_meanings import GROUPS, LEVELS, MEANINGS, PLACES
from lightkeeper.record.retention_rules import JURISDICTIONS

SUGGESTS: Final = "suggests-"
"""What the names of the fields for suggestions begin with."""
AFTER: Final = "actions_after-"
"""What the names of the fields for suggested actions begin with."""


class PolicyForm(forms.Form):
    """All values as they are, to be changed. ``words`` are what outcomes and decisions are called."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It stands in the history under your name. No content, and nothing about a person."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, values: PolicyValues, words: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.values = values
        self.fields["version"].initial = values.version
        reason = self.fields.pop("reason")
        for _title, names in GROUPS:
            for name in names:
                self.fields.update(_fields(name, values, words))
        self.fields["reason"] = reason

    def groups(self) -> list[tuple[object, list[forms.BoundField]]]:
        """The fields as the page of the policy groups them."""
        return [(title, [self[field] for name in names for field in _names_of(name)]) for title, names in GROUPS]

    def changes(self) -> dict[str, Any]:
        """What was changed, as ``change_policy`` takes it."""
        data = self.cleaned_data
        asked = {name: data[name] for name in NAMES if name in data}
        asked["suggests"] = {outcome: data[f"{SUGGESTS}{outcome}"] for outcome in OUTCOMES}
        asked["actions_after"] = {one: tuple(data[f"{AFTER}{one}"]) for one in DECISIONS}
        asked["actions_second"] = tuple(data["actions_second"])
        asked["jurisdictions"] = tuple(data["jurisdictions"])
        asked["note_templates"] = tuple(line.strip() for line in data["note_templates"].splitlines() if line.strip())
        return {name: value for name, value in asked.items() if value != getattr(self.values, name)}


def _names_of(name: str) -> list[str]:
    if name == "actions_after":
        return [f"{AFTER}{decision}" for decision in DECISIONS]
    return [f"{SUGGESTS}{outcome}" for outcome in OUTCOMES] if name == "suggests" else [name]


def _fields(name: str, values: PolicyValues, words: Mapping[str, str]) -> dict[str, forms.Field]:
    now, meaning = getattr(values, name), MEANINGS[name]
    said: dict[str, Any] = {"label": meaning.title, "help_text": meaning.says, "initial": now}
    if name == "suggests":
        return {
            f"{SUGGESTS}{outcome}": forms.ChoiceField(
                label=_("Suggested after “%(outcome)s”") % {"outcome": words.get(outcome, outcome)},
                choices=[(one, words.get(one, one)) for one in DECISIONS],
                initial=now.get(outcome),
            )
            for outcome in OUTCOMES
        }
    if name == "actions_after":
        return {
            f"{AFTER}{decision}": _some_of(
                SUGGESTED_ACTIONS, words, initial=now.get(decision, ()),
                label=_("Suggested after “%(decision)s”") % {"decision": words.get(decision, decision)},
            )
            for decision in DECISIONS
        }  # fmt: skip
    if name == "actions_second":
        return {name: _some_of(CASE_ACTIONS, words, **said)}
    if name == "jurisdictions":
        return {name: _some_of(JURISDICTIONS, {code: str(label) for code, label in PLACES.items()}, **said)}
    if name == "note_templates":
        lines = _("One a line: at most %(count)d lines of %(most)d characters.")
        said["help_text"] = f"{meaning.says} {lines % {'count': MOST_TEMPLATES, 'most': LONGEST_TEMPLATE}}"
        said["initial"] = "\n".join(now)
        return {name: forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 6}), **said)}
    if name == "highest_level":
        return {name: forms.ChoiceField(choices=list(LEVELS.items()), **said)}
    if name in RANGES:
        least, most = RANGES[name]
        said["help_text"] = f"{meaning.says} {range_of(name)}"
        return {name: forms.IntegerField(min_value=least, max_value=most, **said)}
    return {name: forms.BooleanField(required=False, **said)}


def _some_of(codes: Sequence[str], words: Mapping[str, str], **said: Any) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=[(one, words.get(one, one)) for one in codes], required=False, widget=forms.CheckboxSelectMultiple,
        **said,
    )  # fmt: skip


def range_of(name: str) -> str:
    """From what to what a value may be, as a sentence; "" where it has no range."""
    if name not in RANGES:
        return ""
    least, most = RANGES[name]
    return _("From %(least)d to %(most)d.") % {"least": least, "most": most}


def missing() -> set[str]:
    """Values that have no meaning or no place on the page, and the other way round; for the tests."""
    placed = {name for _title, names in GROUPS for name in names}
    known = {field.name for field in dataclasses.fields(PolicyValues)} - {"version"}
    return (placed ^ known) | (MEANINGS.keys() ^ known)
