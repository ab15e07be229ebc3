"""Detection as a library: no database, no network, no framework.

>>> from lightkeeper.detect import Scanner, read_list      # doctest: +SKIP
>>> with Scanner([read_list(Path("hashes.csv"))]) as scanner:    # doctest: +SKIP
...     scanner.scan_bytes(data).outcome
<Outcome.CLEAR: 'clear'>

Names are loaded with their first use, so that importing this package is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lightkeeper.detect.findings import Match, Outcome, ScanResult, Tier
    from lightkeeper.detect.matching.catalog import Catalog
    from lightkeeper.detect.matching.digests import DigestTable
    from lightkeeper.detect.matching.files import IndexFileError
    from lightkeeper.detect.matching.index import PdqIndex
    from lightkeeper.detect.matching.lists import HashList, ListError, read_list
    from lightkeeper.detect.matching.self_test import IndexSelfTestError
    from lightkeeper.detect.media.limits import Limits
    from lightkeeper.detect.media.pool import PoolError
    from lightkeeper.detect.scanner import MATCH_RADIUS, POSSIBLE_RADIUS, Scanner

__all__ = [
    "MATCH_RADIUS",
    "POSSIBLE_RADIUS",
    "Catalog",
    "DigestTable",
    "HashList",
    "IndexFileError",
    "IndexSelfTestError",
    "Limits",
    "ListError",
    "Match",
    "Outcome",
    "PdqIndex",
    "PoolError",
    "ScanResult",
    "Scanner",
    "Tier",
    "read_list",
]

_HOMES = {
    "MATCH_RADIUS": "scanner",
    "POSSIBLE_RADIUS": "scanner",
    "Catalog": "matching.catalog",
    "DigestTable": "matching.digests",
    "HashList": "matching.lists",
    "IndexFileError": "matching.files",
    "IndexSelfTestError": "matching.self_test",
    "Limits": "media.limits",
    "ListError": "matching.lists",
    "Match": "findings",
    "Outcome": "findings",
    "PdqIndex": "matching.index",
    "PoolError": "media.pool",
    "ScanResult": "findings",
    "Scanner": "scanner",
    "Tier": "findings",
    "read_list": "matching.lists",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
