"""Exact search for hashes within a Hamming radius, and the lists that are searched.

Importing the package is cheap: numba and the kernels are loaded with the first use of a name.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lightkeeper.detect.matching.digests import DigestTable
    from lightkeeper.detect.matching.files import IndexFileError
    from lightkeeper.detect.matching.hits import Hits
    from lightkeeper.detect.matching.index import PdqIndex
    from lightkeeper.detect.matching.orientations import ALL_ORIENTATIONS, PLAIN_ONLY, Orientation
    from lightkeeper.detect.matching.self_test import IndexSelfTestError

__all__ = [
    "ALL_ORIENTATIONS",
    "PLAIN_ONLY",
    "DigestTable",
    "Hits",
    "IndexFileError",
    "IndexSelfTestError",
    "Orientation",
    "PdqIndex",
]

_HOMES = {
    "ALL_ORIENTATIONS": "orientations",
    "PLAIN_ONLY": "orientations",
    "DigestTable": "digests",
    "Hits": "hits",
    "IndexFileError": "files",
    "IndexSelfTestError": "self_test",
    "Orientation": "orientations",
    "PdqIndex": "index",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
