"""Parameters that say how somebody came to a page and nothing of which page it is: addresses are read without them.

The set is part of the rules of canonical forms: a change of it needs another ``links.RULES``.
"""

from __future__ import annotations

import re
from typing import Final

PREFIXES: Final = ("utm_", "hsa_", "pk_", "mtm_", "matomo_")
"""Names that begin so."""

NAMES: Final = frozenset(
    {
        "_ga", "_gl", "_hsenc", "_hsmi", "_openstat", "dclid", "epik", "fb_action_ids", "fb_action_types", "fb_source",
        "fbclid", "gad_source", "gbraid", "gclid", "gclsrc", "hsctatracking", "igsh", "igshid", "li_fat_id", "mc_cid",
        "mc_eid", "mkt_tok", "ml_subscriber", "ml_subscriber_hash", "msclkid", "oly_anon_id", "oly_enc_id",
        "rb_clickid", "s_cid", "srsltid", "ttclid", "twclid", "vero_conv", "vero_id", "wbraid", "wickedid", "yclid",
        "ymclid",
    }
)  # fmt: skip
"""Names of single parameters, in lower case."""

_SUSPECT: Final = re.compile(
    rf"(?:^|&)(?:&|$|(?:{'|'.join(sorted(map(re.escape, NAMES)))})(?:[=&]|$)|(?:{'|'.join(PREFIXES)}))", re.IGNORECASE
)


def without_tracking(query: str) -> str:
    """A query without such parameters and without empty ones; the order of the others is kept."""
    if not _SUSPECT.search(query):
        return query
    return "&".join(part for part in query.split("&") if part and not _tracks(part))


def _tracks(part: str) -> bool:
    name = part.partition("=")[0].lower()
    return name in NAMES or name.startswith(PREFIXES)
