"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.people.alerts import acknowledge, close, raise_alert
from lightkeeper.people.allowances import spend
from lightkeeper.people.authentication import authenticate
from lightkeeper.people.clients import create_client, create_key, revoke_key, rotate_key, set_callbacks
from lightkeeper.people.last_used import start_flushing, stop_flushing
from lightkeeper.people.on_call import add_contact, move_contact, remove_contact

__all__ = [
    "acknowledge",
    "add_contact",
    "authenticate",
    "close",
    "create_client",
    "create_key",
    "move_contact",
    "raise_alert",
    "remove_contact",
    "revoke_key",
    "rotate_key",
    "set_callbacks",
    "spend",
    "start_flushing",
    "stop_flushing",
]
