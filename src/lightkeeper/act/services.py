"""What the room offers to the rooms above it: every write, one concept a file behind it."""

from __future__ import annotations

from lightkeeper.act.asking import ask_for_text
from lightkeeper.act.carrying_out import carry_out
from lightkeeper.act.case_actions import approve_action, propose_action, refuse_action, withdraw_action
from lightkeeper.act.channels import pause, resume, set_address, set_conversation_address
from lightkeeper.act.contributions import add_address_to_list, add_hashes_to_list, add_to_list
from lightkeeper.act.decisions import propose_decision, void_decision
from lightkeeper.act.keeping import erase_callbacks
from lightkeeper.act.notices import begin_delay, end_delay, extend_delay
from lightkeeper.act.parties.confirming import confirm_party
from lightkeeper.act.parties.types import PartyRefused
from lightkeeper.act.parties.victims import add_victim, change_victim, show_victims, withdraw_victim
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.replaying import replay, replay_since
from lightkeeper.act.requests.archive import NotWritten, write_export
from lightkeeper.act.requests.subjects import cases_found_by
from lightkeeper.act.reversing import reverse_action, reverse_decision
from lightkeeper.act.signing_keys import make_signing_key, remove_next_signing_key, switch_signing_key
from lightkeeper.act.telling import DECISION_EVENT, decision_payload

__all__ = [
    "DECISION_EVENT",
    "NotWritten",
    "PartyRefused",
    "add_address_to_list",
    "add_hashes_to_list",
    "add_to_list",
    "add_victim",
    "approve_action",
    "ask_for_text",
    "begin_delay",
    "carry_out",
    "cases_found_by",
    "change_victim",
    "confirm_party",
    "decision_payload",
    "end_delay",
    "erase_callbacks",
    "extend_delay",
    "make_signing_key",
    "pause",
    "propose_action",
    "propose_decision",
    "queue_callback",
    "refuse_action",
    "remove_next_signing_key",
    "replay",
    "replay_since",
    "resume",
    "reverse_action",
    "reverse_decision",
    "set_address",
    "set_conversation_address",
    "show_victims",
    "switch_signing_key",
    "void_decision",
    "withdraw_action",
    "withdraw_victim",
    "write_export",
]
