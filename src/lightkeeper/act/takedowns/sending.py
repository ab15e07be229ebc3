"""Sending a notice by e-mail: tried until the server takes it, always with the same Message-ID.

A worker that dies between the server's yes and the commit sends it once more: for a notice that is better than never,
and whoever gets it twice sees by its Message-ID that it is one.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.timezone import now

from lightkeeper.act.takedowns.models import Takedown
from lightkeeper.act.takedowns.services import event, locked, move, sent
from lightkeeper.act.takedowns.states import FIRST_WAIT, TRIES, WAITING, TakedownState, Way
from lightkeeper.act.takedowns.writing import Letter, letter_of
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.types import Actor
from lightkeeper.runtime.services import Later

_logger = logging.getLogger(__name__)


def deliver(takedown_id: int) -> None:
    """Send one notice. Raises Later where the server may take it another time."""
    row = Takedown.objects.select_related("recipient").filter(pk=takedown_id, state=TakedownState.SENDING).first()
    if row is None:
        return
    letter = letter_of(row.content, row.public.bytes)
    problem, final = ("destroyed", True) if letter is None else _sent(row, letter)
    again = _noted(row, problem, final=final)
    if again is not None:
        raise Later(after=again)


def _sent(row: Takedown, letter: Letter) -> tuple[str, bool]:
    """Hand it to the server; gives the code of what went wrong ("" for nothing), and whether that is final."""
    message = EmailMessage(
        letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [row.recipient.email],
        headers={"Message-ID": row.message_id},
    )  # fmt: skip
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=550)
        return f"smtp_{code}", code >= 500
    except SMTPResponseException as error:
        return f"smtp_{error.smtp_code}", error.smtp_code >= 500
    except Exception as error:  # noqa: BLE001  # whatever a mail server does, the notice is kept and tried again
        _logger.warning("a takedown notice could not be sent: %s", type(error).__name__)
        return type(error).__name__.lower()[:64], False
    return "", False


@transaction.atomic
def _noted(takedown: Takedown, problem: str, *, final: bool) -> timedelta | None:
    """Write how it went; gives after what time to try again."""
    row = locked(takedown)
    if row.state != TakedownState.SENDING:
        return None
    row.tries += 1
    if not problem:
        sent(row, Way.MAIL)
        event(Event.ACT_TAKEDOWN_SENT, row, Actor.system(), tries=row.tries)
        return None
    row.problem = problem
    if not final and row.tries < TRIES:
        row.save(update_fields=["tries", "problem"])
        wait: timedelta = FIRST_WAIT * 2 ** (row.tries - 1)
        return wait
    move(row, TakedownState.UNSENT)
    row.save(update_fields=["state", "tries", "problem"])
    event(Event.ACT_TAKEDOWN_FAILED, row, Actor.system(), problem=problem, tries=row.tries)
    raise_alert(AlertKind.TAKEDOWN_FAILED, key=f"takedown_failed:{row.pk}", urgent=False, path=path_of(row))
    return None


@transaction.atomic
def look_if_overdue(takedown_id: int) -> None:
    """Tell whoever is on call of an address that should be gone and is not, as far as is known."""
    row = Takedown.objects.filter(pk=takedown_id, state__in=WAITING).first()
    if row is None or row.due_at is None:
        return
    if row.due_at > now():
        raise Later(after=row.due_at - now())
    raise_alert(AlertKind.TAKEDOWN_OVERDUE, key=f"takedown_overdue:{row.pk}", urgent=False, path=path_of(row))


def path_of(row: Takedown) -> str:
    """Where the console shows it."""
    return f"/takedowns/{row.public}/"
