"""What can be done with public reports."""

from __future__ import annotations

from lightkeeper.intake.public_reports.handling import close, close_as_spam, fold, pass_on, show, show_contact
from lightkeeper.intake.public_reports.purging import purge_public_reports
from lightkeeper.intake.public_reports.receiving import NewReport, receive, receive_trusted

__all__ = [
    "NewReport",
    "close",
    "close_as_spam",
    "fold",
    "pass_on",
    "purge_public_reports",
    "receive",
    "receive_trusted",
    "show",
    "show_contact",
]
