"""``/healthz``, ``/readyz`` and ``/metrics``: answered before all else, whatever host name was asked for.

Anybody may learn whether the process lives and is ready, and no more. The reasons and the figures are for this machine
(a request that comes from loopback and through no proxy) and for keys with the scope ``status``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from lightkeeper import __version__
from lightkeeper.configuration import is_loopback
from lightkeeper.people.client_types import KeyRefused, Scope, SpendKind
from lightkeeper.people.services import authenticate, spend
from lightkeeper.web import metrics
from lightkeeper.web.health import CODES, readiness

_FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


class ProbesMiddleware:
    """Answers the three addresses and passes on everything else. It stands first: it needs no session and no page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._probes = {"/healthz": _alive, "/readyz": _ready, "/metrics": _metrics}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a probe, or have the rest answer."""
        probe = self._probes.get(request.path_info)
        if probe is None:
            return self._get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = probe(request)
        response["Cache-Control"] = "no-store"
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # a 503 here is an answer, no error
        return response


def _alive(request: HttpRequest) -> HttpResponse:
    del request
    return JsonResponse({"alive": True})


def _ready(request: HttpRequest) -> HttpResponse:
    found = readiness()
    answer: dict[str, object] = {"ready": found.ready}
    if _trusted(request):
        codes = [*found.missing, *found.degraded]
        answer |= {"codes": codes, "means": {code: CODES[code] for code in codes}, "version": __version__}
    return JsonResponse(answer, status=200 if found.ready else 503)


def _metrics(request: HttpRequest) -> HttpResponse:
    if not _trusted(request):
        return HttpResponse("This needs a key with the scope status.\n", status=403, content_type="text/plain")
    try:
        text = metrics.render(metrics.collect(readiness()))
    except Error:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    return HttpResponse(text, content_type=metrics.CONTENT_TYPE)


def _trusted(request: HttpRequest) -> bool:
    """Whether the caller may know more than whether."""
    if is_loopback(str(request.META.get("REMOTE_ADDR", ""))) and not any(name in request.META for name in _FORWARDED):
        return True
    kind, _, key = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if kind.lower() != "bearer":
        return False
    try:
        client = authenticate(key.strip())
    except (KeyRefused, Error):
        return False
    return Scope.STATUS in client.scopes and spend(client.key_id, SpendKind.REQUEST, 1).ok
