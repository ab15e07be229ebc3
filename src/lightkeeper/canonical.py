"""The one text of a value: what is signed, sealed in a chain, or compared by its digest must not depend on spacing."""

from __future__ import annotations

import json


def canonical_json(value: object) -> str:
    """JSON with keys by the alphabet, no spaces, ASCII alone. TypeError for what JSON has not."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
