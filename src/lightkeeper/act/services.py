"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.act.carrying_out import carry_out
from lightkeeper.act.channels import pause, resume, set_address
from lightkeeper.act.contributions import add_to_list
from lightkeeper.act.decisions import propose_decision, void_decision
from lightkeeper.act.keeping import erase_callbacks
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.replaying import replay, replay_since
from lightkeeper.act.signing_keys import make_signing_key, remove_next_signing_key, switch_signing_key
from lightkeeper.act.telling import DECISION_EVENT, decision_payload

__all__ = [
    "DECISION_EVENT",
    "add_to_list",
    "carry_out",
    "decision_payload",
    "erase_callbacks",
    "make_signing_key",
    "pause",
    "propose_decision",
    "queue_callback",
    "remove_next_signing_key",
    "replay",
    "replay_since",
    "resume",
    "set_address",
    "switch_signing_key",
    "void_decision",
]
