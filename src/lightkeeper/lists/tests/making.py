"""List files and lists for tests: values drawn from a seed, never from a real list."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

from lightkeeper.lists import services
from lightkeeper.lists.types import Algorithm, EntryState, ImportSummary, ListPurpose, ListStatus, NewEntry
from lightkeeper.record.types import Actor

WIDTHS = {"pdq": 32, "sha256": 32, "sha1": 20, "md5": 16}


def value(seed: object, algorithm: str = "pdq") -> bytes:
    """Bytes of the algorithm's length, always the same for a seed."""
    return hashlib.sha256(f"drawn {algorithm} {seed}".encode()).digest()[: WIDTHS[algorithm]]


def near(of: bytes, bits: int) -> bytes:
    """The value with so many bits changed, spread over its length."""
    number = int.from_bytes(of, "big")
    for step in range(bits):
        number ^= 1 << (step * 8 * len(of) // max(bits, 1))
    return number.to_bytes(len(of), "big")


def csv(*rows: Sequence[str]) -> bytes:
    """A list file of rows: algorithm, value, and perhaps id and category."""
    lines = ["algorithm,value,id,category", *(",".join([*row, "", ""][:4]) for row in rows)]
    return "\n".join(lines).encode()


def row(seed: object, algorithm: str = "pdq", row_id: str = "", category: str = "") -> tuple[str, str, str, str]:
    """A row with the seed's value."""
    return algorithm, value(seed, algorithm).hex(), row_id, category


def imported(
    content: bytes, name: str = "made", status: ListStatus | None = ListStatus.VETTED, *, replace: bool = False,
    radius: int | None = None, purpose: ListPurpose | None = None,
) -> ImportSummary:  # fmt: skip
    """Import a file as the operator."""
    return services.import_list(
        io.BytesIO(content), name=name, actor=Actor.operator(), status=status, radius=radius, replace=replace,
        purpose=purpose,
    )  # fmt: skip


def allowed(content: bytes, name: str = "harmless", status: ListStatus = ListStatus.VETTED, radius: int = 31) -> int:
    """Import a file into an allow-list; gives the list's key."""
    return imported(content, name, status, radius=radius, purpose=ListPurpose.ALLOW).list_id


def new(seed: object, algorithm: str = "pdq", category: str = "") -> NewEntry:
    """A value to be added."""
    return NewEntry(Algorithm(algorithm), value(seed, algorithm), category=category)


def moved(entry_id: int, state: EntryState = EntryState.WITHDRAWN) -> None:
    """Move an entry as the operator."""
    services.move_entry(entry_id, state, reason="it was looked at", actor=Actor.operator())
