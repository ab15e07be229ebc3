"""Reports for the tests of the room."""

from __future__ import annotations

from typing import Any

from lightkeeper.intake.public_reports import tickets
from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.receiving import NewReport, receive
from lightkeeper.intake.public_reports.saying import Says
from lightkeeper.intake.public_reports.states import Voice

ADDRESS = "https://pictures.example/album/7"


def new(*addresses: str, description: str = "", voice: Voice = Voice.ADULT, **values: Any) -> NewReport:
    """What somebody reports."""
    return NewReport(voice=voice, language="en", says=Says(addresses, description), **values)


def reported(*addresses: str, **values: Any) -> PublicReport:
    """A report that came by the form."""
    return found(receive(new(*addresses, **values), tickets.new_token()))


def found(ticket: str) -> PublicReport:
    """The report of a ticket as it was shown."""
    read = tickets.read(ticket)
    assert read is not None
    return PublicReport.objects.get(ticket_index=tickets.ticket_index(read))
