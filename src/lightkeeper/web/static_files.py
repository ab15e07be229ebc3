"""Static files straight from the packages, under names that hold a hash of their content: no build step, no old copies.

``{% static "lightkeeper.css" %}`` gives ``/static/lightkeeper.0123456789ab.css``, which browsers may keep for ever.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware


@cache
def hashed_name(name: str) -> str:
    """Put the hash of the content before the suffix. ValueError where there is no such file."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError(f"there is no static file {name}")
    digest = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))


class HashedFiles(StaticFilesStorage):
    """Names files by their content."""

    def url(self, name: str | None) -> str:
        """Give the address of a file. ValueError where there is none."""
        # Templates give a SafeString, which paths cannot hold.
        return super().url(hashed_name("".join(name or "")))


class HashedStatic(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise carries no types
    """Serves each file of the packages under its hashed name, and under no other."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Add a file that the finders found."""
        name = url.removeprefix(self.static_prefix)
        super().add_file_to_dictionary(self.static_prefix + hashed_name(name), path, stat_cache=stat_cache)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Every address here stands for one content for ever."""
        del path, url
        return True
