"""Reading a request's body: JSON of bounded size, or multipart whose files go where they belong as they arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import pydantic
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from ninja.errors import ValidationError

from lightkeeper.intake.types import Refused

JSON_LIMIT: Final = 1 << 20
METADATA_LIMIT: Final = 256 << 10
CHUNK: Final = 64 << 10
_HEADERS: Final = 512
"""Bytes that the headers of one part may take, at the most, besides its content."""


class Sink(Protocol):
    """Where the bytes of one part go."""

    def write(self, chunk: bytes) -> None:
        """Take bytes."""

    def finish(self) -> None:
        """There are no more."""


def is_multipart(request: HttpRequest) -> bool:
    """Whether the request says so; a content type that is neither multipart nor JSON is a 415."""
    kind = (request.content_type or "").lower()
    if kind == "multipart/form-data":
        return True
    if kind != "application/json":
        raise Refused(415, "unsupported-type", "Send multipart/form-data with content, or application/json without.")
    return False


def require_json(request: HttpRequest) -> None:
    """Refuse (415) whatever says that it is not JSON."""
    if (request.content_type or "").lower() != "application/json":
        raise Refused(415, "unsupported-type", "Send application/json.")


def content_length(request: HttpRequest, *, limit: int) -> int:
    """The length that the request declares, which is needed and bounded."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not declared.isascii() or not declared.isdigit():
        raise Refused(411, "length-required", "Send the header Content-Length.")
    if int(declared) > limit:
        raise Refused(413, "too-large", f"The request is larger than the {limit} bytes that are accepted here.")
    return int(declared)


def read_json(request: HttpRequest, model: pydantic.TypeAdapter[Any], *, limit: int = JSON_LIMIT) -> Any:
    """Read and check a JSON body of at most ``limit`` bytes. Raises Refused (400, 411, 413) and ValidationError."""
    length = content_length(request, limit=limit)
    body = request.read(length)
    if len(body) < length:
        raise Refused(400, "unreadable", "The request's body ended early.")
    return checked(body, model)


def checked(text: bytes | str, model: pydantic.TypeAdapter[Any]) -> Any:
    """Check JSON against a model. Raises Refused (400) for what is no JSON, ValidationError for what does not fit."""
    try:
        return model.validate_json(text)
    except pydantic.ValidationError as error:
        rows = error.errors(include_url=False, include_context=False, include_input=False)
        if any(row["type"] == "json_invalid" for row in rows):
            raise Refused(400, "bad-json", "The body is not JSON that can be read.") from None
        raise ValidationError([dict(row) for row in rows]) from None


class _Counted:
    """The request's body, counted, with its last bytes kept: a client that goes away must not look like one done."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.count = 0
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        data = self._request.read(size)
        self.count += len(data)
        self.tail = (self.tail + data)[-512:]
        return data


class _Parser(MultiPartParser):
    """Django's parser, with the fields so far open to the handler of files."""

    @property
    def fields(self) -> QueryDict:
        """The parts without a file name that have arrived so far."""
        fields: QueryDict = self._post  # type: ignore[attr-defined]  # the stubs do not know it
        return fields

    @property
    def ending(self) -> bytes:
        """What the body ends with when it is whole."""
        boundary: bytes = self._boundary  # type: ignore[attr-defined]  # the stubs do not know it
        return b"--" + boundary + b"--"


class _Metadata:
    """The part with the metadata, where it comes as a file."""

    def __init__(self) -> None:
        self.text = bytearray()

    def write(self, chunk: bytes) -> None:
        self.text += chunk
        if len(self.text) > METADATA_LIMIT:
            raise Refused(413, "too-large", f"The part metadata is larger than {METADATA_LIMIT} bytes.")

    def finish(self) -> None:
        """Nothing more to do."""


class Handler(FileUploadHandler):
    """The only upload handler of these routes: hands each file to a sink and keeps nothing itself.

    ``begin`` gets the metadata and the name of a part and gives its sink. What it refuses is kept until the body has
    been read (so that the client gets to read the answer); only what is too large ends the reading at once.
    """

    chunk_size = CHUNK

    def __init__(self, request: HttpRequest, begin: Callable[[str | bytes, str], Sink]) -> None:
        super().__init__(request)
        self.parser: _Parser | None = None
        self.refusal: Refused | ValidationError | None = None
        self._begin = begin
        self._metadata: _Metadata | None = None
        self._sink: Sink | None = None

    def metadata(self) -> str | bytes:
        """The part metadata. Raises Refused where it has not arrived."""
        if self._metadata is not None:
            return bytes(self._metadata.text)
        text = self.parser.fields.get("metadata") if self.parser is not None else None
        if not isinstance(text, str) or not text:
            raise Refused(422, "metadata-first", "The first part must be called metadata and hold JSON.")
        return text

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        """Django's: a part with a file name begins."""
        super().new_file(field_name, *args, **kwargs)
        self._sink = None
        if self.refusal is not None:
            return
        if field_name == "metadata" and self._metadata is None:
            self._sink = self._metadata = _Metadata()
            return
        try:
            self._sink = self._begin(self.metadata(), field_name)
        except (Refused, ValidationError) as refusal:
            self.refusal = refusal

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  # Django's signature
        """Django's: bytes of the part."""
        if self._sink is not None:
            self._sink.write(raw_data)

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002  # Django's signature
        """Django's: the part has ended."""
        if self._sink is not None:
            self._sink.finish()
            self._sink = None


def read_multipart(request: HttpRequest, begin: Callable[[str | bytes, str], Sink], *, limit: int) -> str | bytes:
    """Read a multipart body, each file into the sink that ``begin`` gives for it; give the part metadata.

    Raises Refused, ValidationError, MultiPartParserError; then the caller closes what it began.
    """
    length = content_length(request, limit=limit + METADATA_LIMIT)
    body = _Counted(request)
    handler = Handler(request, begin)
    parser = handler.parser = _Parser(request.META, cast("Any", body), [handler], "utf-8")
    parser.parse()
    if handler.refusal is not None:
        raise handler.refusal
    if length == 0 or body.count < length or parser.ending not in body.tail:
        raise Refused(400, "unreadable", "The request's body ended early.")
    if set(parser.fields) - {"metadata"}:
        raise Refused(422, "not-a-file", "Parts with content need a file name; without one there is only metadata.")
    return handler.metadata()
