"""What each value of the policy means, in one sentence: for the page, the form, and ``docs/policy.md``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from lightkeeper.record.types import RevealLevel

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value is called, and what it does."""

    title: _StrPromise
    says: _StrPromise


GROUPS: Final = (
    (_("When a case is due"), (
        "due_hours_imminent", "due_hours_critical", "due_hours_high", "due_hours_medium", "due_hours_low",
    )),
    (_("Measuring"), ("sample_percent",)),
    (_("Second review"), (
        "second_high_stakes", "second_unsure", "second_list_disagrees", "second_random_percent",
        "second_new_reviewer_grades", "break_glass_hours", "offers_need_view",
    )),
    (_("Reports to authorities"), ("report_second", "report_second_in_test")),
    (_("Requests of authorities"), ("request_second", "request_second_in_emergency")),
    (_("What is shown"), ("highest_level", "steps", "parts_first", "hold_seconds", "idle_seconds")),
    (_("Limits of a day"), (
        "cap_grey_count", "cap_grey_seconds", "cap_full_count", "cap_full_seconds", "looking_minutes", "break_minutes",
    )),
    (_("Cases"), ("cluster_radius", "case_items")),
    (_("Conversations"), (
        "conversations", "conversation_days", "conversation_cases_a_day", "moments", "moment_hold_minutes",
        "moment_drawn_percent",
    )),
    (_("Actions"), ("actions_after", "actions_second", "notice_hours_imminent")),
    (_("How long cases are kept"), ("jurisdictions", "keep_days", "keep_unfounded_days", "report_holds_end")),
    (_("Decisions and notes"), ("suggests", "note_templates")),
)  # fmt: skip
"""The values in the order in which people read them."""

MEANINGS: Final[dict[str, Meaning]] = {
    "due_hours_imminent": Meaning(
        _("Child in danger now"), _("So many hours after it was opened, a case with a child in danger now is due.")
    ),
    "due_hours_critical": Meaning(
        _("Severity critical"), _("So many hours after it was opened, a critical case is due.")
    ),
    "due_hours_high": Meaning(
        _("Severity high"), _("So many hours after it was opened, a case of high severity is due.")
    ),
    "due_hours_medium": Meaning(
        _("Severity medium"), _("So many hours after it was opened, a case of medium severity is due.")
    ),
    "due_hours_low": Meaning(
        _("Severity low"), _("So many hours after it was opened, a case of low severity is due.")
    ),
    "sample_percent": Meaning(
        _("Random share of findings"),
        _("This share of findings by likeness, in per cent, is drawn at random and reviewed whatever else is due, so"
          " that precision can be measured; it is never zero."),
    ),
    "second_high_stakes": Meaning(
        _("Second review: much depends on it"), _("A second person is asked where the first finds the gravest kinds.")
    ),
    "second_unsure": Meaning(
        _("Second review: unsure"), _("A second person is asked where the first is unsure or cannot tell.")
    ),
    "second_list_disagrees": Meaning(
        _("Second review: the list disagrees"),
        _("A second person is asked where the first grade and the category of the list do not agree."),
    ),
    "second_random_percent": Meaning(
        _("Second review: random share"),
        _("A second person is asked for this share of all first grades, in per cent, drawn at random."),
    ),
    "second_new_reviewer_grades": Meaning(
        _("Second review: new reviewers"),
        _("So many first grades of a new reviewer go to a second person; 0 for none."),
    ),
    "break_glass_hours": Meaning(
        _("Alone after"),
        _("After so many hours without a second person, one person may settle a case alone, with a reason."),
    ),
    "offers_need_view": Meaning(
        _("Offered grades need a view"),
        _("What only resembles a graded item, or was graded by one person, is looked at before that grade is"
          " confirmed."),
    ),
    "report_second": Meaning(
        _("Live reports: a second person"),
        _("A report to an authority is approved by another person than the one who drafted it."),
    ),
    "report_second_in_test": Meaning(
        _("Test reports: a second person"), _("In test mode, too, another person approves a report.")
    ),
    "request_second": Meaning(
        _("Requests: a second person"),
        _("How a request of an authority ends (answered, with what is handed over, or refused) is agreed to by another"
          " person than the one who proposed it."),
    ),
    "request_second_in_emergency": Meaning(
        _("Emergency disclosures: a second person"),
        _("An emergency disclosure waits for a second person, too."),
    ),
    "highest_level": Meaning(
        _("Highest level"), _("Nobody sees more of a picture than this level: a small tile, grey and half its size, or"
                              " all of it.")
    ),
    "steps": Meaning(_("Step by step"), _("Each level is shown only after the one below it.")),
    "parts_first": Meaning(
        _("Parts first"), _("At the highest level parts are shown first, and the whole only afterwards.")
    ),
    "hold_seconds": Meaning(_("Longest look"), _("After so many seconds a picture is veiled again by itself.")),
    "idle_seconds": Meaning(
        _("Veiled when idle"), _("After so many seconds without a sign of the reviewer everything is veiled.")
    ),
    "cap_grey_count": Meaning(
        _("Grey: looks a day"), _("A reviewer looks at grey pictures so many times a day, and no more.")
    ),
    "cap_grey_seconds": Meaning(
        _("Grey: seconds a day"), _("A reviewer looks at grey pictures for so many seconds a day, and no longer.")
    ),
    "cap_full_count": Meaning(
        _("Full: looks a day"), _("A reviewer looks at full pictures so many times a day, and no more.")
    ),
    "cap_full_seconds": Meaning(
        _("Full: seconds a day"), _("A reviewer looks at full pictures for so many seconds a day, and no longer.")
    ),
    "looking_minutes": Meaning(_("Break after"), _("After so many minutes of work with pictures a break is due.")),
    "break_minutes": Meaning(_("Length of a break"), _("A break lasts so many minutes; nothing is shown meanwhile.")),
    "cluster_radius": Meaning(
        _("Near-duplicates"), _("Pictures whose PDQ hashes differ in at most so many bits are graded once, together.")
    ),
    "case_items": Meaning(_("Items of a case"), _("A case takes so many items; more open another.")),
    "conversations": Meaning(
        _("Look at conversations"),
        _("Events of conversations are taken from platforms and looked at; off, all of them are refused."),
    ),
    "conversation_days": Meaning(
        _("Days of memory"),
        _("So many days after the last event about two people, what is kept of them (never words) is destroyed."),
    ),
    "conversation_cases_a_day": Meaning(
        _("Conversations a day"),
        _("People can look at so many conversations a day; how much it takes to open a case follows that."),
    ),
    "moments": Meaning(
        _("Answer at the four moments"),
        _("Platforms may ask what a child is shown at a friend request, a first message, a default or a block."),
    ),
    "moment_hold_minutes": Meaning(
        _("Longest hold"),
        _("A stranger's first message or friend request to a child waits at most so many minutes, then goes on."),
    ),
    "moment_drawn_percent": Meaning(
        _("Held at random"),
        _("This share of strangers' first messages and requests, in per cent, is held at random: it tells nothing."),
    ),
    "suggests": Meaning(
        _("Suggested decisions"), _("The decision that is suggested after each outcome of a grade; a person decides.")
    ),
    "actions_after": Meaning(
        _("Suggested actions"), _("The actions that are suggested after each decision; a person proposes them.")
    ),
    "actions_second": Meaning(
        _("Actions: a second person"),
        _("Another person than the one who proposed these actions approves them before they are carried out."),
    ),
    "notice_hours_imminent": Meaning(
        _("Users are told later"),
        _("Where a child is in danger now, users are not told of a consequence for so many hours, unless a person"
          " decides otherwise; 0 for no such delay."),
    ),
    "jurisdictions": Meaning(
        _("Whose rules of retention apply"),
        _("What a rule of one of these asks for is kept so long at least, or at most; without any, only our own"
          " lengths count."),
    ),
    "keep_days": Meaning(
        _("Confirmed cases: days kept"),
        _("So many days after it was closed, the content of a case is destroyed, unless a rule asks to keep it."),
    ),
    "keep_unfounded_days": Meaning(
        _("Unfounded cases: days kept"),
        _("So many days after it was closed, the content of a case that people found unfounded is destroyed;"
          " 0 for at once."),
    ),
    "report_holds_end": Meaning(
        _("Holds of reports end by themselves"),
        _("The legal hold of a filed report is lifted when the term of the law is over and the case is due for"
          " destruction; otherwise a person lifts it first."),
    ),
    "note_templates": Meaning(
        _("Sentences for notes"), _("Sentences that a reviewer can put into a note with one key.")
    ),
}  # fmt: skip

PLACES: Final = {"us": _("United States"), "uk": _("United Kingdom"), "eu": _("European Union")}
"""What jurisdictions are called."""

LEVELS: Final = {
    RevealLevel.TILE: _("A small tile"),
    RevealLevel.GREY: _("Grey, half its size"),
    RevealLevel.FULL: _("All of it"),
}
