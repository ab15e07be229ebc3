"""How it stands with the words of a conversation: what is said of each state, and what can be done."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class TextStanding(enum.StrEnum):
    """How it stands with the words."""

    VEILED = "veiled"
    KEPT = "kept"
    ASKED = "asked"
    SHOWN = "shown"
    NO_TEXT = "no_text"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    MALFORMED = "malformed"
    STOPPED = "stopped"
    GONE = "gone"
    NOT_THEIRS = "not_theirs"
    SETTLED = "settled"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class TextWords:
    """What happened, what to do, and what the button says; "" for no button: asking would be of no use."""

    title: str | StrPromise
    says: str | StrPromise
    button: str | StrPromise = ""


TEXTS: Final = {
    TextStanding.VEILED: TextWords(
        _("The words are veiled."),
        _("The platform keeps them; it is asked only when you do."),
        _("Ask for the words"),
    ),
    TextStanding.KEPT: TextWords(
        _("The words are veiled."),
        _("The platform gave them; they are kept, sealed, until the case closes."),
        _("Show the words"),
    ),
    TextStanding.ASKED: TextWords(
        _("The platform is being asked."),
        _("It may take half a minute. Ask again after that."),
        _("Ask again"),
    ),
    TextStanding.SHOWN: TextWords(
        _("The words are shown."),
        _("They go when you leave the window, press Esc, or touch nothing for a while."),
        _("Show them anew"),
    ),
    TextStanding.NO_TEXT: TextWords(
        _("There are no words to ask for."),
        _("The platform cannot read them, as where all is encrypted from end to end. Judge by the signs."),
    ),
    TextStanding.NO_ADDRESS: TextWords(
        _("Nobody can be asked for the words."),
        _("The platform gave no address for that; an administrator can enter one. Judge by the signs, or hand over."),
    ),
    TextStanding.REFUSED: TextWords(
        _("The platform refused."),
        _("It answered, but gave no words. Ask once more; if it refuses again, tell your lead and judge by the signs."),
        _("Ask once more"),
    ),
    TextStanding.TIMED_OUT: TextWords(
        _("The platform did not answer in time."),
        _("Wait a minute and ask once more. Your judgement need not wait for it."),
        _("Ask once more"),
    ),
    TextStanding.FAILED: TextWords(
        _("The platform could not be reached."),
        _("Ask once more in a minute; if it stays so, tell whoever runs the service. Judge by the signs."),
        _("Ask once more"),
    ),
    TextStanding.MALFORMED: TextWords(
        _("The platform's answer cannot be used."),
        _("Nothing of it was kept. Tell whoever runs the service, and judge by the signs."),
        _("Ask once more"),
    ),
    TextStanding.STOPPED: TextWords(_("Asking was cut short."), _("Nothing was kept. Ask again."), _("Ask again")),
    TextStanding.GONE: TextWords(
        _("The words are gone."),
        _("The platform does not have them any more. Judge by the signs; “cannot tell” is a good answer."),
    ),
    TextStanding.NOT_THEIRS: TextWords(
        _("The words are veiled."), _("They are shown to whoever has the case. Take the case first.")
    ),
    TextStanding.SETTLED: TextWords(
        _("The words are not shown any more."),
        _("This conversation is settled. What was kept of it went with the case, but for what a report cites."),
    ),
    TextStanding.NOT_ALLOWED: TextWords(_("The words are veiled."), _("You see cases without their content.")),
}
