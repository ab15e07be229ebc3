"""Files of named arrays: mapped from memory, versioned, checksummed, never pickled, written whole or not at all.

Layout, little-endian: 64 bytes of prelude (magic, format version, length and SHA-256 of the header, length of the
file), a JSON header (kind, free metadata, the sections with type, shape, place and SHA-256), then the sections, each
from a multiple of 64. A section's checksum covers the padding up to the next one, so no byte of a file is unchecked.

Files are plain; their mode is 0600. They hold lists, which are secrets.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
import struct
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lightkeeper.durable import sync

MAGIC = b"LKEEPER\x00"
VERSION = 1
ALIGNMENT = 64
MAX_HEADER = 16 * 2**20
PRELUDE = struct.Struct("<8sIQQ32s4x")
TYPES = ("|u1", "<u2", "<u4", "<u8", "<i8")


class IndexFileError(Exception):
    """A file that cannot be used; the message names the file and what is wrong with it."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = Path(path)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class SectionFile:
    """What a file holds: free metadata (JSON values) and read-only arrays by name."""

    metadata: Mapping[str, Any]
    sections: Mapping[str, NDArray[Any]]


def write_sections(
    path: Path | str, *, kind: str, sections: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any] | None = None
) -> None:
    """Write named arrays (unsigned integers or int64) to a file, replacing it as a whole.

    Raises OSError when it cannot be written (the old file then stays), ValueError for an array of another type.
    """
    write_whole(Path(path), packed(kind=kind, sections=sections, metadata=metadata))


def packed(
    *, kind: str, sections: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any] | None = None
) -> list[bytes | memoryview]:
    """The parts of such a file in their order, without a copy of the arrays. Raises ValueError as the other does."""
    blobs = {name: _plain(name, array) for name, array in sections.items()}
    described, place = [], 0
    for name, array in blobs.items():
        size = _padded(array.nbytes)
        digest = hashlib.sha256(_bytes_of(array))
        digest.update(bytes(size - array.nbytes))
        described.append(
            {"name": name, "type": array.dtype.str, "shape": list(array.shape), "place": place,
             "sha256": digest.hexdigest()}
        )  # fmt: skip
        place += size
    content = {"kind": kind, "metadata": dict(metadata or {}), "sections": described}
    header = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    header += b" " * (_padded(len(header)) - len(header))
    total = ALIGNMENT + len(header) + place
    prelude = PRELUDE.pack(MAGIC, VERSION, len(header), total, hashlib.sha256(header).digest())
    return [prelude, header, *_padded_parts(blobs)]


def _plain(name: str, array: NDArray[Any]) -> NDArray[Any]:
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    if plain.dtype.str not in TYPES:
        raise ValueError(f"section {name} has type {array.dtype}, which files do not hold")
    return plain


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data if array.size else memoryview(b"")


def _padded_parts(blobs: Mapping[str, NDArray[Any]]) -> Iterator[bytes | memoryview]:
    for array in blobs.values():
        yield _bytes_of(array)
        yield bytes(_padded(array.nbytes) - array.nbytes)


def write_whole(target: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write beside the target (mode 0600), sync, rename: the target is the old file or the new one, never a part."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(target.parent)


def read_sections(path: Path | str, *, kind: str) -> SectionFile:
    """Map a file written by :func:`write_sections` after checking every byte of it.

    Raises IndexFileError for a file that is missing, unreadable, foreign, of another kind or version, truncated or
    damaged.
    """
    source = Path(path)
    try:
        with source.open("rb") as file:
            if os.fstat(file.fileno()).st_size < ALIGNMENT:
                raise IndexFileError(source, "too short for a Lightkeeper file")
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as error:
        raise IndexFileError(source, f"cannot be read: {error.strerror or error}") from error
    return unpacked(view, kind=kind, source=source)


def unpacked(view: memoryview, *, kind: str, source: Path) -> SectionFile:
    """What :func:`packed` made, after checking every byte; the arrays lie in the view. Raises IndexFileError."""
    if len(view) < ALIGNMENT:
        raise IndexFileError(source, "too short for a Lightkeeper file")
    header, body = _header(source, view, len(view))
    if header.get("kind") != kind:
        raise IndexFileError(source, f"is a file of kind {header.get('kind')!r}, not {kind!r}")
    try:
        return SectionFile(header["metadata"], _sections(source, view[body:], header["sections"]))
    except (KeyError, TypeError, ValueError) as error:
        raise IndexFileError(source, f"its header does not describe its sections: {error}") from error


def _header(source: Path, view: memoryview, size: int) -> tuple[dict[str, Any], int]:
    """Give the checked header, and where the sections begin."""
    magic, version, length, total, digest = PRELUDE.unpack(view[:ALIGNMENT])
    if magic != MAGIC:
        raise IndexFileError(source, "not a Lightkeeper file")
    if version != VERSION:
        raise IndexFileError(source, f"has format version {version}; this program reads version {VERSION}")
    if total != size:
        raise IndexFileError(source, f"is damaged: {size} bytes long where {total} were written")
    if length > min(MAX_HEADER, size - ALIGNMENT) or any(view[ALIGNMENT - 4 : ALIGNMENT]):
        raise IndexFileError(source, "is damaged: its prelude is not valid")
    raw = bytes(view[ALIGNMENT : ALIGNMENT + length])
    if hashlib.sha256(raw).digest() != digest:
        raise IndexFileError(source, "is damaged: the checksum of its header is wrong")
    header = json.loads(raw)
    if not isinstance(header, dict):
        raise IndexFileError(source, "is damaged: its header is not an object")
    return header, ALIGNMENT + length


def _sections(source: Path, body: memoryview, described: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    sections: dict[str, NDArray[Any]] = {}
    end = 0
    for section in described:
        name, kind, shape = str(section["name"]), str(section["type"]), tuple(int(n) for n in section["shape"])
        if kind not in TYPES or min(shape, default=0) < 0 or section["place"] != end:
            raise ValueError(f"section {name} is not valid")
        place, size = end, math.prod(shape) * np.dtype(kind).itemsize
        end += _padded(size)
        if end > len(body):
            raise ValueError(f"section {name} goes beyond the end")
        if hashlib.sha256(body[place:end]).hexdigest() != section["sha256"]:
            raise IndexFileError(source, f"is damaged: the checksum of section {name} is wrong")
        sections[name] = np.frombuffer(body[place : place + size], np.dtype(kind)).reshape(shape)
    if end != len(body):
        raise ValueError("bytes after the last section")
    return sections
