"""What the room offers to the pages, the API and the command line."""

from __future__ import annotations

from lightkeeper.intake.conversations.packs import PackRefused, add_pack, remove_pack
from lightkeeper.intake.conversations.packs import mark_reviewed as mark_pack_reviewed
from lightkeeper.intake.conversations.purging import purge_conversations
from lightkeeper.intake.conversations.texts import start_reading
from lightkeeper.intake.corrections import CorrectionRefused, correct_entry
from lightkeeper.intake.demo import demo_allow
from lightkeeper.intake.finishing import scan
from lightkeeper.intake.found import LONGEST_ADDRESS, AddressRefused, open_found_address
from lightkeeper.intake.found import LONGEST_NOTE as LONGEST_FOUND_NOTE
from lightkeeper.intake.found_pictures import PictureUploadHandler, add_found_picture, picture_upload
from lightkeeper.intake.lifecycle import erase, withdraw
from lightkeeper.intake.probing import look_for_probing
from lightkeeper.intake.purging import purge
from lightkeeper.intake.reporting import report
from lightkeeper.intake.rescans import rescan
from lightkeeper.intake.scanning import start_decoding
from lightkeeper.intake.submitting import Taken, take
from lightkeeper.intake.surfaces import SurfaceError, set_surface, warn_of_lapsing

__all__ = [
    "LONGEST_ADDRESS",
    "LONGEST_FOUND_NOTE",
    "AddressRefused",
    "CorrectionRefused",
    "PackRefused",
    "PictureUploadHandler",
    "SurfaceError",
    "Taken",
    "add_found_picture",
    "add_pack",
    "correct_entry",
    "demo_allow",
    "erase",
    "look_for_probing",
    "mark_pack_reviewed",
    "open_found_address",
    "picture_upload",
    "purge",
    "purge_conversations",
    "remove_pack",
    "report",
    "rescan",
    "scan",
    "set_surface",
    "start_decoding",
    "start_reading",
    "take",
    "warn_of_lapsing",
    "withdraw",
]
