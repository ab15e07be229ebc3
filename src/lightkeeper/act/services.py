"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.act.channels import pause, resume, set_address
from lightkeeper.act.keeping import erase_callbacks
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.replaying import replay, replay_since
from lightkeeper.act.signing_keys import make_signing_key, remove_next_signing_key, switch_signing_key

__all__ = [
    "erase_callbacks",
    "make_signing_key",
    "pause",
    "queue_callback",
    "remove_next_signing_key",
    "replay",
    "replay_since",
    "resume",
    "set_address",
    "switch_signing_key",
]
