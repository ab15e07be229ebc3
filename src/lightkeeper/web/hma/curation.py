"""``/c/…``: banks with their contents, and how exchanges stand. Values are never shown, credentials never taken.

What a machine may do here is bounded by the first law: a bank that is made starts on trial, and a person vets it in the
console; contents can be added to and taken out of our own lists, not out of those that are fetched from a source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, JsonResponse

from lightkeeper.intake.types import Refused
from lightkeeper.lists import queries as lists
from lightkeeper.lists.services import add_entries, create_list, move_entry, set_status
from lightkeeper.lists.types import EntryState, ListInfo, ListStatus, NewEntry, RunOutcome
from lightkeeper.people.client_types import AuthenticatedClient, Scope
from lightkeeper.web.hma import banks, contents, hashing, matching
from lightkeeper.web.hma.access import actor_of, answered

_REASON: Final = "through the address for callers of HMA"
_ENABLED, _DISABLED = 1, 0


def _banks(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del request, client
    return JsonResponse([banks.shown(name, info) for name, info in banks.banks().items()], safe=False)


def _make_bank(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    name = matching.json_object(request).get("name")
    if not isinstance(name, str) or not banks.NAME.fullmatch(name):
        raise Refused(400, "name", "The name of a bank is capitals, digits and underscores, and no digit first.")
    if name in banks.banks():
        raise Refused(403, "taken", "There is a bank of this name already.")
    create_list(name=name, actor=actor_of(client))
    return JsonResponse(banks.shown(name, banks.bank(name)), status=201)


def _bank(request: HttpRequest, client: AuthenticatedClient, name: str) -> JsonResponse:
    del request, client
    return JsonResponse(banks.shown(name, banks.bank(name)))


def _change_bank(request: HttpRequest, client: AuthenticatedClient, name: str) -> JsonResponse:
    info, asked = banks.bank(name), matching.json_object(request)
    ratio = asked.get("enabled_ratio", asked.get("matching_enabled_ratio"))
    if not set(asked) <= {"enabled_ratio", "matching_enabled_ratio", "name"} or asked.get("name", name) != name:
        raise Refused(400, "change", "Only enabled_ratio can be changed here; a list keeps its name.")
    if ratio != 0:
        raise Refused(403, "vetting", "A person switches a list on, in the console, with a reason; 0 switches it off.")
    if info.status != ListStatus.QUARANTINED:
        set_status(info.id, ListStatus.QUARANTINED, reason=_REASON, actor=actor_of(client))
    return JsonResponse(banks.shown(name, banks.bank(name)))


def _add_content(request: HttpRequest, client: AuthenticatedClient, name: str) -> JsonResponse:
    info = _own_bank(name)
    content = contents.fetched(request) if request.GET.get("url") else contents.sent(request)
    signals = hashing.hashes(content)
    if not signals:
        raise Refused(422, "unmatchable", "The picture has too little in it to be recognised; nothing was added.")
    return _added(info, signals, client)


def _add_signal(request: HttpRequest, client: AuthenticatedClient, name: str) -> JsonResponse:
    info, signals = _own_bank(name), matching.json_object(request)
    if not signals or not all(isinstance(value, str) for value in signals.values()):
        raise Refused(400, "signal", 'Send signals by type, such as {"pdq": "…"}.')
    return _added(info, signals, client)


def _added(info: ListInfo, signals: Mapping[str, str], client: AuthenticatedClient) -> JsonResponse:
    values = [matching.value_of(name, signal) for name, signal in signals.items()]
    entries = [NewEntry(algorithm, value) for algorithm, value in values]
    keys = add_entries(info.id, entries, actor=actor_of(client), reason=_REASON)
    return JsonResponse({"id": keys[0], "signals": dict(signals)}, status=201)


def _content(request: HttpRequest, client: AuthenticatedClient, name: str, content: int) -> JsonResponse:
    del request, client
    return JsonResponse(_shown(name, content, _state(name, content)))


def _change_content(request: HttpRequest, client: AuthenticatedClient, name: str, content: int) -> JsonResponse:
    state, until = _state(name, content), matching.json_object(request).get("disable_until_ts")
    _own_bank(name)
    if until not in (_ENABLED, _DISABLED) or isinstance(until, bool):
        raise Refused(400, "change", "disable_until_ts is 0 to disable a content, 1 to enable it; times are not kept.")
    wanted = EntryState.ACTIVE if until == _ENABLED else EntryState.WITHDRAWN
    if state != wanted:
        move_entry(content, wanted, reason=_REASON, actor=actor_of(client))
    return JsonResponse(_shown(name, content, wanted))


def _remove_content(request: HttpRequest, client: AuthenticatedClient, name: str, content: int) -> JsonResponse:
    del request
    state = _state(name, content)
    _own_bank(name)
    if state != EntryState.WITHDRAWN:
        move_entry(content, EntryState.WITHDRAWN, reason=_REASON, actor=actor_of(client))
    return JsonResponse({"deleted": 1})


def _state(name: str, content: int) -> EntryState:
    """The state of an entry of this bank and no other. Raises Refused (404)."""
    found = lists.entry_facts(content)
    if found is None or found.entry.list_id != banks.bank(name).id:
        raise Refused(404, "no-content", "There is no such content in this bank.")
    return EntryState(found.entry.state)


def _own_bank(name: str) -> ListInfo:
    info = banks.bank(name)
    if lists.exchange_of(info.id) is not None:
        raise Refused(
            403, "fetched", "This list is fetched from a source, which alone adds to it; use one of your own."
        )
    return info


def _shown(name: str, content: int, state: EntryState) -> dict[str, Any]:
    return {
        "id": content,
        "bank": name,
        "disable_until_ts": _ENABLED if state in (EntryState.ACTIVE, EntryState.DISPUTED) else _DISABLED,
    }


def _exchanges(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del request, client
    fetched = {exchange.list_id for exchange in lists.all_exchanges()}
    return JsonResponse([name for name, info in banks.banks().items() if info.id in fetched], safe=False)


def _exchange_status(request: HttpRequest, client: AuthenticatedClient, name: str) -> JsonResponse:
    del request, client
    info = banks.bank(name)
    exchange = lists.exchange_of(info.id)
    if exchange is None:
        raise Refused(404, "no-exchange", "This list is not fetched from anywhere.")
    last, complete_at = next(iter(lists.sync_runs(exchange.pk, limit=1)), None), exchange.complete_at
    running = last if last is not None and last.outcome == RunOutcome.RUNNING else None
    return JsonResponse(
        {
            "last_fetch_complete_ts": None if complete_at is None else int(complete_at.timestamp()),
            "last_fetch_succeeded": exchange.failures == 0,
            "up_to_date": exchange.failures == 0 and complete_at is not None,
            "running_fetch_start_ts": None if running is None else int(running.begun_at.timestamp()),
            "fetched_items": info.entries,
        }
    )


def _signal_types(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del request, client
    return JsonResponse([{"name": name, "enabled_ratio": 1.0} for name in matching.SIGNAL_ALGORITHMS], safe=False)


def _content_types(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del request, client
    return JsonResponse([{"name": kind, "enabled": True} for kind in contents.CONTENT_TYPES], safe=False)


all_banks = answered(GET=(Scope.LOOKUP, _banks), POST=(Scope.BANKS, _make_bank))
one_bank = answered(GET=(Scope.LOOKUP, _bank), PUT=(Scope.BANKS, _change_bank))
add_content = answered(POST=(Scope.BANKS, _add_content))
add_signal = answered(POST=(Scope.BANKS, _add_signal))
one_content = answered(
    GET=(Scope.LOOKUP, _content), PUT=(Scope.BANKS, _change_content), DELETE=(Scope.BANKS, _remove_content)
)
all_exchanges = answered(GET=(Scope.LOOKUP, _exchanges))
exchange_status = answered(GET=(Scope.LOOKUP, _exchange_status))
signal_types = answered(GET=(Scope.LOOKUP, _signal_types))
content_types = answered(GET=(Scope.LOOKUP, _content_types))
