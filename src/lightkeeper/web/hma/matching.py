"""``/m/…``: look-ups by hash and by content, comparing two hashes, the state of the index.

Unlike HMA, a picture is searched for in its turned, mirrored, framed and cropped forms too, a bank of one entry
matches, disabled entries are found by no address, and nothing is left to chance.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from lightkeeper.detect.findings import Match
from lightkeeper.intake.bodies import JSON_LIMIT, content_length
from lightkeeper.intake.hashing import matches_of
from lightkeeper.intake.types import Refused
from lightkeeper.lists import queries as lists
from lightkeeper.lists.types import LARGEST_RADIUS, Algorithm
from lightkeeper.people.client_types import AuthenticatedClient, Scope
from lightkeeper.web.hma import contents
from lightkeeper.web.hma.access import answered, looks_up
from lightkeeper.web.hma.banks import names_of_lists

SIGNAL_ALGORITHMS: Final = {"pdq": Algorithm.PDQ, "video_md5": Algorithm.MD5, "video_sha256": Algorithm.SHA256}
_BYTES: Final = {Algorithm.PDQ: 32, Algorithm.MD5: 16, Algorithm.SHA256: 32}
_MOST_COMPARED: Final = 1000


def value_of(signal_type: str, signal: str) -> tuple[Algorithm, bytes]:
    """The algorithm and bytes of a hash that was sent. Raises Refused (400), which repeats nothing of it."""
    algorithm = SIGNAL_ALGORITHMS.get(signal_type)
    if algorithm is None:
        raise Refused(400, "signal-type", f"The signal types here are {', '.join(SIGNAL_ALGORITHMS)}.")
    try:
        value = bytes.fromhex(signal)
    except ValueError:
        value = b""
    if len(value) != _BYTES[algorithm]:
        raise Refused(400, "signal", f"A signal of type {signal_type} is {2 * _BYTES[algorithm]} hexadecimal digits.")
    return algorithm, value


def _by_bank(matches: Iterable[Match], only: str) -> dict[str, list[dict[str, Any]]]:
    names, wanted = names_of_lists(), {name for name in only.split(",") if name}
    found: dict[str, list[dict[str, Any]]] = {}
    for match in matches:
        name = names.get(match.list)
        if name is not None and (not wanted or name in wanted):
            # HMA's distance is a text, and clients of it read one.
            content = {"bank_content_id": match.entry, "distance": str(match.distance)}
            found.setdefault(name, []).append(content)
    return found


def _by_signal(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    algorithm, value = value_of(request.GET.get("signal_type", ""), request.GET.get("signal", ""))
    known = lists.current()
    if algorithm == Algorithm.PDQ:
        [matches] = known.lookup_pdq([value])
    else:
        [matches] = known.lookup_digest([(algorithm.value, value)])
    return _by_bank(matches, request.GET.get("banks", ""))


def _by_content(content: contents.Content, only: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, list[Match]] = {}
    for match in matches_of(content.data, decode=content.kind == "photo"):
        signal = match.algorithm if match.algorithm == Algorithm.PDQ else f"{content.kind}_{match.algorithm}"
        found.setdefault(signal, []).append(match)
    return {signal: _by_bank(matches, only) for signal, matches in found.items()}


@looks_up
def _lookup_get(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del client
    if request.GET.get("url"):
        return JsonResponse(_by_content(contents.fetched(request), request.GET.get("banks", "")))
    return JsonResponse(_by_signal(request))


@looks_up
def _lookup_post(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del client
    return JsonResponse(_by_content(contents.sent(request), request.GET.get("banks", "")))


@looks_up
def _raw_lookup(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del client
    found = [content for contents_of in _by_signal(request).values() for content in contents_of]
    if request.GET.get("include_distance", "").lower() in {"1", "true"}:
        return JsonResponse({"matches": found})
    return JsonResponse({"matches": [content["bank_content_id"] for content in found]})


def _compare(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del client
    return JsonResponse({name: _compared(name, pair) for name, pair in json_object(request).items()})


def _compared(signal_type: str, pair: object) -> list[Any]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
        raise Refused(400, "compare", "Send, for each signal type, a list of two signals.")
    (algorithm, first), (_, second) = (value_of(signal_type, one) for one in pair)
    if algorithm != Algorithm.PDQ:
        return [first == second, {}]
    distance = (int.from_bytes(first) ^ int.from_bytes(second)).bit_count()
    return [distance <= LARGEST_RADIUS, {"distance": distance}]


def json_object(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object in a body. Raises Refused (400, 411, 413)."""
    length = content_length(request, limit=JSON_LIMIT)
    try:
        body = json.loads(request.read(length))
    except ValueError:
        body = None
    if not isinstance(body, dict) or len(body) > _MOST_COMPARED:
        raise Refused(400, "bad-json", "Send a JSON object.")
    return body


def _index_status(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del client
    known, asked = lists.current(), request.GET.get("signal_type", "")
    if asked and asked not in SIGNAL_ALGORITHMS:
        raise Refused(400, "signal-type", f"The signal types here are {', '.join(SIGNAL_ALGORITHMS)}.")
    built_to = -1 if known.at is None else int(known.at.timestamp())
    counts = lists.indexed_counts()
    return JsonResponse(
        {
            name: {"built_to": built_to, "present": known.at is not None, "size": counts.get(algorithm, 0)}
            for name, algorithm in SIGNAL_ALGORITHMS.items()
            if not asked or name == asked
        }
    )


def _status(request: HttpRequest, client: AuthenticatedClient) -> HttpResponse:
    del request, client
    found = lists.freshness()
    word = "INDEX-NOT-LOADED" if found.age is None else "INDEX-STALE" if found.stale else "I-AM-ALIVE"
    return HttpResponse(word, status=200 if word == "I-AM-ALIVE" else 503, content_type="text/plain")


lookup = answered(GET=(Scope.LOOKUP, _lookup_get), POST=(Scope.LOOKUP, _lookup_post))
raw_lookup = answered(GET=(Scope.LOOKUP, _raw_lookup))
compare = answered(POST=(Scope.LOOKUP, _compare))
index_status = answered(GET=(Scope.LOOKUP, _index_status))
status = answered(GET=(Scope.LOOKUP, _status))
