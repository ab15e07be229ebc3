"""One submission on its way in: what the caller said, checked and indexed, and where its bytes are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import now

from lightkeeper.intake import demo, surfaces
from lightkeeper.intake.identity import body_digest, reference_index, uploader_key
from lightkeeper.intake.retained import Retained
from lightkeeper.intake.schemas import Metadata
from lightkeeper.intake.types import DEFAULT_SURFACE, Caller, Kind, Reason, Verdict
from lightkeeper.intake.uploads import Upload
from lightkeeper.runtime.services import seal, unseal

_PURPOSE = "intake:arrival"


@dataclass(slots=True, kw_only=True)
class Arrival:
    """What arrived with a submission, frozen; all of it goes with the case if one opens, and nowhere else."""

    callers_id: str
    kind: Kind
    client_id: int
    surface: str
    uploader: str | None = None
    url: str | None = None
    context: dict[str, Any] | None = None
    received_at: str = ""
    size: int | None = None
    digests: dict[str, str] = field(default_factory=dict)
    body: str = ""
    report: dict[str, Any] | None = None
    detail: bool = False

    def seal(self, reference: bytes) -> bytes:
        """Encrypt it for the row of this reference index, while its scan is due."""
        return seal(_PURPOSE, json.dumps(self.frozen()).encode("utf-8"), context=reference)

    def frozen(self, pdq: bytes | None = None) -> dict[str, Any]:
        """As JSON, for the case; ``pdq`` is the picture's hash (32 bytes), None where there is none."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return given if pdq is None else {**given, "pdq": pdq.hex()}

    @property
    def sha256(self) -> bytes | None:
        """The SHA-256 of the bytes, None where there are none."""
        return self._digest("sha256")

    def retained(self, pdq: bytes | None) -> Retained:
        """What is kept of it."""
        return Retained(
            body=bytes.fromhex(self.body),
            callers_id=self.callers_id,
            sha256=self.sha256,
            sha1=self._digest("sha1"),
            md5=self._digest("md5"),
            pdq=pdq,
            uploader=uploader_key(self.client_id, self.uploader),
            url=self.url,
            size=self.size,
        )

    def _digest(self, algorithm: str) -> bytes | None:
        value = self.digests.get(algorithm)
        return None if value is None else bytes.fromhex(value)


def opened(sealed: bytes | memoryview, reference: bytes | memoryview) -> Arrival:
    """Open a sealed arrival. Raises SealError."""
    values = json.loads(unseal(_PURPOSE, bytes(sealed), context=bytes(reference)))
    return Arrival(**{**values, "kind": Kind(values["kind"])})


@dataclass(kw_only=True)
class Draft:
    """A submission before it is a row. ``refusal`` is why it must not be searched; then its bytes are not kept."""

    caller: Caller
    metadata: Metadata
    upload: Upload | None
    refusal: Reason | None
    received_at: datetime = field(default_factory=now)
    verdict: Verdict | None = None

    @cached_property
    def reference(self) -> bytes:
        """The blind index of client and caller's id."""
        return reference_index(self.caller.client_id, self.metadata.id)

    @cached_property
    def body(self) -> bytes:
        """The digest of what the request said."""
        sha256 = self.upload.sha256 if self.upload is not None else None
        return body_digest(self.metadata.model_dump_json(exclude_unset=True), sha256)

    @property
    def kind(self) -> Kind:
        """What it is."""
        return Kind(self.metadata.kind)

    @cached_property
    def arrival(self) -> Arrival:
        """What arrived, frozen."""
        metadata, upload = self.metadata, self.upload
        context = metadata.context
        return Arrival(
            callers_id=metadata.id,
            kind=self.kind,
            client_id=self.caller.client_id,
            surface=metadata.surface or DEFAULT_SURFACE,
            uploader=metadata.uploader,
            url=metadata.url,
            context=None if context is None else context.model_dump(mode="json", exclude_none=True),
            received_at=self.received_at.isoformat(),
            size=None if upload is None else upload.size,
            digests={} if upload is None else {name: value.hex() for name, value in upload.digests.items()},
            body=self.body.hex(),
            detail=self.caller.detail,
        )


def refusal_of(metadata: Metadata) -> Reason | None:
    """Why something must not be searched, by the surface it comes from; asked before its bytes are read."""
    visibility = metadata.context.visibility if metadata.context is not None else None
    return surfaces.refusal(metadata.surface or DEFAULT_SURFACE, visibility=visibility)


def draft(caller: Caller, metadata: Metadata, upload: Upload | None, refusal: Reason | None) -> Draft:
    """Make a draft of what has arrived. Raises Refused where a demo does not take it."""
    if upload is not None:
        demo.refuse_others(upload.sha256)
    elif metadata.url is not None:
        demo.refuse_other_urls(metadata.url)
    return Draft(caller=caller, metadata=metadata, upload=upload, refusal=refusal)
