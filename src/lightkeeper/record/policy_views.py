"""The pages of the policy. Who may see and change it is said in ``web/record_pages.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lightkeeper.record.errors import PolicyError
from lightkeeper.record.policy import PolicyValues, change_policy, current_policy
from lightkeeper.record.policy_forms import PolicyForm, range_of
from lightkeeper.record.policy_history import Version, history, since
from lightkeeper.record.policy_meanings import GROUPS, LEVELS, MEANINGS, PLACES
from lightkeeper.record.types import Actor, RevealLevel


def policy(
    request: HttpRequest, *, names: Mapping[str, str], words: Mapping[str, str], may_change: bool
) -> HttpResponse:
    """The policy in force, each value with what it means and since when, and how it came to be so.

    ``names`` are people by number, ``words`` what outcomes and decisions are called.
    """
    versions = history()
    context = {
        "now": versions[0].values,
        "groups": _groups(versions, words),
        "versions": [_version(one, names, words) for one in versions],
        "may_change": may_change,
    }
    return render(request, "record/policy.html", context)


def change(request: HttpRequest, *, by: Actor, words: Mapping[str, str]) -> HttpResponse:
    """Put a new version of the policy in force."""
    values = current_policy()
    form = PolicyForm(request.POST or None, values=values, words=words)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] != values.version:
            form.add_error(None, _("Somebody else changed the policy meanwhile. Load this page again."))
        elif not (changes := form.changes()):
            form.add_error(None, _("Nothing was changed."))
        else:
            try:
                made = change_policy(changes, reason=form.cleaned_data["reason"], actor=by)
            except PolicyError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Version %(version)d is in force.") % {"version": made.version})
                return redirect("record:policy")
    return render(request, "record/change_policy.html", {"form": form, "version": values.version})


def _groups(versions: list[Version], words: Mapping[str, str]) -> list[tuple[Any, list[dict[str, Any]]]]:
    now, delivered, changed = versions[0].values, PolicyValues(), since(versions)
    return [
        (
            title,
            [
                {
                    "name": name,
                    "meaning": MEANINGS[name],
                    "value": shown(getattr(now, name), words),
                    "default": shown(getattr(delivered, name), words),
                    "range": range_of(name),
                    "since": changed[name],
                    "own": getattr(now, name) != getattr(delivered, name),
                }
                for name in names
            ],
        )
        for title, names in GROUPS
    ]


def _version(one: Version, names: Mapping[str, str], words: Mapping[str, str]) -> dict[str, Any]:
    changes = [
        (change.name, MEANINGS[change.name].title, shown(change.before, words), shown(change.after, words))
        for change in one.changes
    ]
    return {"version": one, "by": names.get(one.made_by, ""), "changes": changes}


def shown(value: object, words: Mapping[str, str]) -> list[str]:
    """A value as people read it, in lines."""
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    if isinstance(value, Mapping):
        return [f"{words.get(key, key)}: {', '.join(shown(one, words)) if one else '–'}" for key, one in value.items()]
    if isinstance(value, list | tuple):
        return [str(PLACES.get(str(one), words.get(str(one), str(one)))) for one in value] or ["–"]
    if isinstance(value, str) and value in RevealLevel.values:
        return [str(LEVELS[RevealLevel(value)])]
    return [words.get(str(value), str(value))]
