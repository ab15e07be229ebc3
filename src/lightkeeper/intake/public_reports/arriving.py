"""What a browser sends: a small body of one kind, read by us, so that no size, encoding or file gets any further."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.http.request import UnreadablePostError

LARGEST: Final = 64 << 10
"""Bytes of a form. What all its fields may hold fits, also in escapes of three bytes a character of Latin scripts."""
MOST_FIELDS: Final = 30
FORM: Final = "application/x-www-form-urlencoded"


class NotRead(Exception):  # noqa: N818  # a refusal, told to whoever sent it
    """What arrived is not taken; ``says`` names the sentence, ``status`` is the answer's."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status
        self.says = says


def fields_of(request: HttpRequest) -> dict[str, str]:
    """The fields of a form, of one that comes twice the last; what is no UTF-8 becomes replacement characters.

    Raises NotRead.
    """
    kind = (request.content_type or "").lower()
    if kind == "multipart/form-data":
        raise NotRead(415, "error_file")
    declared = request.META.get("CONTENT_LENGTH") or ""
    if kind != FORM or not (declared.isascii() and declared.isdigit()):
        raise NotRead(400, "error_unreadable")
    if len(declared) > 9 or int(declared) > LARGEST:
        raise NotRead(413, "error_large")
    try:
        body = request.read(int(declared))
    except UnreadablePostError:
        raise NotRead(400, "error_unreadable") from None
    if len(body) < int(declared):
        raise NotRead(400, "error_unreadable")
    try:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise NotRead(400, "error_unreadable") from None
    return dict(pairs)


def from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site's page sent this."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site"
