"""The authorities that reports can go to."""

from __future__ import annotations

from typing import Final

from lightkeeper.act.reports.ncmec.authority import CyberTipline
from lightkeeper.act.reports.protocol import Authority

AUTHORITIES: Final[dict[str, Authority]] = {each.name: each for each in (CyberTipline(),)}
