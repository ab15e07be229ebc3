"""``make screenshots``: a picture of every page of the console, light and dark, into ``docs/screenshots``.

The pages are those that ``web/tests/test_every_page*.py`` and ``test_*_in_browser.py`` walk through and find without
fault, with drawings for pictures; here its pictures are made small enough to be kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
TESTS = ROOT / "src" / "lightkeeper" / "web" / "tests"
WALKS = [*sorted(TESTS.glob("test_every_page*.py")), *sorted(TESTS.glob("test_*_in_browser.py"))]
MOST_BYTES = 5_000_000
COLOURS = 32


def main() -> int:
    """Walk, shrink, and put in place; 1 where a page has a fault or the pictures are too large."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SCREENSHOTS": folder}
        words = [sys.executable, "-m", "pytest", "-q", *map(str, WALKS)]
        code = subprocess.run(words, cwd=ROOT, env=environment, check=False)
        made = sorted(Path(folder).glob("*.png"))
        if code.returncode != 0 or not made:
            return 1
        FOLDER.mkdir(exist_ok=True)
        for old in FOLDER.iterdir():
            old.unlink()
        for picture in made:
            shrink(picture, FOLDER / f"{picture.stem}.webp")
    size = sum(picture.stat().st_size for picture in FOLDER.iterdir())
    print(f"{len(made)} pictures, {size / 1e6:.1f} MB, in {FOLDER.relative_to(ROOT)}")
    return 1 if size > MOST_BYTES else 0


def shrink(source: Path, target: Path) -> None:
    """Write it with few colours, as a page has, and nothing lost: a third smaller than the same as PNG."""
    with Image.open(source) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.convert("RGB").save(target, lossless=True, method=6)


if __name__ == "__main__":
    sys.exit(main())
