"""The bounds that decoding keeps to, whatever a file says about itself."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one item; every value is checked when the object is made.

    ``bytes``: size of the file. ``pixels``: width x height of what is decoded (a large JPEG is decoded at a reduced
    scale: then the *reduced* size counts, and its full size may be up to four times ``pixels``). ``side``: the longer
    side as the file declares it. ``frames``: how many frames of an animated file are used, spread over its whole
    length. ``seconds``: wall time, kept by the parent of the decoding process. ``memory_mib``: address space that one
    item may take over what an idle decoding process holds, in MiB.

    Raises ``ValueError``, naming the bound, for a value that is of the wrong type or out of range.
    """

    bytes: int = 128 * 2**20
    pixels: int = 100_000_000
    side: int = 50_000
    frames: int = 16
    seconds: float = 20.0
    memory_mib: int = 1024

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if name == "seconds":
                ok = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            else:
                ok = isinstance(value, int) and not isinstance(value, bool)
            if not ok:
                raise ValueError(f"limit {name!r} must be {'a number' if name == 'seconds' else 'a whole number'}")
            if not low <= value <= high:
                raise ValueError(f"limit {name!r} must be between {low} and {high}, not {value}")

    def to_json(self) -> dict[str, object]:
        """Give the bounds by name, for the decoding process."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, object]) -> Limits:
        """Reverse ``to_json``; raises ``ValueError`` for unknown names and bad values."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown limits: {', '.join(sorted(unknown))}")
        return cls(**values)  # type: ignore[arg-type]  # __post_init__ checks the types


#: Name, smallest, largest. The largest bytes keeps lengths within 31 bits; the smallest memory lets a decoder start.
_RANGES: tuple[tuple[str, float, float], ...] = (
    ("bytes", 1, 2**31 - 1),
    ("pixels", 256, 2**31 - 1),
    ("side", 16, 2**31 - 1),
    ("frames", 1, 10_000),
    ("seconds", 0.05, 86_400),
    ("memory_mib", 16, 2**20),
)
