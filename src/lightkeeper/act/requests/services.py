"""What can be done with requests from authorities."""

from __future__ import annotations

from lightkeeper.act.requests.handing_over import hand_over
from lightkeeper.act.requests.handling import (
    approve_end,
    confirm_receipt,
    extend_due,
    needs_second,
    propose_end,
    renew,
    send_back,
    take_up,
    withdraw,
)
from lightkeeper.act.requests.registering import NewRequest, add_subjects, register
from lightkeeper.act.requests.subjects import About, cases_found_by

__all__ = [
    "About",
    "NewRequest",
    "add_subjects",
    "approve_end",
    "cases_found_by",
    "confirm_receipt",
    "extend_due",
    "hand_over",
    "needs_second",
    "propose_end",
    "register",
    "renew",
    "send_back",
    "take_up",
    "withdraw",
]
