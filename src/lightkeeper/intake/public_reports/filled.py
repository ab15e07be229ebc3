"""A form as somebody filled it in: cleaned, checked, with a kind sentence at each field that is not right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lightkeeper.intake.public_reports import cleaning
from lightkeeper.intake.public_reports.receiving import NewReport
from lightkeeper.intake.public_reports.saying import Says
from lightkeeper.intake.public_reports.states import Danger, SeenOn, Voice
from lightkeeper.intake.public_reports.words import Words, fill

TRAP: Final = "homepage"
"""The name of a field that people do not see and that programs fill in."""
_SHOWN_AGAIN: Final = 3 * cleaning.LONGEST_DESCRIPTION
"""Characters of what was entered that a form shows again, at the most."""


@dataclass(slots=True)
class Filled:
    """What was entered, and by field what is wrong with it. ``of_form`` is wrong with all of it together."""

    addresses: str = ""
    description: str = ""
    seen_on: str = SeenOn.UNKNOWN.value
    danger: str = ""
    contact: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    of_form: str = ""
    typed: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors and not self.of_form

    def new(self, voice: Voice, language: str, *, trapped: bool) -> NewReport:
        """The report, where nothing is wrong."""
        return NewReport(
            voice=voice, language=language, says=Says(self.typed, self.description), seen_on=SeenOn(self.seen_on),
            danger=Danger(self.danger), contact=self.contact, suspected=trapped,
        )  # fmt: skip


def filled(sent: Mapping[str, str], words: Words) -> Filled:
    """Read what was sent. Every sentence is ours: none repeats what was typed."""
    form = Filled(
        addresses=cleaning.lines(sent.get("addresses", "")),
        description=cleaning.lines(sent.get("description", "")),
        seen_on=sent.get("seen_on", SeenOn.UNKNOWN.value),
        danger=sent.get("danger", ""),
        contact=cleaning.one_line(sent.get("contact", "")),
    )
    say = words.common
    _check_addresses(form, say)
    for name, most in (("description", cleaning.LONGEST_DESCRIPTION), ("contact", cleaning.LONGEST_CONTACT)):
        if len(getattr(form, name)) > most:
            form.errors[name] = fill(say["error_long"], most=most)
    if form.seen_on not in SeenOn.values:
        form.seen_on, form.errors["seen_on"] = SeenOn.UNKNOWN.value, say["error_choice"]
    if form.danger not in Danger.values:
        form.danger, form.errors["danger"] = "", say["error_choice"]
    if not form.typed and not form.description and "addresses" not in form.errors:
        form.errors["addresses"] = say["error_nothing"]
    form.addresses, form.description = form.addresses[:_SHOWN_AGAIN], form.description[:_SHOWN_AGAIN]
    return form


def _check_addresses(form: Filled, say: Mapping[str, str]) -> None:
    found = cleaning.addresses(form.addresses)
    form.typed = found.typed
    if found.wrong_line is not None:
        form.errors["addresses"] = fill(say["error_line"], line=found.wrong_line)
    elif found.too_many:
        form.errors["addresses"] = fill(say["error_many"], most=cleaning.MOST_ADDRESSES)
