"""From a request to drafts: metadata checked before content is read, each file into an upload of its own."""

from __future__ import annotations

import contextlib
import re
from typing import Any, Final

import pydantic
from django.conf import settings
from django.http import HttpRequest

from lightkeeper.intake.bodies import Sink, checked, is_multipart, read_json, read_multipart
from lightkeeper.intake.drafts import Draft, draft, refusal_of
from lightkeeper.intake.schemas import MAXIMUM_BATCH, Lookup, Metadata, UserReport
from lightkeeper.intake.types import Caller, Kind, Reason, Refused
from lightkeeper.intake.uploads import Upload

METADATA: Final = pydantic.TypeAdapter(Metadata)
BATCH: Final[pydantic.TypeAdapter[list[Metadata]]] = pydantic.TypeAdapter(
    pydantic.conlist(Metadata, min_length=1, max_length=MAXIMUM_BATCH)
)
LOOKUP: Final = pydantic.TypeAdapter(Lookup)
USER_REPORT: Final = pydantic.TypeAdapter(UserReport)

_PART: Final = re.compile(r"content-(0|[1-9][0-9]?)")


class _Files:
    """The uploads of one request, by the place of their item. What is refused by law is read and let go."""

    def __init__(self, uploads: contextlib.ExitStack) -> None:
        self.items: list[Metadata] = []
        self.refusals: list[Reason | None] = []
        self.uploads: dict[int, Upload] = {}
        self._stack = uploads

    def take_metadata(self, items: list[Metadata]) -> None:
        """Note what the request is about, once."""
        if not self.items:
            self.items, self.refusals = items, [refusal_of(item) for item in items]

    def begin(self, place: int | None) -> Sink:
        """The sink for the content of the item at a place."""
        if place is None or place >= len(self.items) or place in self.uploads or self.items[place].kind == Kind.URL:
            raise Refused(
                422, "content-unexpected", "Send one content for each picture or video, after metadata, named for it."
            )
        upload = Upload(limit=settings.LIGHTKEEPER["max_item_bytes"], keep=self.refusals[place] is None)
        self.uploads[place] = self._stack.enter_context(upload)
        return upload

    def drafts(self, caller: Caller) -> list[Draft]:
        """All drafts, in order. Raises Refused where content is missing."""
        if any(item.kind != Kind.URL and place not in self.uploads for place, item in enumerate(self.items)):
            raise Refused(422, "content-missing", "Send the content of each picture and video as a file part.")
        return [
            draft(caller, item, self.uploads.get(place), self.refusals[place]) for place, item in enumerate(self.items)
        ]


def read_one(request: HttpRequest, caller: Caller, uploads: contextlib.ExitStack) -> Draft:
    """Read one submission. Its upload is closed with ``uploads``. Raises what ``bodies`` raises."""
    files = _Files(uploads)

    def begin(metadata: str | bytes, part: str) -> Sink:
        files.take_metadata([checked(metadata, METADATA)])
        return files.begin(0 if part == "content" else None)

    if is_multipart(request):
        text = read_multipart(request, begin, limit=settings.LIGHTKEEPER["max_item_bytes"])
        files.take_metadata([checked(text, METADATA)])
    else:
        files.take_metadata([read_json(request, METADATA)])
    return files.drafts(caller)[0]


def read_batch(request: HttpRequest, caller: Caller, uploads: contextlib.ExitStack) -> list[Draft]:
    """Read a batch of submissions; see ``read_one``."""
    files = _Files(uploads)

    def begin(metadata: str | bytes, part: str) -> Sink:
        if not files.items:
            files.take_metadata(_items(checked(metadata, BATCH)))
        named = _PART.fullmatch(part)
        return files.begin(None if named is None else int(named[1]))

    if is_multipart(request):
        text = read_multipart(request, begin, limit=settings.LIGHTKEEPER["max_item_bytes"])
        files.take_metadata(_items(checked(text, BATCH)))
    else:
        files.take_metadata(_items(read_json(request, BATCH)))
    return files.drafts(caller)


def _items(read: Any) -> list[Metadata]:
    items: list[Metadata] = read
    return items
