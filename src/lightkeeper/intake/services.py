"""What the room offers to the pages, the API and the command line."""

from __future__ import annotations

from lightkeeper.intake.demo import demo_allow
from lightkeeper.intake.finishing import scan
from lightkeeper.intake.lifecycle import erase, withdraw
from lightkeeper.intake.probing import look_for_probing
from lightkeeper.intake.purging import purge
from lightkeeper.intake.reporting import report
from lightkeeper.intake.rescans import rescan
from lightkeeper.intake.scanning import start_decoding
from lightkeeper.intake.submitting import Taken, take
from lightkeeper.intake.surfaces import SurfaceError, set_surface, warn_of_lapsing

__all__ = [
    "SurfaceError",
    "Taken",
    "demo_allow",
    "erase",
    "look_for_probing",
    "purge",
    "report",
    "rescan",
    "scan",
    "set_surface",
    "start_decoding",
    "take",
    "warn_of_lapsing",
    "withdraw",
]
