"""The API at ``/api/v1/``: its addresses, its errors, and the one middleware through which its requests go.

A request to the API, or to the addresses for callers of HMA, has a key and no cookie, so sessions, sign-in and
everything else that pages need is not for it: ``ApiMiddleware`` stands first and answers it alone. All its errors are
problems (``intake/problems.py``).
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver
from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from lightkeeper import __version__
from lightkeeper.intake import api as intake
from lightkeeper.intake import problems, shares
from lightkeeper.web.hma import access as hma

PREFIX = "/api/v1/"

api = NinjaAPI(title="Lightkeeper", version=__version__, docs_url=None, urls_namespace="api")
api.add_router("", intake.submissions)
api.add_router("", intake.look_ups)
api.add_router("", intake.service)
api.add_router("", intake.conversations)
api.add_router("", intake.moments)
api.add_router("", intake.trusted_reports)


def _problem(_: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problems.of_exception(error if isinstance(error, Exception) else error())


for _kind in (Exception, Http404, HttpError, ValidationError):
    api.add_exception_handler(_kind, _problem)


class ApiMiddleware:
    """Answers every request to the API itself, and passes the others on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Django's: one request."""
        if not request.path_info.startswith((PREFIX, hma.PREFIX)):
            return self.get_response(request)
        try:
            # The API speaks English, whatever the page said that this thread answered before.
            with translation.override(settings.LANGUAGE_CODE):
                response = _answered(request)
        finally:
            shares.give_back(request)
        # Django would log each problem with the request's path, and that holds the caller's id.
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # its only switch
        if isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _answered(request: HttpRequest) -> HttpResponseBase:
    try:
        found = get_resolver().resolve(request.path_info)
        request.resolver_match = found
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    except Resolver404:
        return problems.problem(404, "not-found", "There is nothing at this address; openapi.json lists what there is.")
    except Exception as error:  # noqa: BLE001  # whatever it is, the caller gets a problem and the log a line
        return problems.of_exception(error)
    if response.status_code == 405:
        allowed = {"Allow": response["Allow"]}
        return problems.problem(405, "method", "This address does not know that method.", headers=allowed)
    return response


def urls() -> tuple[list[URLResolver | URLPattern], str, str]:
    """The addresses, for ``web/urls.py``."""
    made: tuple[list[URLResolver | URLPattern], str, str] = api.urls
    return made
