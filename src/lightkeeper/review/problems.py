"""Refusals to scripts of our pages, as ``application/problem+json``: a sentence that the page shows."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import HttpResponse


def problem(status: int, code: str, sentence: str) -> HttpResponse:
    """An answer with a problem; ``code`` names its kind."""
    body = {
        "type": f"urn:lightkeeper:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
    }
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")
