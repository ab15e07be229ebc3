"""What people fill in about entries. Values that were pasted are never given back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lightkeeper.lists.checking import LONGEST_ENTRY_REASON
from lightkeeper.lists.forms import reason_field
from lightkeeper.lists.lines import LONGEST_TEXT
from lightkeeper.lists.states import ENTRY_MOVES
from lightkeeper.lists.types import EntryState

MOVES = {
    EntryState.DISPUTED: _("dispute: it is found, and withholds nothing by itself"),
    EntryState.QUARANTINED: _("quarantine: it is not searched for until somebody looked"),
    EntryState.WITHDRAWN: _("withdraw: it is not searched for"),
    EntryState.ACTIVE: _("restore: it is searched for, whatever a source says"),
}
"""What a person can make of an entry, by the state that it then has."""


class SecretLines(forms.Textarea):
    """Takes lines with values and never shows them again."""

    def __init__(self) -> None:
        super().__init__({"rows": 6, "spellcheck": "false", "autocomplete": "off", "class": "mono"})

    def format_value(self, value: Any) -> None:
        """Nothing."""
        del value


def _lines(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, widget=SecretLines(), strip=False,
        help_text=_(
            "A line each: algorithm, value, and perhaps id and category. What is wrong is said by line; after an error "
            "paste them again: the page never gives them back."
        ),
        **more,
    )  # fmt: skip


class AddForm(forms.Form):
    """Values that are added to a list."""

    lines = _lines(_("Values"), required=False)
    file = forms.FileField(
        label=_("Or a file of such lines"), required=False, help_text=_("Text in UTF-8; it is kept in memory only.")
    )
    reason = reason_field(LONGEST_ENTRY_REASON)

    def clean_file(self) -> str:
        """The text of the file, "" without one."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is no text in UTF-8.")) from None

    def clean(self) -> dict[str, Any]:
        """One of both."""
        data = super().clean() or {}
        given = [text for text in (data.get("lines"), data.get("file")) if text and text.strip()]
        if "lines" in data and "file" in data and len(given) != 1:
            raise forms.ValidationError(_("Give either lines or a file."))
        return {**data, "text": "".join(given)}


class _MoveForm(forms.Form):
    state = forms.ChoiceField(label=_("What is to become of it"), widget=forms.RadioSelect, choices=list(MOVES.items()))
    reason = reason_field(LONGEST_ENTRY_REASON)


class MoveForm(_MoveForm):
    """Another state for one entry."""

    def __init__(self, *args: Any, of: EntryState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = [(state, says) for state, says in MOVES.items() if state in ENTRY_MOVES[of]]
        self.fields["state"].choices = moves  # type: ignore[attr-defined]  # it is the field of choices above


class MoveByValueForm(_MoveForm):
    """Another state for the entries that have these values."""

    lines = _lines(_("Values of the entries"))
    field_order = ("lines", "state", "reason")
