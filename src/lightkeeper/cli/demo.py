"""``lightkeeper demo``: draws abstract pictures, lists them, edits copies of them, and finds the copies again."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.exits import CommandError

if TYPE_CHECKING:
    from PIL import Image

    from lightkeeper.detect.media.pdq import Pdq

SUMMARY: Final = "draw abstract pictures, list them, make edited copies and strangers, and scan those"
ORIGINALS: Final = 4
STRANGERS: Final = 6
_MARK: Final = "drawn-by-lightkeeper-demo.txt"
_MARK_TEXT: Final = (
    "These pictures were drawn by `lightkeeper demo`. The folder may be removed; the next demo replaces it.\n"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("demo-pictures"),
        metavar="FOLDER",
        help="where to draw (%(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Draw and scan, and give the scan's exit code."""
    from lightkeeper.cli.main import main

    folder: Path = args.folder.absolute()
    _prepare(folder)
    sys.stderr.write("Drawing pictures ...\n")
    _draw(folder)
    words = ["scan", str(args.folder / "uploads"), "--list", str(args.folder / "list.csv")]
    sys.stderr.write(f"lightkeeper {' '.join(words)}\n")
    code = main(words)
    sys.stderr.write(
        f"\nLook at the pictures: {folder}\n"
        "  listed/    the pictures on the list\n"
        "  uploads/   edited copies of them, and strangers\n"
        "  list.csv   the list\n"
        f"Try it on your own: {_command()} scan FOLDER --list FILE\n"
    )
    return code


def _command() -> str:
    """The command as it can be typed: by its name where that is found, else beside this interpreter."""
    beside = Path(sys.executable).with_name("lightkeeper")
    return str(beside) if beside.exists() and not shutil.which("lightkeeper") else "lightkeeper"


def _prepare(folder: Path) -> None:
    """Make the folder empty, but only one that the demo made itself or that holds nothing."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            if not (folder / _MARK).is_file() or (folder / _MARK).is_symlink():
                raise CommandError(f"{folder} has other files in it; name an empty folder")
            for name in ("listed", "uploads"):
                if (folder / name).is_dir():
                    shutil.rmtree(folder / name)
        for name in ("listed", "uploads"):
            (folder / name).mkdir(parents=True)
        (folder / _MARK).write_text(_MARK_TEXT, "utf-8")
    except OSError as error:
        raise CommandError(f"{folder} cannot be used: {error.strerror}") from error


def _draw(folder: Path) -> None:
    """Draw the listed pictures with their list, edited copies of each, and strangers."""
    from lightkeeper.demo import drawings, edits

    listed, uploads = folder / "listed", folder / "uploads"
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("algorithm", "value", "id", "category"))
        for number in range(ORIGINALS):
            picture = drawings.drawing(number)
            picture.save(listed / f"drawing-{number}.png")
            rows.writerow(("pdq", hash_drawing(picture).hex(), f"drawing-{number}", "drawing"))
            for name, edit in edits.EDITS.items():
                (uploads / f"drawing-{number}-{name}.jpg").write_bytes(edits.as_jpeg(edit(picture)))
    for number in range(ORIGINALS, ORIGINALS + STRANGERS):
        (uploads / f"stranger-{number}.jpg").write_bytes(edits.as_jpeg(drawings.drawing(number)))
    (uploads / "stranger-screen.jpg").write_bytes(edits.as_jpeg(drawings.screenshot(1)))
    (uploads / "stranger-text.jpg").write_bytes(edits.as_jpeg(drawings.text(1)))
    drawings.flat(2).save(uploads / "flat.png")
    (uploads / "torn.jpg").write_bytes(edits.as_jpeg(drawings.drawing(0))[:300])


def hash_drawing(picture: Image.Image) -> Pdq:
    """Hash a picture that we drew ourselves; files of others are only ever decoded in the locked-in processes."""
    import numpy as np

    from lightkeeper.detect.media.frames import Frame
    from lightkeeper.detect.media.pdq import pdq

    return pdq(Frame(np.asarray(picture.convert("L")), 1, picture.width, picture.height))
