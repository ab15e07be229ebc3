"""What the room offers to the pages, the API and the command line."""

from __future__ import annotations

from lightkeeper.intake.corrections import CorrectionRefused, correct_entry
from lightkeeper.intake.demo import demo_allow
from lightkeeper.intake.finishing import scan
from lightkeeper.intake.lifecycle import erase, withdraw
from lightkeeper.intake.probing import look_for_probing
from lightkeeper.intake.purging import purge
from lightkeeper.intake.reporting import report
from lightkeeper.intake.rescans import rescan
from lightkeeper.intake.resting import count_reports
from lightkeeper.intake.scanning import start_decoding
from lightkeeper.intake.submitting import Taken, take
from lightkeeper.intake.surfaces import SurfaceError, set_surface, warn_of_lapsing

__all__ = [
    "CorrectionRefused",
    "SurfaceError",
    "Taken",
    "correct_entry",
    "count_reports",
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
