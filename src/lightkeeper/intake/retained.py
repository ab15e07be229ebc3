"""What is kept of a submission for idempotency, probing and later list updates: one sealed value bound to its row."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from lightkeeper.runtime.services import SealError, seal, unseal, unseal_many

_PURPOSE = "intake:retained"

_logger = logging.getLogger(__name__)

Sealed = bytes | memoryview
"""Bytes as a database gives them."""


class Row(Protocol):
    """A row that keeps something."""

    @property
    def pk(self) -> int: ...  # noqa: D102  # the number of the row

    @property
    def retained(self) -> Sealed | None: ...  # noqa: D102

    @property
    def reference_index(self) -> Sealed: ...  # noqa: D102


RowType = TypeVar("RowType", bound=Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """``callers_id`` as the client knows it, ``body`` the digest of the request, and what the content looked like.

    ``sha256``, ``pdq``, ``uploader`` and ``body`` are 32 bytes each, ``sha1`` 20 and ``md5`` 16; ``url`` is the
    canonical address; ``size`` is in bytes. With ``rescan_days`` 0 a clear one keeps ``only_item``.
    """

    body: bytes
    callers_id: str | None = None
    sha256: bytes | None = None
    sha1: bytes | None = None
    md5: bytes | None = None
    pdq: bytes | None = None
    uploader: bytes | None = None
    url: str | None = None
    size: int | None = None

    def only_body(self) -> Retained:
        """Nothing but what tells a repeated request from another one."""
        return Retained(body=self.body)

    def only_item(self) -> Retained:
        """That, and what a user's report is about: which item it is, but not what it looks like or whose it was."""
        return Retained(body=self.body, sha256=self.sha256, url=self.url, size=self.size)

    @property
    def digests(self) -> dict[str, bytes]:
        """The digests of its bytes by algorithm, as far as there are any."""
        taken = {"sha256": self.sha256, "sha1": self.sha1, "md5": self.md5}
        return {name: value for name, value in taken.items() if value is not None}

    def seal(self, reference: bytes) -> bytes:
        """Encrypt it for the row of this reference index."""
        values = [self.body, self.sha256, self.sha1, self.md5, self.pdq, self.uploader]
        row = [*map(_hex, values), self.callers_id, self.url, self.size]
        return seal(_PURPOSE, json.dumps(row).encode("utf-8"), context=reference)


def unsealed(sealed: Sealed | None, reference: Sealed) -> Retained:
    """Open one. Raises SealError if there is none, it was altered, or belongs to another row."""
    return _read(unseal(_PURPOSE, bytes(sealed or b""), context=bytes(reference)))


def all_unsealed(rows: Iterable[tuple[Sealed | None, Sealed]]) -> list[Retained]:
    """Open many, each with its reference index. Raises SealError."""
    pairs = [(bytes(sealed or b""), bytes(reference)) for sealed, reference in rows]
    plains = unseal_many(_PURPOSE, [sealed for sealed, _ in pairs], context=[reference for _, reference in pairs])
    return [_read(plain) for plain in plains]


def readable(rows: Iterable[RowType]) -> list[tuple[RowType, Retained]]:
    """Open what is kept of rows; one that was altered is left out, and named by its number in the log."""
    rows = list(rows)
    try:
        return list(zip(rows, all_unsealed([(row.retained, row.reference_index) for row in rows]), strict=True))
    except SealError:
        found = []
        for row in rows:
            try:
                found.append((row, unsealed(row.retained, row.reference_index)))
            except SealError:
                _logger.error("what is kept of submission %s cannot be opened", row.pk)  # noqa: TRY400  # no traceback
        return found


def _read(plain: bytes) -> Retained:
    body, sha256, sha1, md5, pdq, uploader, callers_id, url, size = json.loads(plain)
    return Retained(
        body=bytes.fromhex(body),
        callers_id=callers_id,
        sha256=_bytes(sha256),
        sha1=_bytes(sha1),
        md5=_bytes(md5),
        pdq=_bytes(pdq),
        uploader=_bytes(uploader),
        url=url,
        size=size,
    )


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else bytes.fromhex(value)
