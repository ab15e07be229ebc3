"""What other rooms and the pages ask about people."""

from __future__ import annotations

from lightkeeper.people.account_queries import Accounts, accounts
from lightkeeper.people.alert_queries import on_call
from lightkeeper.people.client_queries import api_keys, callback_events, client_named
from lightkeeper.people.person_queries import has_second_factor, open_grant, sees_content

__all__ = [
    "Accounts",
    "accounts",
    "api_keys",
    "callback_events",
    "client_named",
    "has_second_factor",
    "on_call",
    "open_grant",
    "sees_content",
]
