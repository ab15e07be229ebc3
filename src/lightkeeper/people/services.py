"""What the room offers to the rooms above it: every write."""

from __future__ import annotations

from lightkeeper.people.accounts import (
    activate,
    change_password,
    change_role,
    deactivate,
    end_sessions,
    invite_person,
    reset_second_factor,
    unlock,
)
from lightkeeper.people.alerts import acknowledge_alert, close_alert, raise_alert
from lightkeeper.people.allowances import spend
from lightkeeper.people.authentication import authenticate
from lightkeeper.people.clients import create_client, create_key, revoke_key, rotate_key, set_callbacks
from lightkeeper.people.content_grants import end_content_grant, give_content_grant
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.last_used import start_flushing, stop_flushing
from lightkeeper.people.links import make_link
from lightkeeper.people.on_call import add_contact, move_contact, remove_contact

__all__ = [
    "PeopleError",
    "acknowledge_alert",
    "activate",
    "add_contact",
    "authenticate",
    "change_password",
    "change_role",
    "close_alert",
    "create_client",
    "create_key",
    "deactivate",
    "end_content_grant",
    "end_sessions",
    "give_content_grant",
    "invite_person",
    "make_link",
    "move_contact",
    "raise_alert",
    "remove_contact",
    "reset_second_factor",
    "revoke_key",
    "rotate_key",
    "set_callbacks",
    "spend",
    "start_flushing",
    "stop_flushing",
    "unlock",
]
