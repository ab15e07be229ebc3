"""What the parts of the form of a draft share, and how a value is asked for and read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.reports.ncmec.common import Email, Phone
from lightkeeper.act.reports.ncmec.reading import retold
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.ncmec.storing import dump
from lightkeeper.act.reports.ncmec.xsd import ReportSchema
from lightkeeper.act.reports.services import Draft
from lightkeeper.record.services import COUNTRIES

MOST_LINES: Final = 20
SHOWN_TIME: Final = "%Y-%m-%dT%H:%M:%S"
_OFF: Final = {"autocomplete": "off"}
_T = TypeVar("_T", Email, Phone)


class Section(forms.Form):
    """One part of the form of a draft of a report. ``title`` is what it asks for."""

    title: ClassVar[str | Promise] = ""

    def __init__(self, *args: Any, report: Report, schema: ReportSchema, **more: Any) -> None:
        super().__init__(*args, **{"initial": self.known(report), **more})
        self.report = report
        self.offer(schema)
        for name, asked in self.fields.items():
            if isinstance(asked, Lines):
                asked.there = frozenset(self.initial.get(name) or ())

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now, as the fields have it."""
        raise NotImplementedError

    def offer(self, schema: ReportSchema) -> None:
        """Offer what the authority's schema has to choose from."""

    def changed(self, report: Report) -> Report:
        """The report with what the form says; everything else as it was."""
        raise NotImplementedError

    def applied(self, kept: Draft, before: Report) -> tuple[Draft, Report]:
        """The draft with what the form says; what it says otherwise was written by whoever drafted."""
        after = self.changed(before)
        sources = retold(before, after, kept.sources)
        return dataclasses.replace(kept, report=dump(after), sources=sources), after


def line(label: Any, longest: int = 255, help_text: Any = "") -> forms.CharField:
    """A field of one line."""
    widget = forms.TextInput(attrs=_OFF)
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget, help_text=help_text)


def text(label: Any, longest: int, help_text: Any = "", rows: int = 2) -> forms.CharField:
    """A field of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return Text(label=label, required=False, max_length=longest, widget=widget, help_text=help_text)


class Text(forms.CharField):
    """Several lines, which end as in a draft and not as browsers send them."""

    def to_python(self, value: Any) -> Any:
        """The text with plain ends of lines."""
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def maybe(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    """A field that says yes, no, or nothing."""
    choices = [("", gettext_lazy("Not said")), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]
    return forms.TypedChoiceField(
        label=label, required=False, choices=choices, coerce=lambda value: value == "true", empty_value=None,
        help_text=help_text,
    )  # fmt: skip


def as_maybe(said: bool | None) -> str:
    """How such a field has it."""
    return "" if said is None else "true" if said else "false"


def moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """A field of a moment in UTC, which is over."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=SHOWN_TIME)
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text, validators=[over])


def over(at: datetime) -> None:
    """Refuse a moment that is still to come."""
    if at >= now():
        raise ValidationError(_("This is still to come: the authority takes times that are over."))


def same_second(said: datetime | None, known: datetime | None) -> datetime | None:
    """What is known where the form says the same to the second, which is all that it shows."""
    if said is not None and known is not None and said == known.replace(microsecond=0):
        return known
    return said


def lines(label: Any, help_text: Any, longest: int, check: Callable[[str], Any] | None = None) -> Lines:
    """A field of one value a line."""
    return Lines(label=label, help_text=help_text, longest=longest, check=check)


class Lines(forms.CharField):
    """One value a line; each is checked, but for those that are ``there`` as the draft was made."""

    there: frozenset[str] = frozenset()

    def __init__(self, *, label: Any, help_text: Any, longest: int, check: Callable[[str], Any] | None) -> None:
        widget = forms.Textarea(attrs={"rows": 2, **_OFF})
        super().__init__(label=label, required=False, max_length=40_000, widget=widget, help_text=help_text)
        self.longest, self.check = longest, check

    def clean(self, value: Any) -> tuple[str, ...]:
        """Each line once, without blanks around it."""
        found = dict.fromkeys(one.strip() for one in str(super().clean(value)).splitlines() if one.strip())
        if len(found) > MOST_LINES:
            raise ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        for one in set(found) - self.there:
            if len(one) > self.longest:
                raise ValidationError(_("A line has at most %(most)d characters here.") % {"most": self.longest})
            if self.check is not None:
                self.check(one)
        return tuple(found)

    def prepare_value(self, value: Any) -> Any:
        """One a line."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value


def country(code: str) -> str:
    """The code of a country, in capitals. Raises ValidationError."""
    code = code.strip().upper()
    if code and code not in COUNTRIES:
        raise ValidationError(_("There is no country with this code."))
    return code


def same_texts(said: Iterable[str], known: Iterable[_T], make: Callable[[str], _T]) -> tuple[_T, ...]:
    """Addresses of these texts: those that are known with all else that is known of each, the others made."""
    there = {one.text: one for one in known}
    return tuple(there.get(each) or make(each) for each in said)
