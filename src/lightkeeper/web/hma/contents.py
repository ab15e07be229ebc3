"""The picture or video that a caller sends: in memory, bounded, never written anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from lightkeeper.intake.types import Refused
from lightkeeper.lists.uploads import LARGEST_UPLOAD, ListUploadHandler
from lightkeeper.runtime.services import OutboundFailed, OutboundRefused
from lightkeeper.runtime.services import request as fetch

CONTENT_TYPES: Final = ("photo", "video")
_NOT_FETCHED: Final = (
    "Addresses are not fetched here: send the content itself. Whoever runs this service may allow fetching by the"
    " setting fetch_urls."
)


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be hashed, and what the caller says that it is: ``photo`` or ``video``."""

    kind: str
    data: bytes


def sent(request: HttpRequest) -> Content:
    """The content in a multipart body, whose field is named as its kind. Raises Refused (400, 413)."""
    handler = ListUploadHandler(request)
    request.upload_handlers = [handler]
    files = [(kind, request.FILES[kind]) for kind in CONTENT_TYPES if kind in request.FILES]
    if handler.too_large:
        raise Refused(413, "too-large", f"The content is larger than the {LARGEST_UPLOAD} bytes that are taken here.")
    if len(files) != 1:
        raise Refused(400, "no-content", "Send multipart/form-data with one file, in a field named photo or video.")
    kind, file = files[0]
    return Content(kind, cast("UploadedFile[Any]", file).read())


def fetched(request: HttpRequest) -> Content:
    """The content at the address ``url``, where fetching is allowed. Raises Refused (400, 403, 422)."""
    kind = request.GET.get("content_type", "photo")
    if kind not in CONTENT_TYPES:
        raise Refused(400, "content-type", "The parameter content_type is photo or video.")
    if not settings.LIGHTKEEPER["fetch_urls"]:
        raise Refused(403, "not-fetched", _NOT_FETCHED)
    try:
        answer = fetch("GET", request.GET.get("url", ""), timeout=20.0, most_body=LARGEST_UPLOAD)
    except OutboundRefused:
        raise Refused(403, "address", "That address may not be fetched: only public ones over HTTP(S) may.") from None
    except OutboundFailed as failed:
        raise Refused(422, "not-fetched", f"The content could not be fetched ({failed.code}).") from None
    if not answer.ok:
        raise Refused(422, "not-fetched", f"The content could not be fetched: the answer was {answer.status}.")
    return Content(kind, answer.body)
