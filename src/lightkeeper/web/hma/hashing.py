"""``/h/hash``: the hashes of a picture or video."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, JsonResponse

from lightkeeper.intake.hashing import signals_of
from lightkeeper.intake.types import Refused
from lightkeeper.people.client_types import AuthenticatedClient, Scope
from lightkeeper.web.hma import contents
from lightkeeper.web.hma.access import answered

SIGNALS: Final = {"photo": ("pdq",), "video": ("video_md5", "video_sha256")}
"""The signals of each kind of content, as HMA names them."""


def hashes(content: contents.Content, asked: str = "") -> dict[str, str]:
    """Hashes by signal, hexadecimal; of those that were asked for, comma-separated. Raises Refused (400, 422).

    A picture without enough in it to be recognised has none.
    """
    wanted = [name for name in asked.split(",") if name] or list(SIGNALS[content.kind])
    if not set(wanted) <= set(SIGNALS[content.kind]):
        raise Refused(400, "signal", f"The signals of a {content.kind} are {', '.join(SIGNALS[content.kind])}.")
    found = signals_of(content.data, decode=content.kind == "photo")
    if content.kind == "photo" and found.unreadable:
        raise Refused(422, "unreadable", found.unreadable)
    return {name: value for name in wanted if (value := found.by_name.get(name.removeprefix("video_")))}


def _posted(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del client
    return JsonResponse(hashes(contents.sent(request), request.GET.get("types", "")))


def _of_url(request: HttpRequest, client: AuthenticatedClient) -> JsonResponse:
    del client
    return JsonResponse(hashes(contents.fetched(request), request.GET.get("types", "")))


hash_content = answered(GET=(Scope.LOOKUP, _of_url), POST=(Scope.LOOKUP, _posted))
