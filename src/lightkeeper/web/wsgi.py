"""The application that a WSGI server serves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lightkeeper.settings")

MOST_PARAMETERS: Final = 200
"""Parameters of an address: more than any page or operation has."""
_SAYS: Final = b"The address has more parameters than are read here. Ask without them.\n"
_django: Final = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request.

    Django reads the parameters of a request whose content type names a charset before it can answer for what is wrong
    with them: that many are refused here, so that they end in an answer and not in an exception of the server.
    """
    if str(environ.get("QUERY_STRING", "")).count("&") >= MOST_PARAMETERS:
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_SAYS)))]
        start_response(
            "400 Bad Request", [*headers, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        )
        return [_SAYS]
    return _django(environ, start_response)
